"""When to compute: between the session, the workers and core_model. No Qt; called on the GUI thread."""
