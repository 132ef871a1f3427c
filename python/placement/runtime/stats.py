"""Times of a running pipeline: what workers record, and what the caller reads."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy

from placement.runtime import affinity

if TYPE_CHECKING:
    from placement.runtime.measure import Alone

# Of each call the times of this many latest runs are kept, for the median.
KEPT = 256
# Nanoseconds between two looks at the scheduler's statistics.
DELAY_INTERVAL = 200_000_000

_STATE, _POSITION, _MICROBATCH, _SINCE, _WAIT, _DELAY, _SPAN, _HEAD = range(8)
_COUNT, _IN, _CALL, _OUT, _CPU, _TIMES = range(6)

# A share of the time without a processor from which on times say little.
BUSY = 0.03

# States of a worker.
STARTING, WAITING, RUNNING = range(3)


def words(calls: int) -> int:
    """int64 words that a recorder of a stage with so many calls takes."""
    return _HEAD + calls * (_TIMES + KEPT)


class Recorder:
    """Counters of one stage, written by its worker alone and read by the caller.

    Args:
        memory: int64 words, `words(calls)` of them, zero at first; shared where
            the worker is another process.
        whole_process: Whether the worker has its process for itself, and so all
            threads of it count.
    """

    def __init__(self, memory: numpy.ndarray, *, whole_process: bool = True) -> None:
        self._head = memory[:_HEAD]
        self._calls = memory[_HEAD:].reshape(-1, _TIMES + KEPT)
        self._whole = whole_process
        self.cpu_ns: Callable[[], int] = (
            time.process_time_ns if whole_process else time.thread_time_ns
        )
        self._began = self._looked = self._delay = 0

    def waits(self) -> None:
        """The worker begins to wait for a message."""
        now = time.monotonic_ns()
        self._head[_STATE], self._head[_SINCE] = WAITING, now

    def goes_on(self, begin: int = 0) -> None:
        """The wait is over; what was before `begin`, monotonic nanoseconds, does
        not count: there was nothing to do."""
        since = max(int(self._head[_SINCE]), begin)
        self._head[_WAIT] += max(time.monotonic_ns() - since, 0)

    def calls(self, position: int, microbatch: int) -> None:
        """The worker begins a call."""
        head = self._head
        if not self._began:
            self._began = self._looked = time.monotonic_ns()
            self._delay = affinity.run_delay_ns(self._whole)
        head[_POSITION], head[_MICROBATCH] = position, microbatch
        head[_STATE], head[_SINCE] = RUNNING, time.monotonic_ns()

    def called(self, position: int, into: int, call: int, out: int, cpu: int) -> None:
        """A call is done: nanoseconds to bring its inputs to the device, in the
        call, to send its results, and of the processor in the call."""
        row = self._calls[position]
        row[_TIMES + int(row[_COUNT]) % KEPT] = call
        row[_IN:_TIMES] += (into, call, out, cpu)
        row[_COUNT] += 1
        now = time.monotonic_ns()
        if now - self._looked >= DELAY_INTERVAL:
            self._looked = now
            self._head[_DELAY] = affinity.run_delay_ns(self._whole) - self._delay
            self._head[_SPAN] = now - self._began


def activity(memory: numpy.ndarray) -> tuple[int, int, int, float]:
    """What a worker does now: its state, position of the call, microbatch, and the
    seconds since that began."""
    head = memory[:_HEAD]
    since = (time.monotonic_ns() - int(head[_SINCE])) / 1e9
    return int(head[_STATE]), int(head[_POSITION]), int(head[_MICROBATCH]), since


@dataclass(frozen=True)
class StageStats:
    """Times of a stage in milliseconds for one microbatch.

    Attributes:
        stage: Its number.
        device: Its device, `acc:1`.
        core: The processor core that it is pinned to; None where it isn't.
        microbatches: How many are counted.
        call_ms: In its calls: for each call the median of up to 256 runs, summed.
        cpu_ms: Processor time in its calls, mean; above `call_ms` where a call
            keeps several threads busy.
        in_ms: Bringing inputs to the device, mean.
        out_ms: Bringing results to where others get them, mean.
        wait_ms: Waiting for messages, mean.
        run_delay: Share of the time in which it could have run, and the processor
            was given to others; above 0.03 the machine is too busy to measure.
            None where the system doesn't tell.
    """

    stage: int
    device: str
    core: int | None
    microbatches: int
    call_ms: float
    cpu_ms: float
    in_ms: float
    out_ms: float
    wait_ms: float
    run_delay: float | None

    @property
    def busy_ms(self) -> float:
        """What the stage needs for a microbatch, without waiting."""
        return self.in_ms + self.call_ms + self.out_ms


def stage_stats(
    stage: int,
    device: str,
    core: int | None,
    now: numpy.ndarray,
    before: numpy.ndarray | None = None,
) -> StageStats:
    """Reads a recorder's memory, less what was recorded `before` (a copy of it)."""
    if before is None:
        before = numpy.zeros_like(now)
    calls = now[_HEAD:].reshape(-1, _TIMES + KEPT)
    older = before[_HEAD:].reshape(-1, _TIMES + KEPT)
    counts = calls[:, _COUNT] - older[:, _COUNT]
    # Calls of the microbatch that is under way are not all there yet.
    microbatches = int(counts.min()) if len(counts) else 0
    median = 0.0
    sums = numpy.zeros(4)
    for row, old, count in zip(calls, older, counts, strict=True):
        if count:
            latest = int(row[_COUNT])
            kept = [latest - 1 - i for i in range(min(int(count), KEPT))]
            median += statistics.median(int(row[_TIMES + i % KEPT]) for i in kept)
            sums += (row[_IN:_TIMES] - old[_IN:_TIMES]) / count
    span = int(now[_SPAN] - before[_SPAN])
    delay = int(now[_DELAY] - before[_DELAY]) / span if span else None
    return StageStats(
        stage=stage,
        device=device,
        core=core,
        microbatches=microbatches,
        call_ms=median / 1e6,
        cpu_ms=sums[3] / 1e6,
        in_ms=sums[0] / 1e6,
        out_ms=sums[2] / 1e6,
        wait_ms=int(now[_WAIT] - before[_WAIT]) / max(microbatches, 1) / 1e6,
        run_delay=delay if affinity.tells_run_delay() else None,
    )


