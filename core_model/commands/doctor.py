"""`puppetpose doctor`: what this computer has, and what to do about what is missing."""

import argparse


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    text = "Check device, OpenGL, codecs, checkpoint and versions. Exit status 1 when something needed is missing."
    parser = subparsers.add_parser("doctor", help="check this computer", description=text)
    parser.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    """Print a line a check."""
    from core_model.doctor import Level, examine

    marks = {Level.GOOD: "ok     ", Level.LIMITED: "limited", Level.MISSING: "MISSING"}
    missing = 0
    for check in examine():
        print(f"{marks[check.level]} {check.name:<14} {check.found}", flush=True)
        if check.todo:
            print(f"{'':<22} {check.todo}", flush=True)
        missing += check.level is Level.MISSING
    print("Something that is needed is missing." if missing else "All that is needed is here.")
    return 1 if missing else 0
