"""The engine `process`: a process for each device, pinned to a core of its own.

A device's process is pinned before anything is imported there, gets its own
artifacts and weights and no others, and hands its results on through shared
memory. A bad split looks bad here, as it would on devices.
"""

from __future__ import annotations

import os
import pickle
import select
import time
from collections.abc import Mapping

import numpy

from placement.errors import StageError, StageTimeout
from placement.runtime import affinity, parcel, ring, spawn
from placement.runtime.accumulate import Mode
from placement.runtime.engine import Completion, Setup
from placement.runtime.schedule import HOST, WorkerPlan
from placement.runtime.spawn import Child
from placement.runtime.worker import Failure, StageStart, peers_of
from placement.runtime.workers import WorkerEngine


class ProcessEngine(WorkerEngine):
    """See the module."""

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        schedule = setup.schedule
        # Whoever waits: position of the worker, or HOST.
        self._waiters = (HOST, *range(len(schedule.workers)))
        for waiter in self._waiters:
            who = "the caller" if waiter == HOST else schedule.workers[waiter].label
            ring.check_bell(len(schedule.into(waiter)), schedule.limit, who)
        self._children: list[Child] = []
        self._bells: dict[int, int] = {}
        self._answers: dict[int, int] = {}
        pipes = (self._bells, self._answers)
        self._ends = spawn.watch(self, self._children, pipes)
        self._sent = self._taken = 0

    def start(self) -> None:
        artifacts = self.setup.compile()
        self._make_segment()
        for waiter in self._waiters:
            answer, bell = os.pipe()
            os.set_blocking(answer, False)
            self._answers[waiter], self._bells[waiter] = answer, bell
        environment = affinity.environment(self.setup.threads)
        for core in self._cores:
            self._children.append(Child(core, environment))
        with self._segment:
            for plan in self._schedule.workers:
                self._send_start(plan, artifacts)
        # Only the workers listen to these: who rings a dead worker gets to know.
        for waiter in self._waiters[1:]:
            os.close(self._answers.pop(waiter))
        self._await_ready(self._children)

        self._poll = select.poll()
        self._poll.register(self._answers[HOST], select.POLLIN)
        self._lines = {child.line.fileno(): i for i, child in enumerate(self._children)}
        for descriptor in self._lines:
            self._poll.register(descriptor, select.POLLIN)

    def _make_segment(self) -> None:
        """When the run began and modes, then the recorders, then the rings."""
        schedule = self._schedule
        self._sizes = self._words()
        self._modes_at = ring.ALIGNMENT
        at = self._modes_at + ring.aligned(schedule.limit)
        self._recorders_at = []
        for words in self._sizes:
            self._recorders_at.append(at)
            at += ring.aligned(8 * words)
        self._rings_at = at
        at += ring.rings_bytes(schedule.channels, schedule.limit)
        self._segment = segment = ring.Segment(at)
        self._begin = segment.array(0, (1,), "int64")
        self._modes = segment.array(self._modes_at, (schedule.limit,), "uint8")
        self._memories = [
            segment.array(offset, (words,), "int64")
            for offset, words in zip(self._recorders_at, self._sizes, strict=True)
        ]
        self._inputs = schedule.out_of(HOST)
        self._outputs = schedule.into(HOST)
        self._arrived = {channel.index: 0 for channel in self._outputs}
        wanted = [channel.index for channel in (*self._inputs, *self._outputs)]
        self._rings = ring.make_rings(
            schedule.channels, segment, self._rings_at, schedule.limit, wanted
        )

    def _send_start(self, plan: WorkerPlan, artifacts: Mapping[str, bytes]) -> None:
        functions = {call.function for call in plan.calls}
        packed, segment = parcel.pack(
            {name: artifacts[name] for name in sorted(functions)},
            {value: self.setup.weights[value] for value in plan.weights},
        )
        peers = peers_of(plan)
        start = StageStart(
            plan=plan,
            backend=pickle.dumps(self.setup.backend),
            parcel=packed,
            threads=self.setup.threads,
            segment_bytes=self._segment.nbytes,
            modes=self._modes_at,
            recorder=self._recorders_at[plan.position],
            words=self._sizes[plan.position],
            rings=self._rings_at,
            peers=peers,
        )
        with segment:
            fds = [self._answers[plan.position], self._segment.fd, segment.fd]
            fds += [self._bells[peer] for peer in peers]
            self._tell(plan.position, start, fds)

    def _tell(self, position: int, message: object, fds: list[int]) -> None:
        child = self._children[position]
        try:
            child.line.send(message, fds, self.setup.start_timeout)
        except TimeoutError:
            raise StageTimeout(
                f"{self._schedule.workers[position].label} takes no message"
            ) from None
        except OSError:
            raise self._gone(position) from None

    def _await_ready(self, children: list[Child]) -> None:
        """Waits until all workers say that they are ready."""
        limit = self.setup.start_timeout
        deadline = time.monotonic() + limit
        waiting = {child.line.fileno(): i for i, child in enumerate(children)}
        poll = select.poll()
        for descriptor in waiting:
            poll.register(descriptor, select.POLLIN)
        while waiting:
            events = poll.poll(max(deadline - time.monotonic(), 0) * 1000)
            if not events:
                labels = [self._schedule.workers[i].label for i in waiting.values()]
                raise StageTimeout(
                    f"{', '.join(labels)}: not ready after {limit:g} s; "
                    "start_timeout is the limit"
                )
            for descriptor, _ in events:
                position = waiting.pop(descriptor)
                poll.unregister(descriptor)
                self._hear(position)

    def _hear(self, position: int) -> None:
        """Takes a worker's message; only that it is ready is a good one."""
        try:
            message, _ = self._children[position].line.receive(self.setup.start_timeout)
        except (EOFError, OSError):
            raise self._gone(position) from None
        if isinstance(message, Failure):
            raise self._failed(position, message)

    def _failed(self, position: int, failure: Failure) -> StageError:
        label = self._schedule.workers[position].label
        error = StageError(f"{label} failed{failure.doing}: {failure.what}")
        error.add_note(f"In the process of {label}:\n{failure.trace.rstrip()}")
        return error

    def _gone(self, position: int) -> StageError:
        child = self._children[position]
        how = child.ended(timeout=spawn.GRACE) or "closed its line"
        return StageError(
            f"{self._schedule.workers[position].label}: its process {child.pid} {how}"
            f"{self._doing(self._schedule.workers[position])}"
        )

    def begin(self) -> None:
        self._begin[0] = time.monotonic_ns()

    def submit(
        self, inputs: Mapping[int, numpy.ndarray], mode: Mode = Mode.DELIVER
    ) -> None:
        number = self._sent
        self._sent += 1
        self._modes[number % self._schedule.limit] = mode
        for channel in self._inputs:
            arrays = [inputs[value] for value in channel.values]
            self._rings[channel.index].write(number, arrays)
            try:
                ring.ring_bell(self._bells[channel.target], channel.index)
            except BrokenPipeError:
                self._raise_first_failure(channel.target)

    def _raise_first_failure(self, position: int) -> None:
        """Raises what a worker said before it was gone, or else that it is."""
        for other in (position, *range(len(self._children))):
            poll = select.poll()
            poll.register(self._children[other].line.fileno(), select.POLLIN)
            if poll.poll(0):
                self._hear(other)
        raise self._gone(position)

    def collect(self, timeout: float) -> Completion:
        number = self._taken
        deadline = time.monotonic() + timeout
        while any(count <= number for count in self._arrived.values()):
            left = max(deadline - time.monotonic(), 0)
            # Rounded up: poll counts whole milliseconds.
            events = [d for d, _ in self._poll.poll(int(left * 1000) + 1)]
            if self._answers[HOST] in events:
                for channel in ring.answer_bell(self._answers[HOST]):
                    self._arrived[channel] += 1
                continue
            for descriptor in events:
                self._hear(self._lines[descriptor])
            if not events and time.monotonic() >= deadline:
                raise self._late(number, timeout)
        self._taken += 1
        values = {}
        when = 0
        delivered = self._modes[number % self._schedule.limit]
        delivered = not delivered & Mode.ADD or bool(delivered & Mode.LAST)
        for channel in self._outputs:
            slot = self._rings[channel.index]
            when = max(when, slot.sent_ns(number))
            if delivered:
                arrays = slot.read(number)
                values.update(
                    (v, a.copy()) for v, a in zip(channel.values, arrays, strict=True)
                )
        return Completion(values, when)

    def set_weights(self, weights: Mapping[int, numpy.ndarray]) -> None:
        for plan in self._schedule.workers:
            packed, segment = parcel.pack({}, {v: weights[v] for v in plan.weights})
            with segment:
                self._tell(plan.position, packed, [segment.fd])
        self._await_ready(self._children)

    def close(self) -> None:
        self._ends()
