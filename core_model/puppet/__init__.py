"""The puppet: from projected joints to part maps and back (see `assets/puppet.svg`)."""
