"""`python -m placement solve`: placement problems in JSON."""

from __future__ import annotations

import argparse

from placement.commands.files import write_text
from placement.commands.latency import add_calls, cores_of
from placement.solver import algorithms, read_workload, solve


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("instance", help="a problem (docs/Formats.md)")
    parser.add_argument(
        "-o", "--output", help="file for the plan as JSON; - for standard output"
    )
    parser.add_argument("--algorithm", default="auto", choices=("auto", *algorithms()))
    parser.add_argument(
        "--contiguous",
        choices=("true", "false"),
        default="true",
        help="with false, any nodes in any number of pieces",
    )
    add_load_model(parser)
    parser.add_argument(
        "--objective",
        choices=("throughput", "latency"),
        help="what to minimise, in place of what the problem says",
    )
    add_calls(parser)
    parser.add_argument("--max-stages", type=int, metavar="N")
    parser.add_argument(
        "--gap", type=float, default=0.0, help="relative gap at which to stop"
    )
    parser.add_argument("--time-limit", type=float, metavar="SECONDS")


def add_load_model(parser: argparse.ArgumentParser) -> None:
    """The options that override what a problem says of its models of load."""
    parser.add_argument(
        "--comm",
        choices=("sequential", "half-duplex", "full-duplex"),
        help="how transfers share a device's time",
    )
    parser.add_argument("--schedule", choices=("1f1b", "gpipe"))
    parser.add_argument(
        "--microbatches",
        type=int,
        metavar="N",
        help="under gpipe a stage keeps the stashes of N samples",
    )


def run(arguments: argparse.Namespace) -> int:
    """Exit status as placement-solve: 2 infeasible, 3 stopped by a limit with a plan,
    4 without one."""
    instance = read_workload(arguments.instance).with_load_model(
        communication=arguments.comm,
        schedule=arguments.schedule,
        microbatches=arguments.microbatches,
    )
    calls = arguments.subgraphs_per_device, cores_of(arguments)
    if arguments.objective is not None or calls != (None, None):
        instance = instance.with_objective(
            arguments.objective or instance.objective,
            subgraphs_per_device=calls[0],
            cores=calls[1],
        )
    plan = solve(
        instance,
        algorithm=arguments.algorithm,
        contiguous=arguments.contiguous == "true",
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
