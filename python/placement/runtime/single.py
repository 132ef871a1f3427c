"""Runs one sample at a time, each call as soon as its inputs are there.

Every device has a *lane*: a thread that loads the calls of the device and runs them
in the order of the plan. Where calls may run beside each other, on a host of
unlimited width, the device has several lanes: calls that the plan has run at the
same time are in different ones, and each runs what is ready first.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from queue import Empty
from typing import TYPE_CHECKING, Any

import numpy

from placement import backends
from placement.errors import InputError, PlacementError, StageError, StageTimeout
from placement.options import whole_number
from placement.runtime.lanes import Common, Done, Lane, Task, spread
from placement.runtime.samples import Sample, check_arrays

if TYPE_CHECKING:
    from placement.backends.base import Backend
    from placement.stages import Device, StageProgram


@dataclass(frozen=True)
class CallTimes:
    """When a call ran, in milliseconds from the start of its sample.

    Attributes:
        function: Name of the stage function.
        stage: Number of its stage.
        device: Where it ran.
        start: When it had its inputs and its lane.
        finish: When its results were on the host.
    """

    function: str
    stage: int
    device: Device
    start: float
    finish: float


class SingleRunner:
    """The stages of a program, ready to take one sample after the other.

    Use it in a `with` block, or call `close`: afterwards nothing is left running.
    It belongs to one thread at a time.

    Args:
        program: The stages, as `StageProgram.from_text` reads them.
        weights: One array for each weight argument, in order; shape and element
            type as the program says.
        backend: Name of a backend, or a backend of your own.
        width: The most calls of one host that run at the same time, where the plan
            does not say how many cores it has.
        timeout: Seconds that a sample may take.
        compile_options: Options of the backend's `compile`.

    Raises:
        InputError: An argument is wrong, or the backend refuses a stage.
        StageError: A stage could not be loaded.
    """

    def __init__(
        self,
        program: StageProgram,
        weights: Sequence[numpy.ndarray],
        *,
        backend: str | Backend = "jax",
        width: int = 8,
        timeout: float = 60.0,
        compile_options: Mapping[str, Any] | None = None,
    ) -> None:
        self.program = program
        whole_number("width", width, 1)
        if not timeout > 0:
            raise InputError(f"timeout is {timeout!r}; it is more than zero seconds")
        self._timeout = timeout
        self._activations = [program.arguments[a].value for a in program.activations]
        held = [program.arguments[a].value for a in program.weights]
        self._common = Common(
            program,
            backends.get(backend) if isinstance(backend, str) else backend,
            {},
            check_arrays(program, weights, "weight", held),
        )
        self._compile(compile_options or {})
        self._sample = 0
        self._closed: str | None = None
        self._times: tuple[CallTimes, ...] = ()
        maker = {v: n for n, call in enumerate(program.calls) for v in call.results}
        # For each call, the calls whose results it takes.
        self._needs = [
            {maker[v] for v in call.operands if v in maker} for call in program.calls
        ]
        self._lanes = self._make_lanes(width)
        for lane in self._lanes:
            lane.thread.start()
        try:
            for _ in self._lanes:
                if (error := self._common.done.get().error) is not None:
                    raise error
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> SingleRunner:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends all threads, once the calls that run have ended. A second call does
        nothing."""
        if self._closed is None:
            self._closed = "it was closed"
        for lane in self._lanes:
            lane.tasks.put(None)
        for lane in self._lanes:
            lane.thread.join(self._timeout)

    def run(self, sample: Sample) -> list[numpy.ndarray]:
        """What the program returns for one sample.

        Args:
            sample: One array for each activation argument, in order.

        Raises:
            InputError: A shape or an element type is wrong.
            StageError: A stage failed; the message names it and its device.
            StageTimeout: It takes longer than `timeout`; the runner is closed.
            PlacementError: The runner is closed.
        """
        if self._closed is not None:
            raise PlacementError(f"the runner cannot run: {self._closed}")
        given = check_arrays(self.program, sample, "activation", self._activations)
        self._sample += 1
        flight = _Flight(self._sample, self._common, self._lanes, self._needs, given)
        begin = time.monotonic_ns()
        flight.dispatch()
        deadline = begin + int(self._timeout * 1e9)
        times: dict[int, CallTimes] = {}
        failure: StageError | None = None
        while flight.running:
            done = self._wait(deadline)
            if done.sample != self._sample:
                continue  # Of a sample that was given up.
            call = self.program.calls[done.call]
            flight.running -= 1
            if done.error is not None:
                failure = failure or StageError(
                    f"{self._common.label(call)}: {done.error}"
                )
                failure.__cause__ = failure.__cause__ or done.error
                continue
            times[done.call] = CallTimes(
                call.function,
                call.stage,
                self.program.device_of(call.stage),
                (done.start - begin) / 1e6,
                (done.finish - begin) / 1e6,
            )
            flight.arrived(done.call, done.results)
            if failure is None:
                flight.dispatch()
        if failure is not None:
            raise failure
        self._times = tuple(times[number] for number in sorted(times))
        return [flight.values[value] for value in self.program.results]

    @property
    def times(self) -> tuple[CallTimes, ...]:
        """When each call of the last sample ran, in the order of the program."""
        return self._times

    def _wait(self, deadline: int) -> Done:
        left = (deadline - time.monotonic_ns()) / 1e9
        try:
            return self._common.done.get(timeout=max(left, 0.0))
        except Empty:
            self._closed = f"a sample took longer than {self._timeout:g} s"
            for lane in self._lanes:
                lane.tasks.put(None)
            raise StageTimeout(
                f"the sample is not through after {self._timeout:g} s"
            ) from None

    def _compile(self, options: Mapping[str, Any]) -> None:
        for call in self.program.calls:
            text = self.program.texts[call.function]
            try:
                artifact = self._common.backend.compile(text, **options)
            except InputError as error:
                raise InputError(f"@{call.function}: {error}") from error
            self._common.artifacts[call.function] = artifact

    def _make_lanes(self, width: int) -> list[Lane]:
        stages = {stage.stage: stage for stage in self.program.stages}
        lanes = []
        for device in self.program.devices:
            calls = [
                n
                for n, call in enumerate(self.program.calls)
                if stages[call.stage].device == device
            ]
            if not all(stages[self.program.calls[n].stage].concurrent for n in calls):
                lanes.append(Lane(self._common, device, calls, True))
                continue
            for part in spread(
                [(n, stages[self.program.calls[n].stage]) for n in calls], width
            ):
                lanes.append(Lane(self._common, device, part, False))
        return lanes


