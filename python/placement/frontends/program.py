"""A program that came in: its text, and how its arguments are called outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy

from placement.errors import InputError
from placement.stages import TensorType


class Signature(Protocol):
    """How a caller's arguments become arrays, and arrays become what is returned."""

    def flatten(
        self, args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> list[numpy.ndarray]:
        """One array for each argument of the text's function, in order.

        Raises:
            InputError: Their number, structure, a shape or an element type is
                wrong; the message names the argument.
        """
        ...

    def flatten_weights(self, weights: Sequence[Any]) -> list[numpy.ndarray]:
        """One array for each weight of the text's function, of the arguments that
        hold weights.

        Raises:
            InputError: As `flatten`.
        """
        ...

    def flatten_sample(self, sample: Any) -> list[numpy.ndarray]:
        """One array for each activation of the text's function, of the tuple of the
        other arguments; a single one that is no tuple may come alone.

        Raises:
            InputError: As `flatten`.
        """
        ...

    def unflatten(self, results: Sequence[numpy.ndarray]) -> Any:
        """What the function returns, of the arrays that the text's function does."""
        ...

    def to_json(self) -> dict[str, Any]:
        """What `from_json` of the same class takes.

        Raises:
            InputError: Something in it cannot be stored; the message says what.
        """
        ...

    def arrays(self) -> list[numpy.ndarray]:
        """Arrays that belong to it and are stored apart from the JSON."""
        ...


@dataclass(frozen=True)
class Program:
    """A module in generic form, ready for the passes.

    Attributes:
        text: The module; its only public function is the program. Arguments carry
            `placement.role` where the source knows it.
        name: What to call the source in messages.
        signature: How its arguments are called; None for a source that says nothing
            about them: then they are a list of arrays, as the text has them.
        backend: Name of the backend that understands its operations.
    """

    text: str
    name: str = "<text>"
    signature: Signature | None = None
    backend: str = "jax"


@dataclass(frozen=True)
class FlatSignature:
    """Arrays in the order of the text's arguments, and a list of arrays back.

    Attributes:
        types: Type of each argument.
        weights: Numbers of those that are weights.
    """

    types: tuple[TensorType, ...]
    weights: tuple[int, ...]

    def flatten(
        self, args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> list[numpy.ndarray]:
        if kwargs:
            raise InputError(
                f"the program takes no argument by name, and got '{next(iter(kwargs))}'"
            )
        return self._check(args, range(len(self.types)), "arguments")

    def flatten_weights(self, weights: Sequence[Any]) -> list[numpy.ndarray]:
        return self._check(weights, self.weights, "weights")

    def flatten_sample(self, sample: Any) -> list[numpy.ndarray]:
        others = [n for n in range(len(self.types)) if n not in self.weights]
        if len(others) == 1 and not isinstance(sample, (tuple, list)):
            sample = (sample,)
        return self._check(sample, others, "activations")

    def unflatten(self, results: Sequence[numpy.ndarray]) -> list[numpy.ndarray]:
        return list(results)

    def to_json(self) -> dict[str, Any]:
        raise AssertionError("a flat signature follows from the text")

    def arrays(self) -> list[numpy.ndarray]:
        return []

    def _check(
        self, values: Sequence[Any], numbers: Sequence[int], what: str
    ) -> list[numpy.ndarray]:
        if len(values) != len(numbers):
            raise InputError(
                f"the program takes {len(numbers)} {what}, not {len(values)}"
            )
        return [
            check_array(value, self.types[number], f"argument {number}")
            for value, number in zip(values, numbers, strict=True)
        ]


def check_array(value: Any, wanted: TensorType, path: str) -> numpy.ndarray:
    """`value` as an array of the host, without a copy where it is one.

    Numbers of Python are converted; arrays must be of the very type.

    Raises:
        InputError: It is of another shape or element type.
    """
    if isinstance(value, (bool, int, float, complex)):
        kinds = {bool: "b", int: "biuf", float: "f", complex: "c"}[type(value)]
        custom = wanted.dtype.kind == "V" and isinstance(value, (int, float))
        if wanted.shape == () and (
            wanted.dtype.kind in kinds + "c" * (type(value) is not bool) or custom
        ):
            try:
                return numpy.array(value, wanted.dtype)
            except OverflowError:
                raise InputError(f"{path} is {value}, too large for {wanted}") from None
    array = numpy.asarray(value)
    if array.shape != wanted.shape or array.dtype != wanted.dtype:
        found = TensorType(array.shape, array.dtype, array.nbytes)
        raise InputError(f"{path} is {found}, and must be {wanted}")
    return array
