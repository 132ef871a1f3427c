"""In which order calls are handed to workers that run them strictly in order.

A Ray actor runs its calls in the order of submission, and so does the stream of
a device: a call whose inputs are not there yet holds up all behind it. If the
calls of one microbatch were submitted at once, the backward call of a stage would
bar its forward call for the next microbatch. So execution is simulated, each
worker running one call in each unit of time, the oldest microbatch first, as the
workers of other engines do in real time; calls are submitted in that order.
"""

from __future__ import annotations

from typing import NamedTuple

from placement.errors import InputError
from placement.runtime.schedule import HOST, Schedule


class Turn(NamedTuple):
    """A call that is next for its worker.

    Attributes:
        worker: Position of the worker.
        microbatch: Counted from zero.
        call: Position among the calls of the worker.
    """

    worker: int
    microbatch: int
    call: int


class Wavefront:
    """The simulation. Its calls come in an order in which each one follows on all
    that it needs, so no worker ever waits for what is submitted behind.

    Args:
        schedule: What the stages do.
    """

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._from_host = {c.index for c in schedule.out_of(HOST)}
        # Microbatch in flight -> calls done by each worker, and channels sent.
        self._done: dict[int, list[int]] = {}
        self._sent: dict[int, set[int]] = {}
        self._next = 0

    def add(self) -> int:
        """Adds a microbatch, whose inputs are there; returns its number."""
        number = self._next
        self._next += 1
        self._done[number] = [0] * len(self._schedule.workers)
        self._sent[number] = set(self._from_host)
        return number

    def step(self) -> list[Turn]:
        """The calls of the next unit of time, at most one for each worker.

        Takes time linear in workers and microbatches in flight.
        """
        turns = [
            turn
            for plan in self._schedule.workers
            if (turn := self._turn(plan.position))
        ]
        # What a call sends is there in the next unit.
        for worker, microbatch, call in turns:
            plan = self._schedule.workers[worker]
            self._done[microbatch][worker] += 1
            self._sent[microbatch].update(plan.calls[call].sends)
        return turns

    def until(self, microbatch: int) -> list[Turn]:
        """The calls of all units of time until `microbatch` is through, which is
        forgotten then.

        Raises:
            InputError: Calls wait for each other.
        """
        turns: list[Turn] = []
        while not self._through(microbatch):
            found = self.step()
            if not found:
                raise InputError("the calls of the program wait for each other")
            turns += found
        del self._done[microbatch], self._sent[microbatch]
        return turns

    def _through(self, microbatch: int) -> bool:
        return all(
            done == len(plan.calls)
            for done, plan in zip(
                self._done[microbatch], self._schedule.workers, strict=True
            )
        )

    def _turn(self, worker: int) -> Turn | None:
        calls = self._schedule.workers[worker].calls
        for microbatch, done in self._done.items():
            position = done[worker]
            if position == len(calls):
                continue
            if self._sent[microbatch].issuperset(calls[position].receives):
                return Turn(worker, microbatch, position)
        return None
