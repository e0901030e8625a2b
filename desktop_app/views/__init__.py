"""Qt: draw the picture, report what the person wants. Views never compute and never call each other."""
