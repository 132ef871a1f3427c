"""Models for tests that execute them, with arguments and what they compute."""

import os
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

import numpy
import pytest
from placement import backends, run_pipeline
from placement.stages import StageProgram, single_stage

os.environ["JAX_PLATFORMS"] = "cpu"


@dataclass(eq=False)
class Model:
    """A model with a machine to place it on.

    Attributes:
        path: Its module.
        devices: How many there are.
        replace: A text in the module and what to put there.
        anywhere: Whether a device may have several stages; then there are three.
    """

    path: Path
    devices: int
    replace: tuple[str, str] | None = None
    anywhere: bool = False
    generator: numpy.random.Generator = field(
        default_factory=lambda: numpy.random.default_rng(20)
    )

    @cached_property
    def text(self):
        text = self.path.read_text()
        return text.replace(*self.replace) if self.replace else text

    @cached_property
    def program(self):
        """The stages of the placed model."""
        return self.place()

    def place(self, options=""):
        folder = self.path.parents[1] / "Integration"
        machine, choice = folder / "machine.json", f"max-stages={self.devices}"
        if self.anywhere:
            machine = folder / "trio.json"
            choice = "contiguous=false algorithm=local-search work-limit=8000000"
        outlined, _ = run_pipeline(
            self.text,
            f'placement-pipeline{{machine-file="{machine}" {choice} {options}}}',
        )
        return StageProgram.from_text(outlined)

    @cached_property
    def whole(self):
        """The model as one call."""
        return single_stage(self.text)

    @cached_property
    def weights(self):
        return [
            self.draw(self.program.arguments[a].value) for a in self.program.weights
        ]

    def sample(self):
        """Activation arguments of one microbatch."""
        program = self.program
        return [self.draw(program.arguments[a].value) for a in program.activations]

    def draw(self, value):
        """A random array. Vectors are scales, variances and the like and stay near
        one; matrices and filters keep the size of what goes through them."""
        kind = self.program.values[value]
        if kind.dtype.kind == "i":
            return self.generator.integers(0, 1000, kind.shape).astype(kind.dtype)
        if len(kind.shape) <= 1:
            return self.generator.uniform(0.8, 1.2, kind.shape).astype(kind.dtype)
        fan_in = numpy.prod(kind.shape[:-1])
        scaled = self.generator.normal(0, 1 / numpy.sqrt(fan_in), kind.shape)
        return scaled.astype(kind.dtype)

    @cache  # noqa: B019 - models live as long as the session.
    def artifacts(self, backend):
        """What the backend makes of each stage."""
        loaded = backends.get(backend)
        return {name: loaded.compile(t) for name, t in self.program.texts.items()}

    @cache  # noqa: B019
    def loaded(self, backend):
        """The model as one call, in this process."""
        loaded = backends.get(backend)
        return loaded.load(
            loaded.compile(self.whole.texts[self.whole.calls[0].function])
        )

    def reference(self, backend, samples):
        """What the model computes without stages, in this process."""
        whole, program = self.whole, self.program
        call, executable = whole.calls[0], self.loaded(backend)
        weights = dict(zip(program.weights, self.weights, strict=True))
        results = []
        for sample in samples:
            given = weights | dict(zip(program.activations, sample, strict=True))
            values = {a.value: given[i] for i, a in enumerate(whole.arguments)}
            made = executable([executable.put(values[v]) for v in call.operands])
            values.update(zip(call.results, map(executable.get, made), strict=True))
            results.append([numpy.array(values[v]) for v in whole.results])
        return results


@pytest.fixture(scope="session")
def model(models):
    """model("bert_tiny", devices=4) makes a `Model`."""
    made = {}

    def make(name, devices=2, replace=None, *, anywhere=False):
        path = next(models.glob(f"{name}.*mlir"))
        key = (name, devices, replace, anywhere)
        return made.setdefault(key, Model(path, devices, replace, anywhere))

    return make
