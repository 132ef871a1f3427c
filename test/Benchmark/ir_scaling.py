"""How each pass scales with the IR: generated transformers of 10,000 and 20,000
operations, times of every pass outside the solver, and their ratio.

usage: ir_scaling.py PLACEMENT_OPT [--runs=N] [--write=FILE --ops=N]

Wall time as MLIR's own timing gives it, the median of N runs, so the machine should
have a core to spare. The solver is kept out by placing on one device, which needs
no search. --write only writes the IR.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys

import measurement

SIZES = (10_000, 20_000)
GOAL = 2.3
# Pass as MLIR's timing calls it -> option.
PASSES = {
    "InlinePass": "placement-inline",
    "AnnotateCostsPass": "placement-annotate-costs",
    "DevicePlacePass": "device-place",
    "VerifyPlacementPass": "placement-verify",
    "InsertTransfersPass": "placement-insert-transfers",
    "OutlineStagesPass": "placement-outline-stages",
    "ConvertPlacementToIREEPass": "convert-placement-to-iree",
    "ConvertPlacementToMPMDPass": "convert-placement-to-mpmd",
    "StripPass": "placement-strip",
}
ROWS, WIDTH = 64, 256


class Writer:
    """StableHLO in generic form, an operation a line."""

    def __init__(self):
        self.lines = []
        self.arguments = []
        self.count = 0

    def argument(self, *shape):
        self.arguments.append((f"%p{len(self.arguments)}", shape))
        return self.arguments[-1]

    def op(self, name, operands, shape, properties="", region=""):
        result = (f"%{self.count}", shape)
        self.count += 1
        types = ", ".join(tensor(s) for _, s in operands)
        names = ", ".join(n for n, _ in operands)
        self.lines.append(
            f'    {result[0]} = "{name}"({names}) {properties}{region} : '
            f"({types}) -> {tensor(shape)}"
        )
        return result


def tensor(shape):
    return f"tensor<{''.join(f'{n}x' for n in shape)}f32>"


def constant(writer, value):
    return writer.op(
        "stablehlo.constant",
        [],
        (),
        f"<{{value = dense<{value:e}> : tensor<f32>}}>",
    )


def broadcast(writer, value, shape, dimensions):
    listed = f": {', '.join(map(str, dimensions))}" if dimensions else ""
    return writer.op(
        "stablehlo.broadcast_in_dim",
        [value],
        shape,
        f"<{{broadcast_dimensions = array<i64{listed}>}}>",
    )


def dot(writer, left, right):
    return writer.op(
        "stablehlo.dot_general",
        [left, right],
        (left[1][0], right[1][1]),
        "<{dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [1], "
        "rhs_contracting_dimensions = [0]>}>",
    )


def reduce(writer, value):
    region = (
        " ({\n    ^bb0(%a: tensor<f32>, %b: tensor<f32>):\n"
        '      %s = "stablehlo.add"(%a, %b) : (tensor<f32>, tensor<f32>) -> tensor<f32>\n'
        '      "stablehlo.return"(%s) : (tensor<f32>) -> ()\n    })'
    )
    return writer.op(
        "stablehlo.reduce",
        [value, constant(writer, 0)],
        value[1][:1],
        "<{dimensions = array<i64: 1>}>",
        region,
    )


def normalise(writer, value):
    """Divides each row by its sum, with the broadcasts that jax writes."""
    total = broadcast(writer, reduce(writer, value), value[1], [0])
    return writer.op("stablehlo.divide", [value, total], value[1])


def layer(writer, value):
    """One layer: two branches that meet, a helper call, a residual."""
    weights = [writer.argument(WIDTH, WIDTH) for _ in range(3)]
    bias = broadcast(writer, writer.argument(WIDTH), value[1], [1])
    left = normalise(writer, dot(writer, value, weights[0]))
    right = dot(writer, value, weights[1])
    right = writer.op("stablehlo.add", [right, bias], value[1])
    right = writer.op("func.call", [right], value[1], "<{callee = @relu}>")
    both = writer.op("stablehlo.multiply", [left, right], value[1])
    both = dot(writer, both, weights[2])
    scale = broadcast(writer, constant(writer, 0.5), value[1], [])
    both = writer.op("stablehlo.multiply", [both, scale], value[1])
    return writer.op("stablehlo.add", [value, both], value[1])


def module(size):
    """A module whose function has at least `size` operations once its calls are
    inlined."""
    writer = Writer()
    value = start = writer.argument(ROWS, WIDTH)
    while writer.count < size:
        value = layer(writer, value)
        writer.count += 2  # A call becomes three operations.
    roles = [
        f"{name}: {tensor(shape)} {{placement.role = "
        f'"{"activation" if name == start[0] else "weight"}"}}'
        for name, shape in writer.arguments
    ]
    full = tensor((ROWS, WIDTH))
    return (
        f"func.func @main({', '.join(roles)}) -> {full} {{\n"
        + "\n".join(writer.lines)
        + f"\n    return {value[0]} : {full}\n}}\n"
        f"func.func private @relu(%x: {full}) -> {full} {{\n"
        '    %0 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}>'
        " : () -> tensor<f32>\n"
        '    %1 = "stablehlo.broadcast_in_dim"(%0) '
        f"<{{broadcast_dimensions = array<i64>}}> : (tensor<f32>) -> {full}\n"
        f'    %2 = "stablehlo.maximum"(%x, %1) : ({full}, {full}) -> {full}\n'
        f"    return %2 : {full}\n}}\n"
    )


def write(size):
    path = os.path.join(measurement.SCRATCH, f"transformer-{size}.mlir")
    os.makedirs(measurement.SCRATCH, exist_ok=True)
    with open(path, "w") as out:
        out.write(module(size))
    return path


# Passes that exclude each other: with several stages device-place is mostly the
# solver, with one there is nothing to transfer, and a program is exported once.
ONE_STAGE = {"DevicePlacePass"}
EXPORTS = {"ConvertPlacementToIREEPass", "ConvertPlacementToMPMDPass"}


def run_passes(program, path, samples):
    """Adds the milliseconds of one more run to the lists in `samples`, by pass."""
    for export in sorted(EXPORTS):
        for stages in (1, 4):
            run_chain(program, path, samples, export, stages)


def run_chain(program, path, samples, export, stages):
    """One run of the passes up to one of the exports, on so many stages."""
    options = [
        f"--{option}" + (f"=max-stages={stages}" if name in ONE_STAGE else "")
        for name, option in PASSES.items()
        if name not in EXPORTS or name == export
    ]
    run = subprocess.run(
        [program, path, *options, "--mlir-timing", "-o", os.devnull]
        + ["--mlir-timing-display=list", "--mlir-disable-threading"],
        capture_output=True,
        text=True,
    )
    if run.returncode != 0:
        raise RuntimeError(f"{path}: {run.stderr[:2000]}")
    for seconds, name in re.findall(r"^ +([\d.]+) \([^)]*\)  (\w+)$", run.stderr, re.M):
        if name in PASSES and (name in ONE_STAGE) == (stages == 1):
            samples.setdefault(name, []).append(float(seconds) * 1000)


def report(program, runs):
    paths = [write(size) for size in SIZES]
    samples = [{} for _ in SIZES]
    # By turns, so that a busy moment of the machine meets both.
    for _ in range(runs):
        for path, times in zip(paths, samples, strict=True):
            run_passes(program, path, times)
    print(f"times of passes in ms, median of {runs}; device-place on one device")
    print(f"{'pass':28}{SIZES[0]:>9,}{SIZES[1]:>9,}{'ratio':>8}")
    reached = True
    for name, option in PASSES.items():
        small, large = (statistics.median(times[name]) for times in samples)
        ratio = large / small
        reached &= ratio <= GOAL
        print(
            f"{option:28}{small:9.1f}{large:9.1f}{ratio:8.2f}  "
            + measurement.verdict(GOAL, ratio <= GOAL)
        )
    return reached


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--write", help="only write IR to this file")
    parser.add_argument("--ops", type=int, default=SIZES[0])
    options = parser.parse_args()
    if options.write:
        with open(options.write, "w") as out:
            out.write(module(options.ops))
        return 0
    return 0 if report(options.program, options.runs) else 1


if __name__ == "__main__":
    sys.exit(main())
