"""Rooflines fitted to measured operations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# What the cost model counts a transcendental as (docs/CostModels.md).
TRANSCENDENTAL = 8
# Where there is nothing to fit to, the figures of a slow core.
_PEAK = 1e10
_BANDWIDTH = 1e10


@dataclass(frozen=True)
class Sample:
    """A measured operation.

    Attributes:
        operations: Arithmetic operations, transcendentals included.
        nbytes: Bytes read and written.
        element: Element type of most of the arithmetic; empty if unknown.
        time: Microseconds.
        count: How many of them a model has.
        heavy: Whether arithmetic is what it spends its time with.
    """

    operations: float
    nbytes: float
    element: str
    time: float
    count: int
    heavy: bool


@dataclass(frozen=True)
class Roofline:
    """What a device does at best: operations per second by element type, bytes per
    second, and microseconds that each operation costs in any case."""

    peak: Mapping[str, float]
    bandwidth: float
    launch: float

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Roofline:
        """Reads what `to_json` made."""
        return Roofline(dict(data["peak"]), data["bandwidth"], data["launch"])

    def to_json(self) -> dict[str, Any]:
        """As a machine file has it."""
        return {
            "peak": dict(self.peak),
            "bandwidth": self.bandwidth,
            "launch": self.launch,
        }

    def time(self, operations: float, nbytes: float, element: str) -> float:
        """Microseconds of an operation, by the formula of the cost model."""
        if operations == 0 and nbytes == 0:
            return 0.0
        peak = self.peak.get(element, self.peak["default"])
        return 1e6 * max(operations / peak, nbytes / self.bandwidth) + self.launch


def fit(samples: Iterable[Sample]) -> Roofline:
    """The roofline that prices these operations right in total.

    The peak of an element type is what its heavy operations reach on the whole, the
    bandwidth what light ones reach, as they are when they are fused. Operations
    count as often as the model has them. The launch is zero, since what it
    would cost is in the times that are fitted to.
    """
    done: dict[str, float] = {}
    spent: dict[str, float] = {}
    moved = moving = 0.0
    for sample in samples:
        if sample.heavy and sample.operations:
            done[sample.element] = (
                done.get(sample.element, 0.0) + sample.operations * sample.count
            )
            spent[sample.element] = (
                spent.get(sample.element, 0.0) + sample.time * sample.count
            )
        elif sample.nbytes:
            moved += sample.nbytes * sample.count
            moving += sample.time * sample.count
    peaks = {e: 1e6 * done[e] / spent[e] for e in sorted(done) if e and spent[e] > 0}
    peaks["default"] = min(peaks.values(), default=_PEAK)
    bandwidth = 1e6 * moved / moving if moved and moving else _BANDWIDTH
    return Roofline(peaks, bandwidth, 0.0)
