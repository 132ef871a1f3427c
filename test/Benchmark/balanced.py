"""A model whose stages can be equal: a chain of equal layers, and its placement."""

import json
import tempfile

import ir_scaling
import numpy
from placement import run_pipeline
from placement.stages import StageProgram


def chain(layers, rows, width):
    """A module of layers that each multiply with a matrix of their own."""
    writer = ir_scaling.Writer()
    value = start = writer.argument(rows, width)
    for _ in range(layers):
        value = ir_scaling.dot(writer, value, writer.argument(width, width))
        value = writer.op("stablehlo.tanh", [value], value[1])
    arguments = ", ".join(
        f"{name}: {ir_scaling.tensor(shape)} {{placement.role = "
        f'"{"activation" if name == start[0] else "weight"}"}}'
        for name, shape in writer.arguments
    )
    full = ir_scaling.tensor(value[1])
    return (
        f"func.func @main({arguments}) -> {full} {{\n"
        + "\n".join(writer.lines)
        + f"\n    return {value[0]} : {full}\n}}\n"
    )


def place(text, speeds=(1, 1)):
    """The stages of a module on devices that are thought to have these speeds."""
    kinds = [
        {
            "name": f"cpu{number}",
            "count": 1,
            "link": {"bandwidth": 1e10},
            "roofline": {"peak": {"default": 1e11 * speed}, "bandwidth": 2e10 * speed},
        }
        for number, speed in enumerate(speeds)
    ]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as machine:
        json.dump({"version": 1, "name": "pair", "kinds": kinds}, machine)
        machine.flush()
        outlined, _ = run_pipeline(
            text, f'placement-pipeline{{machine-file="{machine.name}"}}'
        )
    return StageProgram.from_text(outlined)


def draw(program, seed=1):
    """Weights and a sample whose values hardly grow or shrink from layer to layer."""
    generator = numpy.random.default_rng(seed)

    def array(argument):
        kind = program.values[program.arguments[argument].value]
        if kind.dtype.kind == "i":
            return generator.integers(0, 1000, kind.shape).astype(kind.dtype)
        fan_in = numpy.prod(kind.shape[:-1]) if len(kind.shape) > 1 else 1
        return (generator.normal(0, 1, kind.shape) / numpy.sqrt(fan_in)).astype(
            kind.dtype
        )

    weights = [array(a) for a in program.weights]
    return weights, [array(a) for a in program.activations]
