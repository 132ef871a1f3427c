"""What a worker gets once: its artifacts and its weights, in shared memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy

from placement.runtime.ring import Segment, aligned


@dataclass(frozen=True)
class Parcel:
    """Where things lie in a segment that is sent along.

    Attributes:
        nbytes: Size of the segment.
        artifacts: Function -> offset and length.
        weights: Id of the value -> offset, shape, element type.
    """

    nbytes: int
    artifacts: dict[str, tuple[int, int]]
    weights: dict[int, tuple[int, tuple[int, ...], numpy.dtype]]

    def open(self, fd: int) -> tuple[dict[str, bytes], dict[int, numpy.ndarray]]:
        """Artifacts, copied, and weights, which keep the segment alive.

        The descriptor is closed.
        """
        with Segment(self.nbytes, fd) as segment:
            artifacts = {
                name: segment.array(offset, (length,), "uint8").tobytes()
                for name, (offset, length) in self.artifacts.items()
            }
            weights = {
                value: segment.array(offset, shape, dtype)
                for value, (offset, shape, dtype) in self.weights.items()
            }
        return artifacts, weights


def pack(
    artifacts: Mapping[str, bytes], weights: Mapping[int, numpy.ndarray]
) -> tuple[Parcel, Segment]:
    """Copies artifacts and weights into a new segment.

    Raises:
        PlacementError: There is not that much memory.
    """
    lengths = [len(a) for a in artifacts.values()] + [
        w.nbytes for w in weights.values()
    ]
    offsets, total = _lay_out(lengths)
    at = iter(offsets)
    parcel = Parcel(
        total,
        {name: (next(at), len(data)) for name, data in artifacts.items()},
        {value: (next(at), w.shape, w.dtype) for value, w in weights.items()},
    )
    segment = Segment(total)
    for name, (offset, length) in parcel.artifacts.items():
        target = segment.array(offset, (length,), "uint8")
        target[:] = numpy.frombuffer(artifacts[name], "uint8")
    for value, (offset, shape, dtype) in parcel.weights.items():
        numpy.copyto(segment.array(offset, shape, dtype), weights[value], casting="no")
    return parcel, segment


def _lay_out(lengths: Iterable[int]) -> tuple[list[int], int]:
    offsets, total = [], 0
    for length in lengths:
        offsets.append(total)
        total += aligned(length)
    return offsets, total
