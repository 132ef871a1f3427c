"""The engine `fences`: one IREE program over all stages, several calls in flight.

The whole program is compiled for as many devices of the CPU as the plan has,
each with a pool of threads of its own. A call returns at once; IREE starts each
stage when its inputs are there, so calls that are in flight form the pipeline. It
is how a program runs on real devices of IREE; on a CPU, processes are steadier. A
stage that never returns cannot be ended here.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy

from placement.errors import InputError, PlacementError, StageError, StageTimeout
from placement.runtime import affinity
from placement.runtime.accumulate import Mode
from placement.runtime.engine import Completion, Engine, Setup
from placement.runtime.stats import shared_cores

# Seconds that `close` waits for calls in flight.
GRACE = 10.0
# Seconds in which a pool's threads have set themselves up.
_SETTLE = 0.5
_TASKS = Path("/proc/self/task")


@dataclass(frozen=True)
class _Flight:
    number: int
    launch: Any


class FencesEngine(Engine):
    """See the module."""

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        backend = setup.backend
        name = backend if isinstance(backend, str) else backend.name
        if name != "iree":
            raise InputError(f"the engine fences runs IREE, not the backend '{name}'")
        if setup.program.outlined is None:
            raise InputError(
                "the engine fences compiles the whole program: read it with "
                "StageProgram.from_text"
            )
        workers = setup.schedule.workers
        self._cores: tuple[int | None, ...] = (None,) * len(workers)
        if setup.threads == 1 or setup.cores is not None:
            self._cores = affinity.assign(len(self._cores), setup.cores)
        self._program: Any = None
        self._weights: dict[int, Any] = {}
        self._flight: deque[_Flight] = deque()
        self._sent = 0

    def start(self) -> None:
        from placement import _core
        from placement.backends import iree_program

        text, _ = _core.run_pipeline(
            self.setup.program.outlined, "convert-placement-to-iree{donate=false}"
        )
        artifact = iree_program.compile_program(
            text, fences=True, **self.setup.compile_options
        )
        devices = {}
        for place, core in zip(self.setup.program.devices, self._cores, strict=True):
            name = iree_program.device_name(place.kind, place.index)
            devices[name] = _create_pinned(self.setup.threads, core)
        self._program = iree_program.IreeProgram(
            artifact, [devices[name] for name in artifact.devices]
        )
        self.set_weights(self.setup.weights)

    def submit(
        self, inputs: Mapping[int, numpy.ndarray], mode: Mode = Mode.DELIVER
    ) -> None:
        number = self._sent
        self._sent += 1
        views = [
            self._weights[argument.value]
            if argument.value in self._weights
            else self._program.put(position, inputs[argument.value])
            for position, argument in enumerate(self.setup.program.arguments)
        ]
        with self._named(number):
            self._flight.append(_Flight(number, self._program.launch(views)))

    def collect(self, timeout: float) -> Completion:
        flight = self._flight[0]
        with self._named(flight.number):
            arrays = flight.launch.wait(timeout)
        when = time.monotonic_ns()
        self._flight.popleft()
        program = self.setup.program
        made = {value for call in program.calls for value in call.results}
        values = {
            value: array
            for value, array in zip(program.results, arrays, strict=True)
            if value in made
        }
        return Completion(values, when)

    def set_weights(self, weights: Mapping[int, numpy.ndarray]) -> None:
        # The old ones go first: both at once may not fit.
        self._weights.clear()
        for position, argument in enumerate(self.setup.program.arguments):
            if argument.role == "weight":
                array = weights[argument.value]
                self._weights[argument.value] = self._program.put(position, array)

    def close(self) -> None:
        deadline = time.monotonic() + GRACE
        while self._flight:
            # What becomes of them is of no interest any more.
            with contextlib.suppress(RuntimeError, StageTimeout):
                left = max(deadline - time.monotonic(), 0)
                self._flight[0].launch.wait(left)
            self._flight.popleft()
        self._weights.clear()
        self._program = None

    def notes(self) -> tuple[str, ...]:
        notes = ["stages are not timed one by one: IREE runs them"]
        if self.setup.threads > 1 and self.setup.cores is None:
            notes.append("stages are not pinned: each has several threads")
        elif not affinity.can_pin():
            notes.append("stages are not pinned: this system does not pin threads")
        elif shared := shared_cores(self._cores):
            notes.append(shared)
        return tuple(notes)

    @contextlib.contextmanager
    def _named(self, number: int) -> Any:
        """Says of which microbatch an exception is."""
        stages = ", ".join(
            f"{stage.stage} ({stage.device})" for stage in self.setup.program.stages
        )
        try:
            yield
        except StageTimeout as error:
            raise StageTimeout(
                f"microbatch {number} has no result from stages {stages}: {error}"
            ) from None
        except PlacementError:
            raise
        except (RuntimeError, ValueError) as error:
            raise StageError(
                f"stages {stages}: IREE failed on microbatch {number}: {error}"
            ) from error


def _create_pinned(threads: int, core: int | None) -> Any:
    """A device whose pool of threads runs on one core; anywhere if that is None."""
    from placement.backends import iree

    if core is None:
        return iree.create_pool_device(threads)
    before = set(_workers())
    usual = os.sched_getaffinity(0)
    # Other threads of the runtime stay where their creator is.
    os.sched_setaffinity(0, {core})
    try:
        device = iree.create_pool_device(threads)
        deadline = time.monotonic() + _SETTLE
        made: list[int] = []
        # Workers choose cores for themselves when they start: after that, not before.
        while time.monotonic() < deadline:
            made = [task for task in _workers() if task not in before]
            if len(made) >= threads and all(
                os.sched_getaffinity(task) != {core} for task in made
            ):
                break
            time.sleep(0.005)
        for task in made:
            os.sched_setaffinity(task, {core})
    finally:
        os.sched_setaffinity(0, usual)
    return device


def _workers() -> list[int]:
    """Threads of this process that work for a pool of IREE."""
    found = []
    for task in _TASKS.iterdir():
        with contextlib.suppress(OSError):
            if (task / "comm").read_text().startswith("iree-worker"):
                found.append(int(task.name))
    return found
