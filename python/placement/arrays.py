"""Checks and conversions of arrays that a caller hands in."""

from __future__ import annotations

import operator
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from placement.errors import InputError

# What the core reads as "none" in an array of indices.
NONE = 2**32 - 1


def shape_text(shape: tuple[int, ...]) -> str:
    return "(" + ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"


def array(name: str, values: ArrayLike, shape: tuple[int, ...], rule: str):
    """The values as an array of that shape; -1 in the shape is any length.

    Raises:
        InputError: Names the array, its shape and the rule.
    """
    try:
        made = np.asarray(values)
    except ValueError as error:
        raise InputError(f"{name}: rows of different lengths; give {rule}") from error
    fits = made.ndim == len(shape) and all(
        want in (-1, have) for want, have in zip(shape, made.shape, strict=True)
    )
    # An empty list has no second dimension.
    if not fits and made.size == 0 and 0 in shape:
        return made.reshape(shape)
    if not fits:
        raise InputError(f"{name}: has the shape {shape_text(made.shape)}; give {rule}")
    return made


def figures(
    name: str, values: ArrayLike, shape: tuple[int, ...], rule: str
) -> NDArray[np.float64]:
    """Numbers as float64, in row-major order."""
    made = array(name, values, shape, rule)
    if made.size and made.dtype.kind not in "fiub":
        raise InputError(f"{name}: holds {made.dtype} and no numbers; give {rule}")
    return np.ascontiguousarray(made, dtype=np.float64)


def whole(
    name: str, values: ArrayLike, length: int, rule: str, *, lowest: int, highest: int
) -> NDArray[np.int64]:
    """Whole numbers within bounds, as int64."""
    made = array(name, values, (length,), rule)
    if made.size and made.dtype.kind not in "iub":
        raise InputError(f"{name}: holds {made.dtype}, not whole numbers; give {rule}")
    if made.dtype.kind == "u" and made.size and int(made.max()) > 2**63 - 1:
        raise InputError(f"{name}: holds {int(made.max())}; give {rule}")
    made = np.ascontiguousarray(made, dtype=np.int64)
    wrong = np.flatnonzero((made < lowest) | (made > highest))
    if wrong.size:
        at = int(wrong[0])
        raise InputError(f"{name}[{at}]: is {int(made[at])}; give {rule}")
    return made


def indices(
    name: str,
    values: ArrayLike,
    length: int,
    below: int,
    rule: str,
    *,
    optional: bool = False,
) -> NDArray[np.uint32]:
    """Indices below a limit as uint32; -1 becomes NONE where `optional`."""
    made = whole(
        name, values, length, rule, lowest=-1 if optional else 0, highest=below - 1
    )
    return np.where(made < 0, NONE, made).astype(np.uint32)


def flatten(
    name: str, lists: Sequence[ArrayLike]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Offsets and entries of a list of lists of indices."""
    rows = []
    for index, row in enumerate(lists):
        made = np.asarray(row)
        if made.ndim != 1 or (made.size and made.dtype.kind not in "iu"):
            raise InputError(f"{name}[{index}]: is no list of indices")
        rows.append(made.astype(np.int64))
    offsets = np.zeros(len(rows) + 1, dtype=np.int64)
    np.cumsum([row.size for row in rows], out=offsets[1:])
    entries = np.concatenate(rows) if rows else np.zeros(0, dtype=np.int64)
    return offsets, entries


def whole_number(name: str, value: object, lowest: int, highest: int) -> int:
    """One whole number within bounds.

    Raises:
        InputError: Names it and the bounds.
    """
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        number = None
    if number is None or isinstance(value, bool) or not lowest <= number <= highest:
        raise InputError(
            f"{name}: is {value!r}; give a whole number from {lowest} to {highest}"
        )
    return number
