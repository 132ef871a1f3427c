"""What engines with a worker for each stage have in common."""

from __future__ import annotations

from typing import ClassVar

import numpy

from placement.errors import StageTimeout
from placement.runtime import affinity, stats
from placement.runtime.engine import Engine, Setup
from placement.runtime.schedule import StagePlan


class WorkerEngine(Engine):
    """An engine whose workers write recorders; see `placement.runtime.stats`.

    A subclass sets `_memories`, one array of words for each stage.
    """

    accumulates: ClassVar[bool] = True

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self._schedule = setup.schedule
        self._cores = affinity.assign(len(setup.schedule.stages), setup.cores)
        self._memories: list[numpy.ndarray] = []
        self._before: list[numpy.ndarray] = []

    def _words(self) -> list[int]:
        """Sizes of the recorders."""
        return [stats.words(len(plan.calls)) for plan in self._schedule.stages]

    def _doing(self, plan: StagePlan) -> str:
        """What the worker of a stage does, as the end of a message."""
        state, call, microbatch, _ = stats.activity(self._memories[plan.position])
        if state == stats.STARTING:
            return " while it was loading"
        if state == stats.WAITING:
            return " while it was waiting"
        return f" in @{plan.calls[call].function} on microbatch {microbatch}"

    def _late(self, microbatch: int, timeout: float) -> StageTimeout:
        """The exception for a result that did not come in time."""
        doing = []
        for plan, memory in zip(self._schedule.stages, self._memories, strict=True):
            state, call, busy_with, since = stats.activity(memory)
            if state == stats.RUNNING:
                doing.append(
                    f"{plan.label} has been in @{plan.calls[call].function} on "
                    f"microbatch {busy_with} for {since:.1f} s"
                )
        return StageTimeout(
            f"microbatch {microbatch} has no result after {timeout:g} s: "
            f"{'; '.join(doing) or 'all stages wait for messages'}"
        )

    def stage_stats(self) -> tuple[stats.StageStats, ...]:
        return tuple(
            stats.stage_stats(plan.stage, plan.device, core, now.copy(), before)
            for plan, core, now, before in zip(
                self._schedule.stages,
                self._cores,
                self._memories,
                self._before or [None] * len(self._memories),
                strict=True,
            )
        )

    def reset_stats(self) -> None:
        self._before = [memory.copy() for memory in self._memories]

    def notes(self) -> tuple[str, ...]:
        if not affinity.can_pin():
            return ("stages are not pinned: this system does not pin processes",)
        shared = stats.shared_cores(self._cores)
        return (shared,) if shared else ()
