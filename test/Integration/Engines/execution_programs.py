"""Placed models and what they compute unplaced, for tests of engines."""

import json

import numpy
from placement import backends, run_pipeline
from placement.stages import StageProgram, single_stage


def place(text, folder, devices, *, anywhere=False):
    """The program in stages on so many devices of one kind, which may have several
    each."""
    machine = folder / "machine.json"
    kind = {
        "name": "acc",
        "count": devices,
        "link": {"bandwidth": 1e12, "latency": 0.2 if anywhere else 0.0},
        "roofline": {"peak": {"default": 1e12}, "bandwidth": 1e12},
    }
    machine.write_text(json.dumps({"version": 1, "name": "quad", "kinds": [kind]}))
    options = ""
    if anywhere:
        options = "contiguous=false algorithm=local-search work-limit=8000000"
    outlined, _ = run_pipeline(
        text, f'placement-pipeline{{machine-file="{machine}" {options}}}'
    )
    return StageProgram.from_text(outlined)


def weights_and_samples(program, count, seed=3):
    """Weights of a program, and so many samples."""
    random = numpy.random.default_rng(seed)

    def array(argument):
        kind = program.values[program.arguments[argument].value]
        if kind.dtype.kind in "iu":
            return random.integers(0, 4, kind.shape).astype(kind.dtype)
        return (random.standard_normal(kind.shape) * 0.1).astype(kind.dtype)

    weights = [array(number) for number in program.weights]
    return weights, [[array(n) for n in program.activations] for _ in range(count)]


def unplaced(text, weights, samples):
    """Results of the whole program on one device, for each sample."""
    whole = single_stage(text)
    backend = backends.get("jax")
    loaded = {
        name: backend.load(backend.compile(stage))
        for name, stage in whole.texts.items()
    }
    found = []
    for sample in samples:
        values = dict(zip(map(int, whole.weights), weights, strict=True))
        values.update(zip(map(int, whole.activations), sample, strict=True))
        for call in whole.calls:
            executable = loaded[call.function]
            made = executable([executable.put(values[v]) for v in call.operands])
            values.update(
                zip(call.results, (executable.get(m) for m in made), strict=True)
            )
        found.append([values[v] for v in whole.results])
    return found


def check(results, expected):
    """Each sample has its own results, so that a wrong order is found."""
    for got, want in zip(results, expected, strict=True):
        for one, other in zip(got, want, strict=True):
            numpy.testing.assert_allclose(one, other, rtol=2e-4, atol=1e-5)
