"""Times of a running pipeline: what workers record, and what the caller reads."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy

from placement.runtime import affinity
from placement.runtime.recorder import COUNT, DELAY, HEAD, IN, KEPT, SPAN, TIMES, WAIT

if TYPE_CHECKING:
    from placement.runtime.measure import Alone
    from placement.runtime.schedule import WorkerPlan

# A share of the time without a processor from which on times say little.
BUSY = 0.03


@dataclass(frozen=True)
class StageStats:
    """Times of a stage in milliseconds for one microbatch.

    A device has one worker for all its stages, so the last two are those of the
    device.

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
        wait_ms: Waiting of the device for messages, mean.
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


@dataclass(frozen=True)
class DeviceStats:
    """Times of a device, which runs all its stages, as those of a stage are.

    Attributes:
        device: The device, `acc:1`.
        core: The processor core that its worker is pinned to; None where it isn't.
        stages: Those of its stages, in order.
        wait_ms: Waiting for messages, mean.
        run_delay: As that of a stage.
    """

    device: str
    core: int | None
    stages: tuple[StageStats, ...]
    wait_ms: float
    run_delay: float | None

    @property
    def call_ms(self) -> float:
        """In the calls of all its stages."""
        return sum(stage.call_ms for stage in self.stages)

    @property
    def busy_ms(self) -> float:
        """What the device needs for a microbatch, without waiting."""
        return sum(stage.busy_ms for stage in self.stages)


def worker_stats(
    plan: WorkerPlan,
    core: int | None,
    now: numpy.ndarray,
    before: numpy.ndarray | None = None,
) -> list[StageStats]:
    """Reads a recorder's memory, less what was recorded `before` (a copy of it): the
    times of each stage of the worker."""
    if before is None:
        before = numpy.zeros_like(now)
    calls = now[HEAD:].reshape(-1, TIMES + KEPT)
    older = before[HEAD:].reshape(-1, TIMES + KEPT)
    counts = calls[:, COUNT] - older[:, COUNT]
    # Calls of the microbatch that is under way are not all there yet.
    through = int(counts.min()) if len(counts) else 0
    span = int(now[SPAN] - before[SPAN])
    delay = int(now[DELAY] - before[DELAY]) / span if span else None
    wait_ms = int(now[WAIT] - before[WAIT]) / max(through, 1) / 1e6
    found = []
    for stage in plan.stages:
        own = [i for i, call in enumerate(plan.calls) if call.stage == stage]
        found.append(
            StageStats(
                stage=stage,
                device=plan.device,
                core=core,
                **_times(calls[own], older[own], counts[own]),
                wait_ms=wait_ms,
                run_delay=delay if affinity.tells_run_delay() else None,
            )
        )
    return found


def _times(
    calls: numpy.ndarray, older: numpy.ndarray, counts: numpy.ndarray
) -> dict[str, Any]:
    """What a stage's calls took, as fields of its statistics."""
    microbatches = int(counts.min()) if len(counts) else 0
    median = 0.0
    sums = numpy.zeros(4)
    for row, old, count in zip(calls, older, counts, strict=True):
        if count:
            latest = int(row[COUNT])
            kept = [latest - 1 - i for i in range(min(int(count), KEPT))]
            median += statistics.median(int(row[TIMES + i % KEPT]) for i in kept)
            sums += (row[IN:TIMES] - old[IN:TIMES]) / count
    return {
        "microbatches": microbatches,
        "call_ms": median / 1e6,
        "cpu_ms": sums[3] / 1e6,
        "in_ms": sums[0] / 1e6,
        "out_ms": sums[2] / 1e6,
    }


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

    @property
    def devices(self) -> tuple[DeviceStats, ...]:
        """Times of each device, in the order of their first stages."""
        of: dict[str, list[StageStats]] = {}
        for stage in self.stages:
            of.setdefault(stage.device, []).append(stage)
        return tuple(
            DeviceStats(
                device, own[0].core, tuple(own), own[0].wait_ms, own[0].run_delay
            )
            for device, own in of.items()
        )

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
        for device in self.devices:
            core = "-" if device.core is None else device.core
            delay = "-" if device.run_delay is None else f"{device.run_delay:.1%}"
            for stage in device.stages:
                line = (
                    f"{stage.stage:>5} {stage.device:<10} {core:>4} "
                    f"{stage.call_ms:>9.3f} {stage.cpu_ms:>9.3f} {stage.in_ms:>8.3f} "
                    f"{stage.out_ms:>8.3f}"
                )
                # Its stages wait together.
                if stage is device.stages[-1]:
                    line += f" {device.wait_ms:>9.3f} {delay:>6}"
                lines.append(line)
            if len(device.stages) > 1:
                lines.append(
                    f"{'all':>5} {device.device:<10} {core:>4} {device.call_ms:>9.3f}"
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
    """Notes on devices whose processor was given to others for too long; each by
    its first stage."""
    first = {stage.device: stage for stage in reversed(stages)}
    return tuple(
        f"stage {stage.stage} waited {stage.run_delay:.0%} of the time for a "
        "processor: the machine is too busy to measure"
        for stage in stages
        if first[stage.device] is stage
        and stage.run_delay is not None
        and stage.run_delay > BUSY
    )


def shared_cores(cores: Sequence[int | None]) -> str | None:
    """A note where several workers are pinned to one core."""
    pinned = [core for core in cores if core is not None]
    if len(set(pinned)) == len(pinned):
        return None
    return f"{len(pinned)} devices share {len(set(pinned))} cores"
