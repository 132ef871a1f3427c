"""The engine `thread`: a thread for each device, in the caller's process.

Backends release the interpreter lock while they compute, so stages do run side
by side. They share what a process has one of: JAX's thread pool, for one, which
hides bad splits. A call that never returns cannot be ended here.
"""

from __future__ import annotations

import contextlib
import os
import queue
import threading
import time
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy

from placement.errors import StageError, StageTimeout
from placement.runtime.accumulate import Mode
from placement.runtime.engine import Completion, Setup
from placement.runtime.recorder import Recorder
from placement.runtime.schedule import HOST, WorkerPlan
from placement.runtime.stage import DeviceStages
from placement.runtime.workers import WorkerEngine

# Seconds that `close` waits for a call to return.
GRACE = 10.0


@dataclass(frozen=True)
class _Message:
    channel: int
    microbatch: int
    arrays: Sequence[numpy.ndarray]
    when: int


@dataclass(frozen=True)
class _Weights:
    arrays: Mapping[int, numpy.ndarray]


@dataclass(frozen=True)
class _Ready:
    position: int


@dataclass(frozen=True)
class _Failed:
    position: int
    doing: str
    error: BaseException


_STOP = object()


class _Shared:
    """What threads and caller have in common; knows neither, so that an engine
    that is dropped can end its threads."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        waiters = (HOST, *range(len(setup.schedule.workers)))
        self.queues = {waiter: queue.SimpleQueue() for waiter in waiters}
        self.modes = [Mode.DELIVER] * setup.schedule.limit
        # Compilers at load time are not all safe to run twice at once.
        self.loading = threading.Lock()
        self.begin = 0
        self.stopped = False

    def stop(self) -> None:
        self.stopped = True
        for waiter, waiting in self.queues.items():
            if waiter != HOST:
                waiting.put(_STOP)


class ThreadEngine(WorkerEngine):
    """See the module."""

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self._shared = _Shared(setup)
        self._threads: list[threading.Thread] = []
        self._ends = weakref.finalize(self, _end, self._shared, self._threads)
        self._arrived: dict[int, dict[int, _Message]] = {}
        self._sent = self._taken = 0

    def start(self) -> None:
        artifacts = self.setup.compile()
        for words in self._words():
            self._memories.append(numpy.zeros(words, "int64"))
        for plan, core in zip(self._schedule.workers, self._cores, strict=True):
            worker = _StageThread(
                self._shared, plan, core, artifacts, self._memories[plan.position]
            )
            # Daemons: a call that hangs must not keep the interpreter.
            thread = threading.Thread(
                target=worker.main, name=f"placement {plan.label}", daemon=True
            )
            self._threads.append(thread)
            thread.start()
        self._await_ready()

    def _await_ready(self) -> None:
        limit = self.setup.start_timeout
        deadline = time.monotonic() + limit
        waiting = set(range(len(self._threads)))
        while waiting:
            try:
                message = self._next(deadline - time.monotonic())
            except queue.Empty:
                labels = [self._schedule.workers[i].label for i in sorted(waiting)]
                raise StageTimeout(
                    f"{', '.join(labels)}: not ready after {limit:g} s; "
                    "start_timeout is the limit"
                ) from None
            waiting.discard(message.position)

    def _next(self, timeout: float) -> _Message | _Ready:
        """The next message to the caller; raises what a thread reports."""
        message = self._shared.queues[HOST].get(timeout=max(timeout, 0))
        if isinstance(message, _Failed):
            label = self._schedule.workers[message.position].label
            raise StageError(
                f"{label} failed{message.doing}: "
                f"{type(message.error).__name__}: {message.error}"
            ) from message.error
        return message

    def begin(self) -> None:
        self._shared.begin = time.monotonic_ns()

    def submit(
        self, inputs: Mapping[int, numpy.ndarray], mode: Mode = Mode.DELIVER
    ) -> None:
        number = self._sent
        self._sent += 1
        self._shared.modes[number % self._schedule.limit] = mode
        own = {value: array.copy() for value, array in inputs.items()}
        for channel in self._schedule.out_of(HOST):
            arrays = [own[value] for value in channel.values]
            message = _Message(channel.index, number, arrays, time.monotonic_ns())
            self._shared.queues[channel.target].put(message)

    def collect(self, timeout: float) -> Completion:
        number = self._taken
        outputs = self._schedule.into(HOST)
        deadline = time.monotonic() + timeout
        while len(self._arrived.get(number, ())) < len(outputs):
            try:
                message = self._next(deadline - time.monotonic())
            except queue.Empty:
                raise self._late(number, timeout) from None
            self._arrived.setdefault(message.microbatch, {})[message.channel] = message
        self._taken += 1
        messages = self._arrived.pop(number)
        values = {
            value: numpy.array(array)
            for channel in outputs
            for value, array in zip(
                channel.values, messages[channel.index].arrays, strict=False
            )
        }
        return Completion(values, max(m.when for m in messages.values()))

    def set_weights(self, weights: Mapping[int, numpy.ndarray]) -> None:
        for plan in self._schedule.workers:
            self._shared.queues[plan.position].put(_Weights(weights))
        self._await_ready()

    def close(self) -> None:
        self._ends()


def _end(shared: _Shared, threads: list[threading.Thread]) -> None:
    """Ends the threads, and waits for them as long as `GRACE`: an interpreter that
    exits while one of them is inside a backend may abort."""
    shared.stop()
    deadline = time.monotonic() + GRACE
    for thread in threads:
        # An engine that nobody holds may be collected in any thread.
        if thread is not threading.current_thread():
            thread.join(max(deadline - time.monotonic(), 0))
    threads.clear()


class _StageThread:
    """The loop of a device; it is the port of its stages as well."""

    def __init__(
        self,
        shared: _Shared,
        plan: WorkerPlan,
        core: int | None,
        artifacts: Mapping[str, bytes],
        memory: numpy.ndarray,
    ) -> None:
        self._shared = shared
        self._plan = plan
        self._core = core
        self._artifacts = artifacts
        self._memory = memory
        self._queue = shared.queues[plan.position]
        self._messages: dict[tuple[int, int], _Message] = {}

    def main(self) -> None:
        """Runs until it is told to stop."""
        doing = " while it was loading"
        try:
            if self._core is not None:
                os.sched_setaffinity(0, {self._core})
            setup = self._shared.setup
            self._recorder = Recorder(self._memory, whole_process=False)
            with self._shared.loading:
                if self._shared.stopped:
                    return
                self._stages = DeviceStages(
                    self._plan,
                    setup.load_backend(),
                    self._artifacts,
                    setup.weights,
                    self._recorder,
                    threads=setup.threads,
                )
            self._tell(_Ready(self._plan.position))
            while self._take():
                while (ready := self._stages.ready()) is not None:
                    microbatch, position = ready
                    function = self._plan.calls[position].function
                    doing = f" in @{function} on microbatch {microbatch}"
                    self._recorder.calls(position, microbatch)
                    self._stages.run(microbatch, position, self)
                    if position + 1 == len(self._plan.calls):
                        self._forget(microbatch)
                    if not self._take(wait=False):
                        return
                doing = ""
        except BaseException as error:
            # SystemExit too: nobody else would hear of it.
            self._tell(_Failed(self._plan.position, doing, error))

    def _tell(self, message: object) -> None:
        self._shared.queues[HOST].put(message)

    def _take(self, *, wait: bool = True) -> bool:
        """Takes what is in the queue; whether to go on."""
        if wait:
            self._recorder.waits()
            message = self._queue.get()
            self._recorder.goes_on(self._shared.begin)
            if not self._note(message):
                return False
        with contextlib.suppress(queue.Empty):
            while self._note(self._queue.get_nowait()):
                pass
        return not self._shared.stopped

    def _note(self, message: object) -> bool:
        if message is _STOP:
            return False
        if isinstance(message, _Weights):
            self._stages.set_weights(message.arrays)
            self._tell(_Ready(self._plan.position))
        else:
            self._messages[message.channel, message.microbatch] = message
            self._stages.arrived(message.channel)
        return True

    def _forget(self, microbatch: int) -> None:
        for channel in self._plan.channels:
            if channel.target == self._plan.position:
                self._messages.pop((channel.index, microbatch), None)

    # The stage's port.

    def receive(self, channel: int, microbatch: int) -> Sequence[numpy.ndarray]:
        return self._messages[channel, microbatch].arrays

    def send(
        self, channel: int, microbatch: int, arrays: Sequence[numpy.ndarray]
    ) -> None:
        target = self._plan.channels[channel].target
        self._shared.queues[target].put(
            _Message(channel, microbatch, arrays, time.monotonic_ns())
        )

    def mode(self, microbatch: int) -> Mode:
        return self._shared.modes[microbatch % self._plan.limit]
