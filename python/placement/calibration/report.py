"""Predicted against measured time per microbatch, for whole models.

    python -m placement.calibration.report bert_base gpt2 resnet50 --stages 2,3

measures the operations of each model, tunes its plans, and runs the chosen split and
the naive ones as pipelines of processes.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import statistics
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from placement.calibration import alternatives, whole
from placement.calibration.alternatives import Measured, Tuned
from placement.calibration.api import profile
from placement.calibration.hardware import Hardware
from placement.calibration.table import Profile
from placement.calibration.worker import make_up
from placement.errors import InputError, PlacementError
from placement.runtime import affinity
from placement.stages import StageProgram

# What is predicted with, from the dearest to the cheapest.
SOURCES = ("stages", "profile", "alone", "roofline")
# Median and worst relative error that each is meant to keep.
GOALS = {"stages": (0.06, 0.12), "profile": (0.10, 0.20), "roofline": (0.25, None)}
# By how much a choice may be slower than a naive split.
MOST_LOSS = 0.03
# Exit status where a goal is missed that must not be.
MISSED = 3


@dataclass(frozen=True)
class Row:
    """One split of one model; times in milliseconds a microbatch.

    Attributes:
        model: Its name.
        backend: What ran it.
        stages: How many stages.
        split: How it was found.
        chosen: Whether tuning chose it.
        period: Of the running pipeline: the median over windows.
        predicted: Source -> the period that it predicts.
        whole: The unplaced program on one core.
        health: What all stages take alone, over the whole.
        co_run: For each stage, its calls beside the others over its calls alone.
        transfers: For each stage, what handing over took, without waiting.
        run_delay: The largest share of time in which a stage could have run, and
            the processor was given to others; above 0.03 the machine was too busy.
    """

    model: str
    backend: str
    stages: int
    split: str
    chosen: bool
    period: float
    predicted: Mapping[str, float]
    whole: float
    health: float
    co_run: tuple[float, ...]
    transfers: tuple[float, ...]
    run_delay: float | None

    def error(self, source: str) -> float:
        """By how much a prediction is off, relative to what was measured."""
        return self.predicted[source] / self.period - 1


def measure(
    name: str,
    text: str,
    prices: Profile,
    stages: int,
    *,
    cores: Sequence[int],
    options: Mapping[str, Any] | None = None,
    alternatives_: int = 5,
    windows: int = 3,
    microbatches: int = 24,
    depth: int = 3,
    progress: Callable[[str], None] | None = None,
) -> tuple[list[Row], Tuned]:
    """Tunes one model for so many stages, and runs what is to be compared.

    Args:
        name: What to call it.
        text: The model.
        prices: Its profile on this machine.
        stages: How many devices.
        cores: The cores that stages are pinned to, in turn.
        options: For the backend's `compile`.
        alternatives_: Plans to time in each round of tuning.
        windows: How often each pipeline runs; they take turns.
        microbatches: In each window, and half as many to warm up.
        depth: As of `placement.runtime.Pipeline`.
        progress: Is called with what is done.
    """
    tuned = alternatives.tune(
        text,
        prices,
        devices=stages,
        alternatives=alternatives_,
        cores=len(cores),
        core=cores[0],
        options=options,
        progress=progress,
    )
    wanted = [tuned.best] + [
        m
        for m in tuned.measured[1:]
        if m.candidate.name in (*alternatives.NAIVE, "plan 0")
    ]
    backend = prices.hardware.backend
    runs = run(
        [m.candidate.program for m in wanted],
        backend,
        cores=cores,
        options=options,
        windows=windows,
        microbatches=microbatches,
        depth=depth,
    )
    rows = [
        _row(name, backend, tuned, m, result)
        for m, result in zip(wanted, runs, strict=True)
    ]
    return rows, tuned


def run(
    programs: Sequence[StageProgram],
    backend: str,
    *,
    cores: Sequence[int],
    options: Mapping[str, Any] | None,
    windows: int,
    microbatches: int,
    depth: int,
) -> list[list[Any]]:
    """Statistics of each window of each program, run as pipelines in turns."""
    from placement.runtime import Pipeline

    results: list[list[Any]] = [[] for _ in programs]
    with contextlib.ExitStack() as stack:
        pipelines = []
        for program in programs:
            arrays = [
                make_up(whole.input_of(program.values[a.value], True), number)
                for number, a in enumerate(program.arguments)
            ]
            pinned = [cores[i % len(cores)] for i in range(len(program.stages))]
            pipeline = stack.enter_context(
                Pipeline(
                    program,
                    [arrays[a] for a in program.weights],
                    backend=backend,
                    cores=pinned,
                    depth=depth,
                    compile_options=options,
                )
            )
            pipelines.append((pipeline, [arrays[a] for a in program.activations]))
        for _ in range(windows):
            for (pipeline, sample), found in zip(pipelines, results, strict=True):
                for _ in pipeline.map([sample] * (microbatches // 2)):
                    pass
                pipeline.reset_stats()
                for _ in pipeline.map([sample] * microbatches):
                    pass
                found.append(pipeline.stats())
    return results


def _row(
    name: str, backend: str, tuned: Tuned, measured: Measured, windows: Sequence[Any]
) -> Row:
    def middle(values: Iterable[float]) -> float:
        return statistics.median(values)

    stages = range(len(measured.loads))
    delays = [s.run_delay for w in windows for s in w.stages if s.run_delay is not None]
    return Row(
        model=name,
        backend=backend,
        stages=len(measured.loads),
        split=measured.candidate.name,
        chosen=measured is tuned.best,
        period=middle(w.period_ms for w in windows),
        predicted={
            "stages": measured.period / 1e3,
            "profile": measured.by_profile / 1e3,
            "alone": measured.by_alone / 1e3,
            "roofline": measured.by_roofline / 1e3,
        },
        whole=tuned.whole / 1e3,
        health=tuned.health(measured),
        co_run=tuple(
            middle(w.stages[i].call_ms for w in windows) * 1e3 / measured.loads[i].call
            for i in stages
        ),
        transfers=tuple(
            middle(w.stages[i].in_ms + w.stages[i].out_ms for w in windows)
            for i in stages
        ),
        run_delay=max(delays, default=None),
    )


def table(rows: Sequence[Row]) -> str:
    """The rows, for people, and below them how far off each source is."""
    lines = [
        f"{'model':<12}{'backend':<8}{'split':<20}{'stages':>6}{'measured':>10}"
        + "".join(f"{source:>16}" for source in SOURCES)
        + f"{'health':>8}{'co-run':>8}{'delay':>7}"
    ]
    for row in rows:
        cells = "".join(
            f"{row.predicted[s]:9.3f} {row.error(s):+6.0%}" for s in SOURCES
        )
        delay = "" if row.run_delay is None else f"{row.run_delay:7.0%}"
        lines.append(
            f"{row.model:<12}{row.backend:<8}{row.split + '*' * row.chosen:<20}"
            f"{row.stages:>6}{row.period:10.3f}{cells}"
            f"{row.health:8.2f}{max(row.co_run):8.2f}{delay}"
        )
    lines.append("* chosen by tuning; times in ms a microbatch")
    for source, (median, worst) in errors(rows).items():
        goal = ""
        if source in GOALS:
            want = ", ".join(
                f"{what} {value:.0%}"
                for what, value in zip(("median", "worst"), GOALS[source], strict=True)
                if value is not None
            )
            goal = f"  (goal: {want})"
        lines.append(
            f"error of {source:<9} median {median:.1%}, worst {worst:.1%}{goal}"
        )
    lines += losses(rows)
    return "\n".join(lines)


def errors(rows: Sequence[Row]) -> dict[str, tuple[float, float]]:
    """Source -> median and worst of its relative errors."""
    found = {}
    for source in SOURCES:
        off = [abs(row.error(source)) for row in rows]
        if off:
            found[source] = (statistics.median(off), max(off))
    return found


def losses(rows: Sequence[Row]) -> list[str]:
    """For each model and number of devices, how the choice fares against the rest."""
    lines = []
    chosen: Row | None = None
    for row in rows:
        if row.chosen:
            chosen = row
            if row.split in alternatives.NAIVE:
                lines.append(
                    f"{row.model} on {row.backend}: the choice is a naive split, "
                    f"'{row.split}'"
                )
        elif chosen is not None and row.split in alternatives.NAIVE:
            gain = row.period / chosen.period - 1
            lines.append(
                f"{row.model} on {row.backend}: {row.split} takes {gain:+.1%} "
                f"against the choice, '{chosen.split}'"
            )
    return lines


def reached(rows: Sequence[Row]) -> bool:
    """Whether predictions are as good as they are meant to be, and no choice loses to
    a naive split by more than `MOST_LOSS`."""
    for source, (median, worst) in errors(rows).items():
        for value, goal in zip((median, worst), GOALS.get(source, ()), strict=False):
            if goal is not None and value > goal:
                return False
    chosen = {(r.model, r.backend, r.stages): r.period for r in rows if r.chosen}
    return all(
        r.period >= (1 - MOST_LOSS) * chosen[r.model, r.backend, r.stages]
        for r in rows
        if r.split in alternatives.NAIVE
    )


def _text(model: str, sizes: Mapping[str, int]) -> str:
    """A model by the name of an example or of a file."""
    if Path(model).exists():
        from placement.frontends import text

        return text.read(Path(model)).text
    from placement import models
    from placement.frontends import jax

    known = models.sizes(model)
    chosen = models.get(model, **{n: v for n, v in sizes.items() if n in known})
    return jax.trace(
        chosen.function, chosen.arguments(), weights=chosen.weights, locations=False
    ).text


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def _size(text: str) -> tuple[str, int]:
    name, _, value = text.partition("=")
    return name, int(value)


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m placement.calibration.report",
        description=__doc__.splitlines()[0],
    )
    parser.add_argument(
        "models",
        nargs="*",
        default=["bert_base", "gpt2", "resnet50"],
        help="example models (placement.models) or files",
    )
    parser.add_argument("--backend", default="jax", help="jax or iree")
    parser.add_argument(
        "--stages", type=_numbers, default=[2, 3], help="numbers of stages: 2,3"
    )
    parser.add_argument(
        "--size",
        type=_size,
        action="append",
        default=[],
        help="size of example models, layers=6; may be repeated",
    )
    parser.add_argument("--alternatives", type=int, default=5)
    parser.add_argument("--windows", type=int, default=3)
    parser.add_argument("--microbatches", type=int, default=24)
    parser.add_argument(
        "--profiles",
        type=Path,
        help="folder to keep profiles in, and to take them from",
    )
    parser.add_argument(
        "--output", type=Path, help="file to write all numbers to (JSON)"
    )
    parser.add_argument(
        "--strict",
        action="store_true",
        help=f"exit with status {MISSED} where a goal is missed",
    )
    return parser.parse_args(arguments)


def _profile(name: str, text: str, flags: argparse.Namespace, core: int) -> Profile:
    """The profile of a model: the one that is kept, or a new one."""
    path = None
    if flags.profiles is not None:
        flags.profiles.mkdir(parents=True, exist_ok=True)
        path = flags.profiles / f"{name}.{flags.backend}.json"
        if path.exists():
            kept = Profile.load(path)
            kept.check(flags.backend)
            return kept
    cores = affinity.available()
    cores.remove(core)
    return profile(text, backend=flags.backend, cores=[core, *cores], path=path)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit status."""
    flags = parse(arguments)
    # From the last, since the first core is that of most interrupts.
    cores = affinity.available()[::-1]
    rows: list[Row] = []
    try:
        if not cores:
            raise PlacementError(
                "this system does not pin processes to cores, so times of stages would "
                "mean nothing"
            )
        for model in flags.models:
            name = Path(model).name.partition(".")[0]
            text = _text(model, dict(flags.size))
            prices = _profile(name, text, flags, cores[0])
            for stages in flags.stages:
                found, tuned = measure(
                    name,
                    text,
                    prices,
                    stages,
                    cores=cores,
                    alternatives_=flags.alternatives,
                    windows=flags.windows,
                    microbatches=flags.microbatches,
                )
                rows += found
                print(f"{name}, {stages} stages: {tuned.table()}", file=sys.stderr)
        if flags.output is not None:
            data = {
                "hardware": Hardware.here(flags.backend).to_json(),
                "rows": [asdict(row) for row in rows],
            }
            flags.output.write_text(json.dumps(data, indent=1) + "\n")
    except (InputError, PlacementError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(Hardware.here(flags.backend))
    print(table(rows))
    return MISSED if flags.strict and not reached(rows) else 0


if __name__ == "__main__":
    sys.exit(main())