@dataclass(frozen=True)
class Speedup:
    """How much faster the pipeline is than the whole program on one core.

    Attributes:
        value: Time of the whole program alone over the period of the pipeline.
        credited: Whether the pipeline may take credit for it.
        reason: Why not; empty where it may.
    """

    value: float
    credited: bool
    reason: str = ""


# Where the stages alone take this share of the whole, a speed-up is one.
HEALTHY = (0.95, 1.05)


@dataclass(frozen=True)
class Stats:
    """Times of a pipeline.

    Attributes:
        engine: Name of the engine.
        backend: Name of the backend.
        microbatches: How many have come out.
        period_ms: Median of the times between completions; None before the third.
        throughput: Microbatches each second, over all completions of a run; None
            before the third.
        stages: Times of each stage.
        notes: What makes the numbers worse than they could be: stages that share
            a core, a busy machine, no pinning.
        alone: What `Pipeline.measure_alone` found; None before.
    """

    engine: str
    backend: str
    microbatches: int
    period_ms: float | None
    throughput: float | None
    stages: tuple[StageStats, ...]
    notes: tuple[str, ...] = ()
    alone: Alone | None = field(default=None)

    def co_run(self) -> tuple[float, ...]:
        """For each stage: its calls beside the others, over its calls alone.

        Above one where stages disturb each other: memory bandwidth, caches.

        Raises:
            ValueError: `Pipeline.measure_alone` was not called.
        """
        alone = self._alone()
        return tuple(
            stage.call_ms / single if single else 1.0
            for stage, single in zip(self.stages, alone.stages_ms, strict=True)
        )

    def speedup(self) -> Speedup:
        """How much faster than the whole program alone on one core.

        It is credited only where the stages, each alone, take together as long as
        the whole program, to 5%: else a compiler made the parts better or worse
        than the whole, and pipelining has no part in that.

        Raises:
            ValueError: `Pipeline.measure_alone` was not called, or fewer than
                three microbatches have come out.
        """
        alone = self._alone()
        if self.period_ms is None:
            raise ValueError("a speed-up needs at least three microbatches")
        value = alone.whole_ms / self.period_ms
        low, high = HEALTHY
        if not low <= alone.ratio <= high:
            return Speedup(
                value,
                False,
                f"the stages alone take {sum(alone.stages_ms):.3g} ms and the whole "
                f"program {alone.whole_ms:.3g} ms, a ratio of {alone.ratio:.2f}: "
                f"outside of {low}..{high}, so the difference is the compiler's",
            )
        return Speedup(value, True)

    def _alone(self) -> Alone:
        if self.alone is None:
            raise ValueError("call Pipeline.measure_alone first")
        return self.alone

    def __str__(self) -> str:
        lines = [f"{self.microbatches} microbatches, {self.engine}, {self.backend}"]
        if self.period_ms is not None:
            lines[0] += (
                f": one each {self.period_ms:.3f} ms, {self.throughput:.2f} each second"
            )
        lines.append(
            f"{'stage':>5} {'device':<10} {'core':>4} {'call':>9} {'cpu':>9} "
            f"{'in':>8} {'out':>8} {'wait':>9} {'delay':>6}"
        )
        for stage in self.stages:
            core = "-" if stage.core is None else stage.core
            delay = "-" if stage.run_delay is None else f"{stage.run_delay:.1%}"
            lines.append(
                f"{stage.stage:>5} {stage.device:<10} {core:>4} {stage.call_ms:>9.3f} "
                f"{stage.cpu_ms:>9.3f} {stage.in_ms:>8.3f} {stage.out_ms:>8.3f} "
                f"{stage.wait_ms:>9.3f} {delay:>6}"
            )
        if self.alone is not None:
            lines.append(str(self.alone))
            if self.period_ms is not None:
                speedup = self.speedup()
                verdict = (
                    "" if speedup.credited else f", not credited: {speedup.reason}"
                )
                lines.append(f"speed-up {speedup.value:.2f}{verdict}")
        lines += [f"note: {note}" for note in self.notes]
        return "\n".join(lines)


