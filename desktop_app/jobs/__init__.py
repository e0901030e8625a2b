"""Work in plain threads: long jobs as generators, and answers to the newest request only."""
