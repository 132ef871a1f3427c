"""`python -m placement place`: from a model file to stages."""

from __future__ import annotations

import argparse
import sys

from placement.api import place
from placement.commands.files import write_text
from placement.commands.latency import add_calls, cores_of
from placement.program import FORMS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "model",
        help="MLIR text, a StableHLO artifact, an ONNX model (*.onnx)",
    )
    parser.add_argument("-o", "--output", help="file for the result; - for stdout")
    parser.add_argument(
        "--form",
        choices=FORMS,
        default="outlined",
        help="what to write: the module in this form (default: %(default)s)",
    )
    parser.add_argument(
        "--save", metavar="FILE", help="store the placed program for placement.load"
    )
    parser.add_argument("--machine", help="name of a machine")
    parser.add_argument("--machine-file", metavar="FILE", help="describes the machine")
    parser.add_argument("--profile", metavar="FILE", help="measured times")
    parser.add_argument(
        "--weights",
        metavar="N,...",
        help="numbers of the arguments that hold weights",
    )
    parser.add_argument("--phase", choices=("auto", "inference", "training"))
    parser.add_argument(
        "--objective", choices=("throughput", "latency"), default="throughput"
    )
    parser.add_argument("--algorithm", help="name of an algorithm")
    parser.add_argument(
        "--contiguous",
        choices=("true", "false"),
        default="true",
        help="whether each device has one stage (default: %(default)s)",
    )
    parser.add_argument(
        "--comm",
        choices=("sequential", "half-duplex", "full-duplex"),
        help="how transfers share a device's time with its work",
    )
    parser.add_argument(
        "--schedule", choices=("1f1b", "gpipe"), help="how passes are interleaved"
    )
    parser.add_argument(
        "--microbatches",
        type=int,
        metavar="N",
        help="under gpipe: samples whose stashes a stage keeps",
    )
    add_calls(parser)
    parser.add_argument("--function", help="the function to place")
    parser.add_argument("--max-stages", type=int, metavar="N")
    parser.add_argument("--gap", type=float, help="relative gap at which to stop")
    parser.add_argument("--time-limit", type=float, metavar="SECONDS")
    parser.add_argument(
        "--require-optimal", action="store_true", help="fail without a proof"
    )
    parser.add_argument(
        "--quiet", action="store_true", help="print neither remarks nor a table"
    )


def run(arguments: argparse.Namespace) -> int:
    weights = None
    if arguments.weights is not None:
        try:
            weights = [int(n) for n in arguments.weights.split(",") if n]
        except ValueError:
            raise argparse.ArgumentTypeError(
                f"--weights={arguments.weights}: give numbers with commas between"
            ) from None
    placed = place(
        arguments.model,
        weights=weights,
        machine=arguments.machine,
        machine_file=arguments.machine_file,
        objective=arguments.objective,
        phase=arguments.phase,
        profile=arguments.profile,
        max_stages=arguments.max_stages,
        gap=arguments.gap,
        time_limit=arguments.time_limit,
        algorithm=arguments.algorithm,
        contiguous=arguments.contiguous == "true",
        comm=arguments.comm,
        schedule=arguments.schedule,
        microbatches=arguments.microbatches,
        subgraphs_per_device=arguments.subgraphs_per_device,
        cores=cores_of(arguments),
        function=arguments.function,
        require_optimal=arguments.require_optimal,
    )
    text = placed.as_text(arguments.form) if arguments.output else ""
    if arguments.save:
        placed.save(arguments.save)
    if arguments.output:
        write_text(arguments.output, text)
    if not arguments.quiet:
        for said in placed.diagnostics:
            print(said, file=sys.stderr)
        # Beside a module on standard output, the table is for the terminal.
        print(
            placed.report(),
            file=sys.stderr if arguments.output == "-" else sys.stdout,
        )
    return 0