class Completions:
    """When microbatches came out, run by run."""

    def __init__(self) -> None:
        self._intervals: list[int] = []
        self._last: int | None = None
        self.count = 0

    def begin(self) -> None:
        """A run begins: the time since the last one says nothing."""
        self._last = None

    def add(self, when: int) -> None:
        """A microbatch came out at a time in nanoseconds."""
        if self._last is not None:
            self._intervals.append(when - self._last)
        self._last = when
        self.count += 1

    def period_ms(self) -> float | None:
        """Median of the intervals."""
        if len(self._intervals) < 2:
            return None
        return statistics.median(self._intervals) / 1e6

    def throughput(self) -> float | None:
        """Completions each second."""
        if len(self._intervals) < 2:
            return None
        return 1e9 * len(self._intervals) / max(sum(self._intervals), 1)


def busy_notes(stages: Sequence[StageStats]) -> tuple[str, ...]:
    """Notes on stages whose processor was given to others for too long."""
    return tuple(
        f"stage {stage.stage} waited {stage.run_delay:.0%} of the time for a "
        "processor: the machine is too busy to measure"
        for stage in stages
        if stage.run_delay is not None and stage.run_delay > BUSY
    )


def shared_cores(cores: Sequence[int | None]) -> str | None:
    """A note where several stages are pinned to one core."""
    pinned = [core for core in cores if core is not None]
    if len(set(pinned)) == len(pinned):
        return None
    return f"{len(pinned)} stages share {len(set(pinned))} cores"
