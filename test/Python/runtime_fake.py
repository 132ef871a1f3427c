"""A backend and programs for tests of the runtime: stages are Python functions.

The text of a stage is the body of `run(inputs)`, which sees numpy and returns a
list of arrays; all else that it does (sleep, raise, leave) is up to the test.
"""

import os
import textwrap
import time

import numpy
from placement.errors import InputError
from placement.stages import Argument, Call, Device, Stage, StageProgram, TensorType

FLOATS = TensorType((4,), numpy.dtype("float32"), 16)
INTEGERS = TensorType((4,), numpy.dtype("int64"), 32)


class FakeExecutable:
    """Runs a body; a handle is an array of its own."""

    def __init__(self, text):
        code = "def run(inputs):\n" + textwrap.indent(text, "    ")
        space = {"numpy": numpy, "os": os}
        exec(code, space)
        self._run = space["run"]

    def put(self, array):
        return numpy.array(array)

    def __call__(self, inputs):
        return self._run(inputs)

    def get(self, handle):
        return handle


class FakeBackend:
    """See the module."""

    name = "fake"

    def compile(self, text, **options):
        if "refused" in text:
            raise InputError("the compiler refuses this")
        return text.encode()

    def load(self, artifact, *, device=0, threads=1):
        if b"unloadable" in artifact:
            raise InputError("this cannot be loaded")
        return FakeExecutable(artifact.decode())


def program(calls, *, arguments, results, stages=None, types=None, devices=None):
    """A stage program.

    Args:
        calls: (function, stage, operands, results, body) of each call.
        arguments: Role of each argument; values are numbered from them on.
        results: Values.
        stages: How many; by default as many as calls name.
        types: Value -> type, where it isn't `FLOATS`.
        devices: Stage -> number of its device; by default one for each.
    """
    devices = devices or {}
    count = len(arguments) + sum(len(c[3]) for c in calls)
    types = types or {}
    number = stages if stages is not None else 1 + max(c[1] for c in calls)
    return StageProgram(
        values=tuple(types.get(v, FLOATS) for v in range(count)),
        arguments=tuple(Argument(v, role) for v, role in enumerate(arguments)),
        stages=tuple(Stage(s, Device("acc", devices.get(s, s))) for s in range(number)),
        calls=tuple(Call(c[0], c[1], None, tuple(c[2]), tuple(c[3])) for c in calls),
        transfers=(),
        results=tuple(results),
        texts={c[0]: c[4] for c in calls},
    )


def chain(*bodies, types=None, devices=None):
    """Stages in a row, each from one value to one; no weights."""
    calls = [(f"f{i}", i, [i], [i + 1], body) for i, body in enumerate(bodies)]
    return program(
        calls,
        arguments=["activation"],
        results=[len(bodies)],
        types=types,
        devices=devices,
    )


def training(stages=2, devices=None):
    """A training step of a chain of `x -> x * w` stages.

    Each stage k has its forward call, which stashes its input, and its backward
    call, which takes the gradient from above. Results are the gradients of the
    weights; argument 0 is the sample, then come the weights.
    """
    weights = list(range(1, stages + 1))
    at = stages + 1
    calls, stash, value = [], [], 0
    for k in range(stages):
        # y = x * w, and x itself stays.
        calls.append(
            (
                f"forward{k}",
                k,
                [value, weights[k]],
                [at, at + 1],
                "x, w = inputs\nreturn [x * w, x + 0]",
            )
        )
        stash.append(at + 1)
        value, at = at, at + 2
    gradients = [0] * stages
    for k in reversed(range(stages)):
        calls.append(
            (
                f"backward{k}",
                k,
                [value, stash[k], weights[k]],
                [at, at + 1],
                "g, x, w = inputs\nreturn [g * w, g * x]",
            )
        )
        value, gradients[k], at = at, at + 1, at + 2
    roles = ["activation"] + ["weight"] * stages
    return program(calls, arguments=roles, results=gradients, devices=devices)


def samples(count, *, seed=1):
    """Samples of one `FLOATS` each."""
    generator = numpy.random.default_rng(seed)
    return [(generator.random(4).astype("float32"),) for _ in range(count)]


class SlowBackend(FakeBackend):
    """Takes its time to load."""

    def load(self, artifact, *, device=0, threads=1):
        time.sleep(0.5)
        return super().load(artifact, device=device, threads=threads)


class DyingBackend(FakeBackend):
    """Leaves the process instead of loading."""

    def load(self, artifact, *, device=0, threads=1):
        os._exit(5)
