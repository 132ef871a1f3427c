"""Sums of results over microbatches, made where the results are made.

In training each microbatch gives gradients, and only their sum or mean is wanted.
A stage adds them up on its side, so that they travel once and not once for each
microbatch.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence

import numpy


class Mode(enum.IntFlag):
    """What a stage does with the results of a microbatch that the caller gets."""

    DELIVER = 0
    # Adds them up and only says that the microbatch is through.
    ADD = 1
    # Begins new sums with this microbatch.
    FIRST = 2
    # Delivers the sums after this microbatch, or the means.
    LAST = 4
    MEAN = 8


class Accumulator:
    """The sums of one stage, by channel."""

    def __init__(self) -> None:
        self._sums: dict[int, list[numpy.ndarray]] = {}
        self._counts: dict[int, int] = {}

    def take(
        self, channel: int, arrays: Sequence[numpy.ndarray], mode: Mode
    ) -> Sequence[numpy.ndarray]:
        """What to send in place of `arrays`: themselves, nothing, or the sums."""
        if not mode & Mode.ADD:
            return arrays
        if mode & Mode.FIRST:
            self._sums[channel] = [a.astype(sum_type(a.dtype)) for a in arrays]
            self._counts[channel] = 1
        else:
            for total, array in zip(self._sums[channel], arrays, strict=True):
                numpy.add(total, array, out=total)
            self._counts[channel] += 1
        if not mode & Mode.LAST:
            return ()
        sums, count = self._sums.pop(channel), self._counts.pop(channel)
        return [
            finish(total, count if mode & Mode.MEAN else 1).astype(array.dtype)
            for total, array in zip(sums, arrays, strict=True)
        ]


def sum_type(dtype: numpy.dtype) -> numpy.dtype:
    """The type to add up in: float32 for shorter floats, else the type itself."""
    if is_float(dtype) and dtype.itemsize < 4:
        return numpy.dtype("float32")
    return dtype


def is_float(dtype: numpy.dtype) -> bool:
    """Whether means of it make sense; knows bfloat16 and its like too."""
    if dtype.kind in "fc":
        return True
    # What ml_dtypes adds to numpy is of kind V, or f; its integers are too.
    return dtype.kind == "V" and "float" in dtype.name


def finish(total: numpy.ndarray, count: int) -> numpy.ndarray:
    """The mean of `count` arrays whose sum is `total`."""
    return total / total.dtype.type(count) if count != 1 else total
