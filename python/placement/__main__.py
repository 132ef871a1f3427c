"""The command line: `python -m placement COMMAND ...`."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

from placement.commands import COMMANDS
from placement.errors import PlacementError


def main(words: Sequence[str] | None = None) -> int:
    """Runs a command and returns its exit status: 1 after bad input."""
    words = list(sys.argv[1:] if words is None else words)
    parser = argparse.ArgumentParser(
        prog="python -m placement", description="Exact device placement."
    )
    parser.add_argument("--version", action="store_true", help="print the version")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND")
    # Only the command that is given is imported.
    wanted = next((word for word in words if not word.startswith("-")), None)
    modules = {}
    for name, (module, summary) in COMMANDS.items():
        subparser = subparsers.add_parser(name, help=summary, description=summary)
        if name == wanted:
            modules[name] = importlib.import_module(module)
            modules[name].add_arguments(subparser)
    arguments = parser.parse_args(words)
    if vars(arguments).pop("version"):
        from placement import __version__

        print(f"placement {__version__}")
        return 0
    if arguments.command is None:
        parser.print_help()
        return 1
    return modules[arguments.command].run(arguments)


def guarded_main(words: Sequence[str] | None = None) -> int:
    """`main`, with one line for an error and the usual status for Ctrl-C."""
    try:
        return main(words)
    except (PlacementError, argparse.ArgumentTypeError) as error:
        # Diagnostics of passes say themselves that they are errors, and where.
        message = str(error)
        first = message.partition("\n")[0]
        print(message if "error: " in first else f"error: {message}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Whoever read the output has gone; nothing is wrong.
        sys.stderr.close()
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(guarded_main())
