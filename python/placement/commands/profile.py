"""`python -m placement profile`: measure what the operations of a model cost here."""

from __future__ import annotations

import argparse
import json

from placement.calibration.api import profile
from placement.commands.files import write_text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", help="MLIR text, a StableHLO artifact, an ONNX model")
    parser.add_argument("-o", "--output", required=True, help="file for the profile")
    parser.add_argument("--backend", default="jax", help="what runs the operations")
    parser.add_argument(
        "--kind", default="cpu", help="kind of device that the times are for"
    )
    parser.add_argument(
        "--machine",
        metavar="FILE",
        help="also write a machine of such devices, for --machine-file",
    )
    parser.add_argument(
        "--devices", type=int, default=2, metavar="N", help="how many it has"
    )
    parser.add_argument(
        "--no-groups",
        action="store_true",
        help="measure operations alone, not in the groups that compilers fuse",
    )


def run(arguments: argparse.Namespace) -> int:
    found = profile(
        arguments.model,
        backend=arguments.backend,
        kind=arguments.kind,
        groups=not arguments.no_groups,
        path=arguments.output,
    )
    if arguments.machine:
        machine = found.machine(arguments.devices)
        write_text(arguments.machine, json.dumps(machine, indent=1) + "\n")
    print(f"{len(found.entries)} signatures measured on {found.hardware}")
    for name, reason in found.failures.items():
        print(f"{name} could not be measured: {reason}")
    return 0
