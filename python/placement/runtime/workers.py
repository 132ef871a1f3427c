"""What engines with a worker for each device have in common."""

from __future__ import annotations

from typing import ClassVar

import numpy

from placement.errors import StageTimeout
from placement.runtime import affinity, recorder, stats
from placement.runtime.engine import Engine, Setup
from placement.runtime.schedule import WorkerPlan


class WorkerEngine(Engine):
    """An engine whose workers write recorders; see `placement.runtime.recorder`.

    A subclass sets `_memories`, one array of words for each worker.
    """

    accumulates: ClassVar[bool] = True

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self._schedule = setup.schedule
        self._cores = affinity.assign(len(setup.schedule.workers), setup.cores)
        self._memories: list[numpy.ndarray] = []
        self._before: list[numpy.ndarray] = []

    def _words(self) -> list[int]:
        """Sizes of the recorders."""
        return [recorder.words(len(plan.calls)) for plan in self._schedule.workers]

    def _doing(self, plan: WorkerPlan) -> str:
        """What a worker does, as the end of a message."""
        state, call, microbatch, _ = recorder.activity(self._memories[plan.position])
        if state == recorder.STARTING:
            return " while it was loading"
        if state == recorder.WAITING:
            return " while it was waiting"
        return f" in @{plan.calls[call].function} on microbatch {microbatch}"

    def _late(self, microbatch: int, timeout: float) -> StageTimeout:
        """The exception for a result that did not come in time."""
        doing = []
        for plan, memory in zip(self._schedule.workers, self._memories, strict=True):
            state, call, busy_with, since = recorder.activity(memory)
            if state == recorder.RUNNING:
                doing.append(
                    f"{plan.label} has been in @{plan.calls[call].function} on "
                    f"microbatch {busy_with} for {since:.1f} s"
                )
        return StageTimeout(
            f"microbatch {microbatch} has no result after {timeout:g} s: "
            f"{'; '.join(doing) or 'all stages wait for messages'}"
        )

    def stage_stats(self) -> tuple[stats.StageStats, ...]:
        found = [
            stage
            for plan, core, now, before in zip(
                self._schedule.workers,
                self._cores,
                self._memories,
                self._before or [None] * len(self._memories),
                strict=True,
            )
            for stage in stats.worker_stats(plan, core, now.copy(), before)
        ]
        return tuple(sorted(found, key=lambda stage: stage.stage))

    def reset_stats(self) -> None:
        self._before = [memory.copy() for memory in self._memories]

    def notes(self) -> tuple[str, ...]:
        if not affinity.can_pin():
            return ("stages are not pinned: this system does not pin processes",)
        shared = stats.shared_cores(self._cores)
        return (shared,) if shared else ()
