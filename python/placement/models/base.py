"""What an example model is: a function, and how its arguments are drawn."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import numpy

from placement import extras


@dataclasses.dataclass(frozen=True)
class Parameter:
    """Shape of an array of weights, and what it is for, which says how to draw it.

    kind: `matrix` (the last dimension is the output's; variance 1 / fan-in),
        `filter` (the same with variance 2 / fan-in, as a rectifier follows),
        `embedding` (rows of length about one), `scale` and `variance` (near one),
        `shift` (near zero).
    """

    shape: tuple[int, ...]
    kind: str

    def draw(self, generator: numpy.random.Generator) -> numpy.ndarray:
        """Random values, f32, that neither blow up nor die out in deep models."""
        if self.kind in ("scale", "variance"):
            return generator.uniform(0.8, 1.2, self.shape).astype(numpy.float32)
        if self.kind == "shift":
            return generator.uniform(-0.1, 0.1, self.shape).astype(numpy.float32)
        gain = {"matrix": 1, "filter": 2, "embedding": 1}[self.kind]
        fan_in = math.prod(
            self.shape[1:] if self.kind == "embedding" else self.shape[:-1]
        )
        values = generator.standard_normal(self.shape, numpy.float32)
        values *= numpy.float32(math.sqrt(gain / fan_in))
        return values


@dataclasses.dataclass(frozen=True)
class Input:
    """An input of a model: standard normal, or integers below `high`."""

    shape: tuple[int, ...]
    high: int | None = None

    @property
    def dtype(self) -> numpy.dtype:
        return numpy.dtype(numpy.float32 if self.high is None else numpy.int32)

    def draw(self, generator: numpy.random.Generator) -> numpy.ndarray:
        if self.high is None:
            return generator.standard_normal(self.shape, numpy.float32)
        return generator.integers(0, self.high, self.shape, numpy.int32)


@dataclasses.dataclass(frozen=True)
class Model:
    """A function `f(parameters, *inputs)` to be placed, and its arguments.

    Attributes:
        name: Its name in the catalogue.
        function: A plain function that JAX can trace.
        parameters: A pytree of `Parameter`: what the first argument looks like.
        inputs: The other arguments.
        phase: `inference`, or `training` for a function that returns the
            parameters after a step of gradient descent.
    """

    name: str
    function: Callable[..., Any]
    parameters: Any
    inputs: tuple[Input, ...]
    phase: str = "inference"

    @property
    def weights(self) -> tuple[int, ...]:
        """Numbers of the arguments that hold weights, as `place` takes them."""
        return (0,)

    def arguments(self) -> tuple[Any, ...]:
        """Shapes and element types of the arguments, as `jax.ShapeDtypeStruct`."""
        jax = extras.load("jax", "jax")

        def struct(leaf: Parameter) -> Any:
            return jax.ShapeDtypeStruct(leaf.shape, numpy.float32)

        inputs = [jax.ShapeDtypeStruct(i.shape, i.dtype) for i in self.inputs]
        return (jax.tree.map(struct, self.parameters), *inputs)

    def example(self, seed: int = 0) -> tuple[Any, ...]:
        """Random arguments as numpy arrays; the same seed gives the same ones."""
        jax = extras.load("jax", "jax")
        weights, inputs = numpy.random.SeedSequence(seed).spawn(2)
        generator = numpy.random.default_rng(weights)
        drawn = jax.tree.map(lambda leaf: leaf.draw(generator), self.parameters)
        return (drawn, *self.draw_inputs(numpy.random.default_rng(inputs)))

    def draw_inputs(self, generator: numpy.random.Generator) -> list[numpy.ndarray]:
        """Random inputs alone: one microbatch."""
        return [i.draw(generator) for i in self.inputs]

    def size(self) -> int:
        """The number of weights."""
        jax = extras.load("jax", "jax")
        return sum(math.prod(leaf.shape) for leaf in jax.tree.leaves(self.parameters))
