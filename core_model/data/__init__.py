"""Where samples come from: video, motion capture, rendered people, photographs."""
