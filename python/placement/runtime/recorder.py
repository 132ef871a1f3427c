"""Counters that the worker of a device writes while it runs, and the caller reads."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy

from placement.runtime import affinity

# Of each call the times of this many latest runs are kept, for the median.
KEPT = 256
# Nanoseconds between two looks at the scheduler's statistics.
DELAY_INTERVAL = 200_000_000

STATE, POSITION, MICROBATCH, SINCE, WAIT, DELAY, SPAN, HEAD = range(8)
COUNT, IN, CALL, OUT, CPU, TIMES = range(6)

# States of a worker.
STARTING, WAITING, RUNNING = range(3)


def words(calls: int) -> int:
    """int64 words that a recorder of a worker with so many calls takes."""
    return HEAD + calls * (TIMES + KEPT)


class Recorder:
    """Counters of one worker, written by its worker alone and read by the caller.

    Args:
        memory: int64 words, `words(calls)` of them, zero at first; shared where
            the worker is another process.
        whole_process: Whether the worker has its process for itself, and so all
            threads of it count.
    """

    def __init__(self, memory: numpy.ndarray, *, whole_process: bool = True) -> None:
        self._head = memory[:HEAD]
        self._calls = memory[HEAD:].reshape(-1, TIMES + KEPT)
        self._whole = whole_process
        self.cpu_ns: Callable[[], int] = (
            time.process_time_ns if whole_process else time.thread_time_ns
        )
        self._began = self._looked = self._delay = 0

    def waits(self) -> None:
        """The worker begins to wait for a message."""
        now = time.monotonic_ns()
        self._head[STATE], self._head[SINCE] = WAITING, now

    def goes_on(self, begin: int = 0) -> None:
        """The wait is over; what was before `begin`, monotonic nanoseconds, does
        not count: there was nothing to do."""
        since = max(int(self._head[SINCE]), begin)
        self._head[WAIT] += max(time.monotonic_ns() - since, 0)

    def calls(self, position: int, microbatch: int) -> None:
        """The worker begins a call."""
        head = self._head
        if not self._began:
            self._began = self._looked = time.monotonic_ns()
            self._delay = affinity.run_delay_ns(self._whole)
        head[POSITION], head[MICROBATCH] = position, microbatch
        head[STATE], head[SINCE] = RUNNING, time.monotonic_ns()

    def called(self, position: int, into: int, call: int, out: int, cpu: int) -> None:
        """A call is done: nanoseconds to bring its inputs to the device, in the
        call, to send its results, and of the processor in the call."""
        row = self._calls[position]
        row[TIMES + int(row[COUNT]) % KEPT] = call
        row[IN:TIMES] += (into, call, out, cpu)
        row[COUNT] += 1
        now = time.monotonic_ns()
        if now - self._looked >= DELAY_INTERVAL:
            self._looked = now
            self._head[DELAY] = affinity.run_delay_ns(self._whole) - self._delay
            self._head[SPAN] = now - self._began


def activity(memory: numpy.ndarray) -> tuple[int, int, int, float]:
    """What a worker does now: its state, position of the call, microbatch, and the
    seconds since that began."""
    head = memory[:HEAD]
    since = (time.monotonic_ns() - int(head[SINCE])) / 1e9
    return int(head[STATE]), int(head[POSITION]), int(head[MICROBATCH]), since
