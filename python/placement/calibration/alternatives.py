"""Chooses among the best plans by the clock.

Prices of operations rank plans well, but what a compiler makes of a stage shows only
when it is compiled whole. So the best plans are cut, their stages compiled and timed,
and the one that is best on the clock is taken. What the stages took corrects the
prices, which may bring up other plans, for another round.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from placement import _core
from placement.calibration import process, whole
from placement.calibration.api import program_of
from placement.calibration.jobs import Timing
from placement.calibration.table import Profile
from placement.calibration.whole import StageTime
from placement.errors import InfeasibleError, InputError
from placement.stages import StageProgram, single_stage

if TYPE_CHECKING:
    from placement.frontends.program import Program
    from placement.program import PlacedProgram

# Splits that need no cost model, which the choice must not lose to.
NAIVE = ("equal-ops", "equal-weights")
_TO_STAGES = "placement-verify,placement-insert-transfers,placement-outline-stages"


@dataclass(frozen=True)
class Candidate:
    """A plan that was cut into stages.

    Attributes:
        name: `plan 0` for the best by prices, `plan 1` for the next, or the name of
            a naive split; with `(fitted)` where prices were corrected by stages.
        annotated: The placed function.
        outlined: The same in stages.
        program: The stages.
    """

    name: str
    annotated: str
    outlined: str
    program: StageProgram


@dataclass(frozen=True)
class Measured:
    """A candidate and what it takes, in microseconds for one microbatch.

    Attributes:
        candidate: What was measured.
        loads: Of each stage, from its calls timed whole.
        period: Of the pipeline, by the loads.
        by_profile: The same by the prices of the profile, as it was at first.
        by_alone: By the times of operations alone.
        by_roofline: By the roofline.
    """

    candidate: Candidate
    loads: tuple[StageTime, ...]
    period: float
    by_profile: float
    by_alone: float
    by_roofline: float


@dataclass(frozen=True)
class Tuned:
    """All that was measured to choose a plan.

    Attributes:
        best: The candidate with the least period.
        measured: All of them, the best first.
        whole: Microseconds of the unplaced program on one core.
        profile: The profile with prices fitted to all stages.
        cores: How many cores the stages have.
        source: The program that was tuned.
    """

    best: Measured
    measured: tuple[Measured, ...]
    whole: float
    profile: Profile
    cores: int | None
    source: Program

    @property
    def placed(self) -> PlacedProgram:
        """The program, placed as the best candidate."""
        from placement.program import PlacedProgram

        hardware = self.profile.hardware
        best = self.best.candidate
        return PlacedProgram(
            self.source,
            best.annotated,
            best.outlined,
            (),
            hardware.backend,
            hardware,
        )

    def health(self, measured: Measured | None = None) -> float:
        """What all stages take alone, over the whole.

        Far from one, the compiler makes something else of the parts than of the
        whole, and what is won or lost is not the pipeline's.
        """
        loads = (measured or self.best).loads
        return sum(load.call for load in loads) / self.whole if self.whole else 1.0

    def table(self) -> str:
        """What was measured, for people; times in milliseconds."""
        head = (
            f"whole program {self.whole / 1e3:.3f} ms\n"
            f"{'split':<22}{'period':>9}{'profile':>9}{'alone':>9}{'roofline':>9}"
            f"{'health':>8}  stages\n"
        )
        return head + "\n".join(self._row(m) for m in self.measured)

    def _row(self, m: Measured) -> str:
        stages = " + ".join(f"{load.total / 1e3:.3f}" for load in m.loads)
        figures = "".join(
            f"{value / 1e3:9.3f}"
            for value in (m.period, m.by_profile, m.by_alone, m.by_roofline)
        )
        return f"{m.candidate.name:<22}{figures}{self.health(m):8.2f}  {stages}"


def tune(
    source: Any,
    profile: Profile,
    *,
    devices: int | Mapping[str, Any] = 2,
    alternatives: int = 5,
    rounds: int = 2,
    backend: str | None = None,
    cores: int | None = None,
    max_stages: int | None = None,
    core: int | None = None,
    options: Mapping[str, Any] | None = None,
    time_limit: float | None = None,
    budget: float = whole.BUDGET,
    timeout: float = process.TIMEOUT,
    progress: Callable[[str], None] | None = None,
) -> Tuned:
    """Cuts a program by the best plans, times their stages whole, and chooses.

    Splits into stages of equally many operations, and of equally many bytes of
    weights, are timed as well, so the choice does not lose to them.

    Args:
        source: A placed program; or text, bytes or a file as `placement.place` takes
            them.
        profile: Prices of its operations on this machine.
        devices: How many devices, each with the profile's link; or a machine as
            data, whose devices are of the profile's kind.
        alternatives: How many plans to time in each round.
        rounds: How often to solve; after the first time with prices fitted to the
            stages that were timed.
        backend: Name of the backend; None for that of the profile.
        cores: How many cores the stages have, in turn; None for one each.
        max_stages: The most stages.
        core: The core to measure on; None for any.
        options: For the backend's `compile`.
        time_limit: Seconds for each search.
        budget: Seconds of calls for each stage.
        timeout: Seconds for each stage, compiling included.
        progress: Is called with what is done.

    Raises:
        InputError: The module or an argument is wrong, or the profile is for other
            hardware.
        InfeasibleError: It is proven that there is no plan.
        StageError: A stage could not be compiled or run.
    """
    if alternatives < 1 or rounds < 1:
        raise InputError("tune needs at least one alternative and one round")
    backend = backend or profile.hardware.backend
    profile.check(backend)
    program = program_of(source)
    text = program.text
    machine = profile.machine(devices) if isinstance(devices, int) else dict(devices)
    solve = _Solver(text, machine, max_stages, time_limit)
    times: dict[str, Timing] = {}
    unplaced = single_stage(text)
    found: dict[tuple[str, ...], Candidate] = {}
    fitted = profile
    for turn in range(rounds):
        suffix = " (fitted)" if turn else ""
        naive = (
            [] if turn else [solve.candidate(n, profile, algorithm=n) for n in NAIVE]
        )
        ranked = solve.ranked(fitted, alternatives, suffix)
        fresh = [c for c in (*ranked, *naive) if _key(c) not in found]
        found.update((_key(c), c) for c in fresh)
        if turn and not fresh:
            break
        programs = [c.program for c in fresh] + ([] if turn else [unplaced])
        whole.measure(
            programs,
            backend,
            known=times,
            core=core,
            options=options,
            budget=budget,
            timeout=timeout,
            progress=progress,
        )
        fitted = fit_prices(profile, [c.program for c in found.values()], times)
    measured = sorted(
        (weigh(c, profile, times, cores) for c in found.values()),
        key=lambda m: m.period,
    )
    unplaced_text = unplaced.texts[unplaced.calls[0].function]
    return Tuned(
        measured[0], tuple(measured), times[unplaced_text].least, fitted, cores, program
    )


def weigh(
    candidate: Candidate,
    profile: Profile,
    times: Mapping[str, Timing],
    cores: int | None = None,
) -> Measured:
    """A candidate by the times of its stages, and by what was predicted."""
    program = candidate.program
    loads = whole.device_loads(program, times, profile.link)
    counts = [whole.device_counts(program, d) for d in program.devices]

    def predict(source: str) -> float:
        return whole.period(
            (
                profile.predict(count, source) + load.transfer
                for count, load in zip(counts, loads, strict=True)
            ),
            cores,
        )

    return Measured(
        candidate,
        loads,
        whole.period((load.total for load in loads), cores),
        predict("profile"),
        predict("alone"),
        predict("roofline"),
    )


def fit_prices(
    profile: Profile, programs: Iterable[StageProgram], times: Mapping[str, Timing]
) -> Profile:
    """The profile with prices fitted to stages that were timed."""
    texts = dict.fromkeys(t for p in programs for t in p.texts.values() if t in times)
    return profile.fitted(
        [(whole.signature_counts(text), times[text].least) for text in texts]
    )


class _Solver:
    """Places one text on one machine, again and again."""

    def __init__(
        self,
        text: str,
        machine: Mapping[str, Any],
        max_stages: int | None,
        time_limit: float | None,
    ) -> None:
        self._text = text
        self._machine = machine
        self._options = ""
        if max_stages is not None:
            self._options += f" max-stages={max_stages}"
        if time_limit is not None:
            self._options += f" time-limit={time_limit}"

    def ranked(self, profile: Profile, count: int, suffix: str) -> Sequence[Candidate]:
        """The best plans by the prices of a profile, as many as there are."""
        found = []
        for rank in range(count):
            options = {"alternative": rank} if rank else {}
            try:
                found.append(self.candidate(f"plan {rank}{suffix}", profile, **options))
            except InputError as error:
                if rank and "alternative" in str(error):
                    break
                raise
        return found

    def candidate(self, name: str, profile: Profile, **options: Any) -> Candidate:
        """One plan, cut into stages.

        Raises:
            InfeasibleError: There is none.
        """
        flags = " ".join(f"{key}={value}" for key, value in options.items())
        with tempfile.TemporaryDirectory(prefix="placement-") as folder:
            machine = Path(folder) / "machine.json"
            machine.write_text(json.dumps(self._machine))
            prices = profile.save(Path(folder) / "profile.json")
            try:
                annotated, _ = _core.run_pipeline(
                    self._text,
                    f'placement-inline,device-place{{machine-file="{machine}" profile="{prices}"'
                    f"{self._options} {flags}}}",
                )
            except InputError as error:
                if "no placement of @" in str(error) and "is possible" in str(error):
                    raise InfeasibleError(str(error)) from None
                raise
        outlined, _ = _core.run_pipeline(annotated, _TO_STAGES)
        return Candidate(name, annotated, outlined, StageProgram.from_text(outlined))


def _key(candidate: Candidate) -> tuple[str, ...]:
    """What equal candidates share: their stages, in order."""
    program = candidate.program
    return tuple(program.texts[c.function] for c in program.calls)
