"""`python -m placement solve`: placement problems in JSON."""

from __future__ import annotations

import argparse

from placement.commands.files import write_text
from placement.solver import algorithms, read_workload, solve


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("instance", help="a problem (docs/Formats.md)")
    parser.add_argument(
        "-o", "--output", help="file for the plan as JSON; - for standard output"
    )
    parser.add_argument("--algorithm", default="auto", choices=("auto", *algorithms()))
    parser.add_argument("--max-stages", type=int, metavar="N")
    parser.add_argument(
        "--gap", type=float, default=0.0, help="relative gap at which to stop"
    )
    parser.add_argument("--time-limit", type=float, metavar="SECONDS")


def run(arguments: argparse.Namespace) -> int:
    """Exit status as placement-solve: 2 infeasible, 3 stopped by a limit with a plan,
    4 without one."""
    plan = solve(
        read_workload(arguments.instance),
        algorithm=arguments.algorithm,
        max_stages=arguments.max_stages,
        gap=arguments.gap,
        time_limit=arguments.time_limit,
        interrupt="return",
    )
    if arguments.output:
        write_text(arguments.output, plan.to_json())
    if arguments.output != "-":
        print(plan.table(), end="")
    if plan.status == "infeasible":
        return 2
    if plan.stop in ("finished", "gap"):
        return 0
    return 4 if plan.value is None else 3
