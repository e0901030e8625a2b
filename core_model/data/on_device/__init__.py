"""Pictures of rendered people made where the network learns, many at once: what `core_model.data.people.compose` and
`core_model.data.augment` do to one on a processor, and crowds, clutter, folds, fabrics, shadows besides. A person is
drawn once and seen in another picture every time."""
