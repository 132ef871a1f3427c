"""How close a pipeline of two stages comes to the ceiling of two cores, and what a
hand-over from stage to stage costs.

usage: execution.py [--pairs=N] [--backend=jax] [--model=FILE]

The ceiling is what both cores do when each runs the whole model: no way to use
them on one stream of microbatches is faster. Pipeline and copies take turns, and
the median of the pairs counts. The model is a chain of equal layers, so that two
stages can be equal; --model takes another. Run it on a quiet machine, as
`nice -n -20` where that is allowed.
"""

import argparse
import statistics
import sys
from pathlib import Path

import balanced
import measurement
import numpy
from handover import ClockBackend
from placement.runtime import Pipeline, affinity, measure
from placement.stages import (
    Call,
    Device,
    Stage,
    StageProgram,
    TensorType,
    single_stage,
)

CEILING_GOAL = 0.9
HANDOVER_GOAL_MS = 0.5
HANDOVER_GOAL_BYTES = 1 << 20
SIZES = (4, 1 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20, 4 << 20, 16 << 20)
LAYERS, ROWS, WIDTH = 24, 512, 512
WINDOW = 24


def report_ceiling(text, backend, pairs):
    """Measures pairs; whether the goal was reached."""
    program, whole = balanced.place(text), single_stage(text)
    weights, sample = balanced.draw(program)
    cores = affinity.available()[:2]
    if len(cores) < 2:
        print("this machine does not let us use two cores: nothing to measure")
        return False
    ratios, periods, ceilings = [], [], []
    with Pipeline(
        program, weights, backend=backend, cores=cores, depth=3, whole=whole
    ) as pipeline:
        for _ in pipeline.map([sample] * 4):
            pass
        inputs = dict(zip(pipeline.schedule.activations, sample, strict=True))
        with measure.Replicas(pipeline.setup, whole, inputs, cores) as copies:
            copies.period_ms(2)
            for _ in range(pairs):
                ceilings.append(copies.period_ms(WINDOW // 2))
                pipeline.reset_stats()
                for _ in pipeline.map([sample] * WINDOW):
                    pass
                periods.append(pipeline.stats().period_ms)
                ratios.append(ceilings[-1] / periods[-1])
        pipeline.measure_alone(sample)
        print(pipeline.stats())
    ratio = statistics.median(ratios)
    print(f"{'':12}{'best':>9}{'median':>9}{'worst':>9}")
    for name, values in ("copies ms", ceilings), ("pipeline ms", periods):
        print(
            f"{name:12}{min(values):9.2f}{statistics.median(values):9.2f}"
            f"{max(values):9.2f}"
        )
    print(
        f"{'of ceiling':12}{max(ratios):9.2f}{ratio:9.2f}{min(ratios):9.2f}  "
        + measurement.verdict(f"{CEILING_GOAL} (median)", ratio >= CEILING_GOAL)
    )
    return ratio >= CEILING_GOAL


def handover_program(size):
    """Two stages, of which the first hands `size` bytes to the second."""
    bytes_ = TensorType((size,), numpy.dtype("uint8"), size)
    clock = TensorType((), numpy.dtype("int64"), 8)
    return StageProgram(
        values=(bytes_, clock, clock),
        arguments=(),
        stages=(Stage(0, Device("cpu", 0)), Stage(1, Device("cpu", 1))),
        calls=(
            Call("send", 0, None, (), (0, 1)),
            Call("receive", 1, None, (0, 1), (2,)),
        ),
        transfers=(),
        results=(2,),
        texts={"send": f"send {size}", "receive": "receive"},
    )


def handover_ms(engine, size, runs):
    """Milliseconds from the end of a call to the start of the next stage's, of
    each run; the next stage waits for it."""
    with Pipeline(
        handover_program(size), [], backend=ClockBackend(), engine=engine, depth=1
    ) as pipeline:
        # Slots are touched for the first time in the first runs.
        times = [
            int(next(pipeline.map([()]))[0]) / 1e6
            for _ in range(2 * pipeline.schedule.limit + runs)
        ]
    return times[-runs:]


def report_handover(runs=60):
    """Prints the table; whether the goal was reached."""
    reached = True
    print("hand-over to a stage that waits for it, ms: median, and 9 of 10 below")
    print(f"{'bytes':>12}{'process':>10}{'':>9}{'thread':>10}{'':>9}")
    for size in SIZES:
        line = f"{size:12,}"
        for engine in ("process", "thread"):
            times = sorted(handover_ms(engine, size, runs))
            median = statistics.median(times)
            line += f"{median:10.3f}{times[len(times) * 9 // 10]:9.3f}"
            if engine == "process" and size <= HANDOVER_GOAL_BYTES:
                reached &= median < HANDOVER_GOAL_MS
        print(line)
    goal = f"process below {HANDOVER_GOAL_MS} ms up to {HANDOVER_GOAL_BYTES:,} bytes"
    print(measurement.verdict(goal, reached))
    return reached


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--backend", default="jax")
    parser.add_argument("--model", type=Path, help="a module; arguments are drawn")
    options = parser.parse_args()
    reached = report_handover()
    print()
    text = (
        options.model.read_text()
        if options.model
        else balanced.chain(LAYERS, ROWS, WIDTH)
    )
    reached &= report_ceiling(text, options.backend, options.pairs)
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
