"""Threads that run the calls of one sample; see `placement.runtime.single`."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import TYPE_CHECKING, NamedTuple

import numpy

from placement.errors import PlacementError

if TYPE_CHECKING:
    from placement.backends.base import Backend, Executable, Handle
    from placement.stages import Call, Device, Stage, StageProgram


class Task(NamedTuple):
    """A call of a sample with its inputs; None stands for weights."""

    sample: int
    call: int
    inputs: list[numpy.ndarray | None]


class Done(NamedTuple):
    """What became of a task; monotonic nanoseconds. That a lane has loaded its
    calls, or could not, is reported with the sample -1."""

    sample: int
    call: int
    results: list[numpy.ndarray]
    error: Exception | None
    start: int
    finish: int


@dataclass(frozen=True)
class Common:
    """What all lanes of a runner share.

    Attributes:
        program: The stages.
        backend: Loads and runs them.
        artifacts: Function -> what the backend made of it.
        weights: Id of the value -> array.
        done: Where lanes report.
    """

    program: StageProgram
    backend: Backend
    artifacts: dict[str, bytes]
    weights: Mapping[int, numpy.ndarray]
    done: SimpleQueue[Done] = field(default_factory=SimpleQueue)

    def label(self, call: Call) -> str:
        """How messages name a call."""
        device = self.program.device_of(call.stage)
        return f"stage {call.stage} on {device}, function @{call.function}"


class Lane:
    """A thread with the executables of some calls of one device.

    Args:
        common: What it shares with others.
        device: Of its calls.
        calls: Their numbers, in order.
        ordered: Whether they have to run in that order.
    """

    def __init__(
        self, common: Common, device: Device, calls: Sequence[int], ordered: bool
    ) -> None:
        self._common = common
        self._number = common.program.devices.index(device)
        self.calls = tuple(calls)
        self.ordered = ordered
        self.tasks: SimpleQueue[Task | None] = SimpleQueue()
        self._loaded: dict[int, tuple[Executable, list[Handle | None]]] = {}
        self._weights: dict[int, Handle] = {}
        self.thread = threading.Thread(
            target=self._work, name=f"placement-{device}", daemon=True
        )

    def _work(self) -> None:
        common = self._common
        try:
            for call in self.calls:
                self._load(call)
        except Exception as error:
            common.done.put(Done(-1, -1, [], error, 0, 0))
            return
        common.done.put(Done(-1, -1, [], None, 0, 0))
        while (task := self.tasks.get()) is not None:
            start = time.monotonic_ns()
            results: list[numpy.ndarray] = []
            error = None
            try:
                results = self._run(task)
            except Exception as failure:
                error = failure
            common.done.put(
                Done(
                    task.sample,
                    task.call,
                    results,
                    error,
                    start,
                    time.monotonic_ns(),
                )
            )

    def _load(self, number: int) -> None:
        common = self._common
        call = common.program.calls[number]
        try:
            executable = common.backend.load(
                common.artifacts[call.function],
                device=self._number % common.backend.device_count(),
            )
        except PlacementError as error:
            raise type(error)(f"{common.label(call)}: {error}") from error
        for value in call.operands:
            if value in common.weights and value not in self._weights:
                self._weights[value] = executable.put(common.weights[value])
        given = [self._weights.get(value) for value in call.operands]
        self._loaded[number] = executable, given

    def _run(self, task: Task) -> list[numpy.ndarray]:
        executable, given = self._loaded[task.call]
        handles = [
            executable.put(array) if array is not None else weight
            for array, weight in zip(task.inputs, given, strict=True)
        ]
        return [executable.get(handle) for handle in executable(handles)]


def spread(calls: Sequence[tuple[int, Stage]], width: int) -> list[list[int]]:
    """Calls in lanes: those that the plan has run at the same time in different
    ones, as far as `width` allows."""
    lanes: list[list[int]] = []
    ends: list[float] = []
    for number, stage in sorted(calls, key=lambda c: (c[1].start or 0.0, c[0])):
        start, finish = stage.start or 0.0, stage.finish or 0.0
        free = [lane for lane, end in enumerate(ends) if end <= start]
        if free and finish > start:
            lane = free[0]
        elif len(lanes) < width:
            lane = len(lanes)
            lanes.append([])
            ends.append(0.0)
        else:
            lane = min(range(width), key=ends.__getitem__)
        lanes[lane].append(number)
        ends[lane] = max(ends[lane], finish)
    return [sorted(lane) for lane in lanes]
