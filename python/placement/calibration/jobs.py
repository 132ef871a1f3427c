"""What a measuring process is told, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Input:
    """An argument to be made up: shape, element type as MLIR spells it, and
    whether it is a weight, which is not in the cache when it is needed."""

    shape: tuple[int, ...]
    element: str
    nbytes: int
    weight: bool


@dataclass(frozen=True)
class Part:
    """A module that was compiled with others.

    Attributes:
        artifact: Its number among the artifacts of the job.
        number: Its number among the modules of that artifact.
    """

    artifact: int
    number: int


@dataclass(frozen=True)
class Item:
    """A module to be timed.

    Attributes:
        name: How it is called in messages and answers.
        text: A module whose public function is `main`.
        inputs: Its arguments.
        budget: Seconds to spend on calls, about; at least `least` calls are made.
        least: The fewest samples.
        part: Where it is compiled already; None if it has yet to be.
    """

    name: str
    text: str
    inputs: tuple[Input, ...]
    budget: float = 0.1
    least: int = 5
    part: Part | None = None


@dataclass(frozen=True)
class Job:
    """All that one process is to time, in order.

    Attributes:
        backend: Name of the backend.
        options: For its `compile`.
        core: The core to keep to; None for any.
        cache: Bytes that weights are rotated through twice.
        items: The modules.
        artifacts: What was compiled of several items at once.
    """

    backend: str
    options: Mapping[str, Any]
    core: int | None
    cache: int
    items: tuple[Item, ...]
    artifacts: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Timing:
    """Times of one module, in microseconds a call.

    Attributes:
        least: The least time of a call.
        median: The median.
        samples: How many times were taken.
    """

    least: float
    median: float
    samples: int

    @property
    def spread(self) -> float:
        """By how much the median is above the least, relative to it."""
        return self.median / self.least - 1 if self.least > 0 else 0.0


@dataclass(frozen=True)
class Failed:
    """A module that could not be timed, and why."""

    reason: str
