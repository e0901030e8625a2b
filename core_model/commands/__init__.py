"""The command line: a file per subcommand, each with `add(subparsers)` and `run(arguments) -> exit status`.

Nothing heavy is imported before a command runs: `--help` and `--version` answer at once.
"""
