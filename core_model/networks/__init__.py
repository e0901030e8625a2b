"""The networks, one a file: trunk, pose encoder, locator, decoder."""
