"""`puppetpose completion`: what makes a shell complete commands, options and file names."""

import argparse

DESCRIPTION = """\
Print a script with which a shell completes commands, options, their choices and file names:
bash: puppetpose completion bash > ~/.local/share/bash-completion/completions/puppetpose
zsh: puppetpose completion zsh > a folder of $fpath/_puppetpose
"""
SHELLS = ("bash", "zsh", "tcsh")


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "completion",
        help="completion for bash, zsh, tcsh",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("shell", choices=SHELLS)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the script of the whole command line."""
    import shtab

    from core_model.__main__ import parser

    top = parser()
    _complete_files(top)
    print(shtab.complete(top, arguments.shell))
    return 0


def _complete_files(parser: argparse.ArgumentParser) -> None:
    """Arguments that are paths are completed as such."""
    import shtab

    for action in parser._actions:
        if action.type is not None and getattr(action.type, "__name__", "") == "Path":
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                _complete_files(below)
