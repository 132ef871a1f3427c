"""The options of latency that several commands have."""

from __future__ import annotations

import argparse


def add_calls(parser: argparse.ArgumentParser) -> None:
    """How many calls a device may run, and how many cores a host has."""
    parser.add_argument(
        "--subgraphs-per-device",
        type=int,
        metavar="Q",
        help="under latency: pieces that a device may run, each as one call",
    )
    parser.add_argument(
        "--cores",
        metavar="N",
        help="under latency: nodes that a host runs at once: a number, machine or "
        "unlimited (default)",
    )


def cores_of(arguments: argparse.Namespace) -> int | str | None:
    """What `--cores` says: a number where it is one."""
    given = arguments.cores
    return int(given) if given is not None and given.isdecimal() else given