class _Flight:
    """A sample on its way."""

    def __init__(
        self,
        number: int,
        common: Common,
        lanes: Sequence[Lane],
        needs: Sequence[set[int]],
        given: Mapping[int, numpy.ndarray],
    ) -> None:
        self._number = number
        self._common = common
        self.values: dict[int, numpy.ndarray] = {**common.weights, **given}
        # Calls that were started and have not ended.
        self.running = 0
        self._missing = [len(makers) for makers in needs]
        self._users: list[list[int]] = [[] for _ in needs]
        for call, makers in enumerate(needs):
            for maker in makers:
                self._users[maker].append(call)
        # By lane, calls that were not started.
        self._left = [(lane, deque(lane.calls)) for lane in lanes]

    def arrived(self, call: int, results: list[numpy.ndarray]) -> None:
        """Takes the results of a call."""
        made = self._common.program.calls[call].results
        self.values.update(zip(made, results, strict=True))
        for user in self._users[call]:
            self._missing[user] -= 1

    def dispatch(self) -> None:
        """Starts what can start: in ordered lanes no call before another that is
        ahead of it."""
        for lane, left in self._left:
            if lane.ordered:
                while left and self._missing[left[0]] == 0:
                    self._start(lane, left.popleft())
                continue
            ready = [call for call in left if self._missing[call] == 0]
            for call in ready:
                left.remove(call)
                self._start(lane, call)

    def _start(self, lane: Lane, call: int) -> None:
        self.running += 1
        weights = self._common.weights
        inputs = [
            None if value in weights else self.values[value]
            for value in self._common.program.calls[call].operands
        ]
        lane.tasks.put(Task(self._number, call, inputs))
