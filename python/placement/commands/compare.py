"""`python -m placement compare`: every algorithm on the same problems."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from placement.commands.files import write_text
from placement.commands.latency import add_calls, cores_of
from placement.commands.solve import add_load_model
from placement.comparing import TIME_LIMIT, compare
from placement.comparison import FORMATS, Comparison


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "problems",
        nargs="+",
        help="problems as JSON (docs/Formats.md), or models with --models",
    )
    parser.add_argument(
        "-o", "--output", help="file for the table; - for standard output"
    )
    parser.add_argument(
        "--models",
        action="store_true",
        help="the files are models (MLIR text, StableHLO artifacts, ONNX), placed on "
        "--machine-file first",
    )
    parser.add_argument("--machine-file", metavar="FILE", help="for --models")
    parser.add_argument(
        "--algorithms",
        metavar="NAME,...",
        help="only these beside ours; expert for expert plans",
    )
    parser.add_argument(
        "--contiguous", choices=("both", "true", "false"), default="both"
    )
    add_load_model(parser)
    parser.add_argument(
        "--objective",
        choices=("throughput", "latency"),
        help="override what the problems say",
    )
    add_calls(parser)
    parser.add_argument("--time-limit", type=float, metavar="SECONDS")
    parser.add_argument("--max-stages", type=int, metavar="N")
    parser.add_argument(
        "--format",
        choices=("text", "markdown", "csv", "json"),
        help="of the table; with -o by the ending .md, .csv or .json",
    )
    parser.add_argument("--table", choices=("rows", "matrix"), default="rows")
    parser.add_argument("--no-times", action="store_true", help="leave times out")
    parser.add_argument("--quiet", action="store_true", help="no progress")


def run(arguments: argparse.Namespace) -> int:
    """Exit status as placement-solve: 3 stopped with a plan, 4 without one, 70 if
    answers contradict each other or a run failed."""
    names = arguments.algorithms.split(",") if arguments.algorithms else None
    comparison = compare(
        _problems(arguments),
        algorithms=None if names is None else [n for n in names if n != "expert"],
        contiguous={"both": "both", "true": True, "false": False}[arguments.contiguous],
        experts="auto" if names is None or "expert" in names else None,
        communication=arguments.comm,
        schedule=arguments.schedule,
        microbatches=arguments.microbatches,
        objective=arguments.objective,
        subgraphs_per_device=arguments.subgraphs_per_device,
        cores=cores_of(arguments),
        time_limit=TIME_LIMIT if arguments.time_limit is None else arguments.time_limit,
        max_stages=arguments.max_stages,
        observer=None if arguments.quiet else _announce,
        interrupt="return",
    )
    _deliver(comparison, arguments)
    failed = [row for row in comparison.rows if row.state == "failed"]
    if comparison.faults or failed:
        return 70
    if comparison.complete:
        return 0
    return 3 if any(row.state == "plan" for row in comparison.rows) else 4


def _problems(arguments: argparse.Namespace):
    if not arguments.models:
        return arguments.problems
    from placement.api import place

    return [
        place(model, machine_file=arguments.machine_file)
        for model in arguments.problems
    ]


def _announce(event) -> None:
    print(event.text, file=sys.stderr)


def _deliver(comparison: Comparison, arguments: argparse.Namespace) -> None:
    def text(form: str) -> str:
        return comparison._write(form, arguments.table, not arguments.no_times)

    output = arguments.output
    if output in (None, "-"):
        form = arguments.format or ("text" if output is None else "json")
        sys.stdout.write(text(form))
        return
    form = arguments.format or FORMATS.get(Path(output).suffix, "text")
    write_text(output, text(form))
    sys.stdout.write(text("text"))
