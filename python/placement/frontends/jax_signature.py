"""How arguments of a JAX function become arrays, and arrays its results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy

from placement import extras
from placement.errors import InputError
from placement.frontends.program import check_array
from placement.frontends.trees import Tree, compare_trees, path_of
from placement.stages import TensorType

extras.load("jax", "jax")  # Says what to install where it is missing.

import jax  # noqa: E402


@dataclass(frozen=True)
class Leaves:
    """Arguments of a JAX function, without static ones, leaf by leaf.

    Attributes:
        tree: The structure of (positional arguments, keyword arguments).
        types: Type of each leaf.
        kept: Numbers of the leaves that the text's function takes: it has no
            argument for those that a jitted function does not use.
        positions: What number each positional argument has in a call of the
            function.
    """

    tree: Tree
    types: tuple[TensorType, ...]
    kept: tuple[int, ...]
    positions: tuple[int, ...]

    def flatten(
        self, args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> list[numpy.ndarray]:
        """The leaves that are kept, checked."""
        values = compare_trees(self.tree, (tuple(args), dict(kwargs)), self.positions)
        return [
            _to_array(values[number], self.types[number], path)
            for number, path in zip(self.kept, self.names, strict=True)
        ]

    @cached_property
    def names(self) -> list[str]:
        """What a person calls each leaf that is kept."""
        paths = self.tree.paths()
        return [path_of(paths[number], self.positions) for number in self.kept]

    def part(self, chosen: Sequence[int]) -> Leaves:
        """The positional arguments at these places alone."""
        numbered = self.tree.build(range(len(self.types)))[0]
        part = tuple(numbered[place] for place in chosen)
        leaves = jax.tree.leaves(part)
        return Leaves(
            Tree.of(jax.tree.structure((part, {}))),
            tuple(self.types[leaf] for leaf in leaves),
            tuple(n for n, leaf in enumerate(leaves) if leaf in self.kept),
            tuple(self.positions[place] for place in chosen),
        )


@dataclass(frozen=True)
class JaxSignature:
    """The signature of a JAX function.

    Attributes:
        inputs: Its arguments.
        outputs: The structure of what is returned.
        static: Values of static arguments, by position or by name.
        weights: Places among the positional arguments of `inputs` of those that
            hold weights.
    """

    inputs: Leaves
    outputs: Tree
    static: Mapping[int | str, Any]
    weights: tuple[int, ...]

    def flatten(
        self, args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> list[numpy.ndarray]:
        return self.inputs.flatten(*self._without_static(args, kwargs))

    def flatten_weights(self, weights: Sequence[Any]) -> list[numpy.ndarray]:
        part = self._parts[0]
        if len(weights) != len(part.positions):
            raise InputError(
                f"{len(part.positions)} arguments hold weights (number "
                f"{', '.join(map(str, part.positions)) or 'none'}), and "
                f"{len(weights)} were given"
            )
        return part.flatten(weights, {})

    def flatten_sample(self, sample: Any) -> list[numpy.ndarray]:
        part = self._parts[1]
        if len(part.positions) == 1 and not isinstance(sample, (tuple, list)):
            sample = (sample,)
        if len(sample) != len(part.positions):
            raise InputError(
                f"a sample is the tuple of the arguments "
                f"{', '.join(map(str, part.positions))}, and this has {len(sample)} "
                "parts"
            )
        return part.flatten(sample, {})

    def unflatten(self, results: Sequence[numpy.ndarray]) -> Any:
        with jax.enable_x64(True):
            arrays = [jax.numpy.asarray(result) for result in results]
        return self.outputs.build(arrays)

    def to_json(self) -> dict[str, Any]:
        for name, value in self.static.items():
            if not isinstance(value, (bool, int, float, str, type(None))):
                raise InputError(
                    f"the static argument {name!r} cannot be stored: it is no number "
                    "or string"
                )
        inputs = self.inputs
        return {
            "kind": "jax",
            "inputs": inputs.tree.to_json("the arguments"),
            "types": [[list(t.shape), t.dtype.name, t.nbytes] for t in inputs.types],
            "kept": list(inputs.kept),
            "positions": list(inputs.positions),
            "outputs": self.outputs.to_json("the results"),
            "static": [[name, value] for name, value in self.static.items()],
            "weights": list(self.weights),
        }

    def arrays(self) -> list[numpy.ndarray]:
        return []

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> JaxSignature:
        types = tuple(
            TensorType(tuple(shape), jax.numpy.dtype(name), nbytes)
            for shape, name, nbytes in data["types"]
        )
        inputs = Leaves(
            Tree.from_json(data["inputs"]),
            types,
            tuple(data["kept"]),
            tuple(data["positions"]),
        )
        return JaxSignature(
            inputs,
            Tree.from_json(data["outputs"]),
            dict(data["static"]),
            tuple(data["weights"]),
        )

    @cached_property
    def _parts(self) -> tuple[Leaves, Leaves]:
        """Weights and activations apart."""
        if by_name := self.inputs.tree.build(range(len(self.inputs.types)))[1]:
            raise InputError(
                f"the function was placed with the keyword argument "
                f"'{next(iter(by_name))}': for a pipeline, place it with positional "
                "arguments"
            )
        places = range(len(self.inputs.positions))
        others = [place for place in places if place not in self.weights]
        return self.inputs.part(self.weights), self.inputs.part(others)

    def _without_static(
        self, args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        positions = self.inputs.positions
        count = len(positions) + sum(isinstance(n, int) for n in self.static)
        if len(args) != count:
            raise InputError(
                f"the function was placed with {count} positional arguments, and got "
                f"{len(args)}"
            )
        for name, placed in self.static.items():
            what = f"argument {name!r}"
            if isinstance(name, str) and name not in kwargs:
                raise InputError(f"the static {what} is missing")
            value = args[name] if isinstance(name, int) else kwargs[name]
            if value != placed:
                raise InputError(
                    f"the static {what} is {value!r}, and was {placed!r} when the "
                    "function was placed: place it again for another value"
                )
        return (
            tuple(args[number] for number in positions),
            {name: v for name, v in kwargs.items() if name not in self.static},
        )


def _to_array(value: Any, wanted: TensorType, path: str) -> numpy.ndarray:
    """As `check_array`, for what JAX would take: f64 becomes f32 where JAX, too,
    works without 64 bits."""
    if isinstance(value, (numpy.ndarray, numpy.generic)):
        usual = jax.dtypes.canonicalize_dtype(value.dtype)
        if usual != value.dtype and usual == wanted.dtype:
            value = value.astype(usual)
    return check_array(value, wanted, path)
