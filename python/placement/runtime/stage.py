"""The stages of a device in the process or thread that runs them: executables,
weights, and what is kept of each microbatch between calls.

Every engine with a worker for each device uses this; how messages travel is the
engine's affair and stays outside.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy

from placement.errors import InputError
from placement.runtime.accumulate import Accumulator, Mode
from placement.runtime.recorder import Recorder
from placement.runtime.schedule import HOST, StageCall, WorkerPlan

if TYPE_CHECKING:
    from placement.backends.base import Backend, Executable, Handle


class Port(Protocol):
    """How stages exchange messages; each engine has its own."""

    def receive(self, channel: int, microbatch: int) -> Sequence[numpy.ndarray]:
        """The arrays of a message that has arrived; valid until the microbatch is
        through."""
        ...

    def send(
        self, channel: int, microbatch: int, arrays: Sequence[numpy.ndarray]
    ) -> None:
        """Sends a message; the arrays are only borrowed. Without arrays it only
        says that the call has run."""
        ...

    def mode(self, microbatch: int) -> Mode:
        """What to do with results for the caller."""
        ...


class DeviceStages:
    """The loaded stages of a device. A weight of several of them is held once.

    Args:
        plan: What they run.
        backend: Loads the artifacts.
        artifacts: Function -> what the backend compiled it to.
        weights: Id -> array, of at least the weights in `plan`; they are copied
            to the device.
        device: Number of the backend's device.
        threads: The most threads that a call may keep busy.
        recorder: Where times go.

    Raises:
        InputError: The backend refuses an artifact or a weight.
    """

    def __init__(
        self,
        plan: WorkerPlan,
        backend: Backend,
        artifacts: Mapping[str, bytes],
        weights: Mapping[int, numpy.ndarray],
        recorder: Recorder,
        *,
        device: int = 0,
        threads: int = 1,
    ) -> None:
        self.plan = plan
        self._recorder = recorder
        self._executables: list[Executable] = [
            backend.load(artifacts[call.function], device=device, threads=threads)
            for call in plan.calls
        ]
        self._weights: dict[int, Handle] = {}
        self.set_weights(weights)
        self._sums = Accumulator()
        self._arrived = [0] * len(plan.channels)
        # Microbatch in flight -> calls done and values on the device.
        self._progress: dict[int, tuple[int, dict[int, Handle]]] = {}
        # All microbatches below have run.
        self._first = 0

    def set_weights(self, weights: Mapping[int, numpy.ndarray]) -> None:
        """Replaces the weights; only while no microbatch is in flight."""
        # The old ones go first: both at once may not fit.
        self._weights.clear()
        wanted = set(self.plan.weights)
        for number, call in enumerate(self.plan.calls):
            for value in call.operands:
                if value in wanted and value not in self._weights:
                    put = self._executables[number].put
                    self._weights[value] = put(weights[value])

    def arrived(self, channel: int) -> None:
        """Notes that the next message of a channel is there."""
        self._arrived[channel] += 1

    def ready(self) -> tuple[int, int] | None:
        """The oldest microbatch that can go on, and the position of its next call
        among the device's calls; None where all wait for messages."""
        calls = self.plan.calls
        for microbatch in range(self._first, self._first + self.plan.limit):
            done = self._progress[microbatch][0] if microbatch in self._progress else 0
            if done == len(calls):
                continue
            if all(self._arrived[c] > microbatch for c in calls[done].receives):
                return microbatch, done
            if done == 0:
                # Messages come in order: no later one can begin either.
                return None
        return None

    def run(self, microbatch: int, position: int, port: Port) -> None:
        """Runs the call that `ready` named and sends its results.

        Raises:
            InputError: A result is not what the program says.
            Exception: Whatever the backend raises.
        """
        call = self.plan.calls[position]
        executable = self._executables[position]
        _, values = self._progress.setdefault(microbatch, (0, {}))
        clock = time.monotonic_ns
        begin = clock()
        for value in call.operands:
            if value not in values and value not in self._weights:
                channel, place = self.plan.sources[value]
                values[value] = executable.put(port.receive(channel, microbatch)[place])
        inputs = [
            self._weights[v] if v in self._weights else values[v] for v in call.operands
        ]
        called, cpu = clock(), self._recorder.cpu_ns()
        results = executable(inputs)
        returned, cpu = clock(), self._recorder.cpu_ns() - cpu
        self._check(call, results)
        made = dict(zip(call.results, results, strict=True))
        self._send(call, executable, made, microbatch, port)
        for value in call.frees:
            values.pop(value, None)
        values.update((v, made[v]) for v in call.keeps)
        sent = clock()
        self._recorder.called(
            position, called - begin, returned - called, sent - returned, cpu
        )
        self._advance(microbatch, position + 1, values)

    def _check(self, call: StageCall, results: Sequence[Handle]) -> None:
        if len(results) != len(call.results):
            raise InputError(
                f"@{call.function} gave {len(results)} results; the program says "
                f"{len(call.results)}"
            )

    def _send(
        self,
        call: StageCall,
        executable: Executable,
        made: Mapping[int, Handle],
        microbatch: int,
        port: Port,
    ) -> None:
        arrays: dict[int, numpy.ndarray] = {}
        for number in call.sends:
            channel = self.plan.channels[number]
            for value, want in zip(channel.values, channel.types, strict=True):
                if value in arrays:
                    continue
                array = arrays[value] = executable.get(made[value])
                if array.shape != want.shape or array.dtype != want.dtype:
                    raise InputError(
                        f"result {call.results.index(value)} of @{call.function} is "
                        f"{array.dtype}[{','.join(map(str, array.shape))}]; the "
                        f"program says {want}"
                    )
            message = [arrays[v] for v in channel.values]
            if channel.target == HOST:
                message = self._sums.take(number, message, port.mode(microbatch))
            port.send(number, microbatch, message)

    def _advance(self, microbatch: int, done: int, values: dict[int, Handle]) -> None:
        self._progress[microbatch] = (done, values)
        while self._progress.get(self._first, (0,))[0] == len(self.plan.calls):
            del self._progress[self._first]
            self._first += 1
