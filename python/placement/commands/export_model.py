"""`python -m placement export-model`: example models as MLIR text."""

from __future__ import annotations

import argparse

from placement import models
from placement.commands.files import write_text
from placement.errors import InputError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help="one of: " + ", ".join(models.names()))
    parser.add_argument(
        "-o", "--output", default="-", help="file to write (default: standard output)"
    )
    for size in ("layers", "width", "heads", "batch", "sequence", "vocabulary"):
        parser.add_argument(f"--{size}", type=int, metavar="N")
    parser.add_argument("--image", type=int, metavar="PIXELS", help="height and width")
    parser.add_argument("--rate", type=float, help="step of a training step")
    parser.add_argument(
        "--locations",
        action=argparse.BooleanOptionalAction,
        help="write where each operation comes from (default: for training steps, "
        "whose backward operations are found by it)",
    )


def run(arguments: argparse.Namespace) -> int:
    given = {
        name: value
        for name, value in vars(arguments).items()
        if name not in ("command", "name", "output", "locations") and value is not None
    }
    model = models.get(arguments.name, **given)
    from placement.frontends import jax

    locations = arguments.locations
    if locations is None:
        locations = model.phase == "training"
    elif not locations and model.phase == "training":
        raise InputError(
            "a training step needs its locations: its backward operations are found "
            "by them"
        )
    program = jax.trace(
        model.function,
        model.arguments(),
        weights=model.weights,
        locations=locations,
    )
    write_text(arguments.output, program.text)
    return 0
