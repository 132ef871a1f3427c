"""Random programs as pipelines compute what their calls do one after the other.

PLACEMENT_FUZZ_SEEDS=500 runs more of them.
"""

import os
import random

import numpy
import pytest
import runtime_fake as fake
from placement.runtime import Pipeline

SEEDS = int(os.environ.get("PLACEMENT_FUZZ_SEEDS", 12))


def draw(seed):
    """A program whose calls come back to stages, skip stages, share values and
    ignore some; each result is its own mix of the call's operands."""
    choose = random.Random(seed)
    roles = [
        choose.choice(["activation", "weight"]) for _ in range(choose.randint(0, 4))
    ]
    stages = choose.randint(1, 4)
    values, calls = list(range(len(roles))), []
    for number in range(choose.randint(1, 9)):
        operands = choose.choices(values, k=choose.randint(0, 4)) if values else []
        made = [len(values) + i for i in range(choose.randint(0, 3))]
        mixes = ", ".join(
            f"{number + i + 1} + sum((k + {i + 1}) * x for k, x in enumerate(inputs)) "
            f"+ numpy.zeros(4, 'int64')"
            for i in range(len(made))
        )
        calls.append(
            (
                f"f{number}",
                choose.randrange(stages),
                operands,
                made,
                f"return [{mixes}]",
            )
        )
        values += made
    results = choose.choices(values, k=choose.randint(1, 4)) if values else []
    types = dict.fromkeys(values, fake.INTEGERS)
    # Half of the programs have devices with several stages.
    count = choose.randint(1, stages) if seed % 2 else stages
    devices = {s: choose.randrange(count) for s in range(stages)} if seed % 2 else None
    return fake.program(
        calls,
        arguments=roles,
        results=results,
        stages=stages,
        types=types,
        devices=devices,
    )


def expected(program, weights, sample):
    values = dict(
        zip((program.arguments[a].value for a in program.weights), weights, strict=True)
    )
    values |= zip(
        (program.arguments[a].value for a in program.activations), sample, strict=True
    )
    for call in program.calls:
        executable = fake.FakeExecutable(program.texts[call.function])
        results = executable([values[v] for v in call.operands])
        values |= zip(call.results, results, strict=True)
    return [values[v] for v in program.results]


def integers(generator):
    return generator.integers(-9, 9, 4)


def check(seed, engine):
    program = draw(seed)
    generator = numpy.random.default_rng(seed)
    weights = [integers(generator) for _ in program.weights]
    samples = [[integers(generator) for _ in program.activations] for _ in range(7)]
    with Pipeline(
        program,
        weights,
        backend=fake.FakeBackend(),
        engine=engine,
        depth=1 + seed % 3,
        timeout=60,
    ) as pipeline:
        every = list(pipeline.map(samples))
        for results, sample in zip(every, samples, strict=True):
            for result, want in zip(
                results, expected(program, weights, sample), strict=True
            ):
                numpy.testing.assert_array_equal(result, want)
        made = [i for i, v in enumerate(program.results) if program.producer(v)]
        if made:
            sums = pipeline.accumulate(samples, results=made)
            for number, total in zip(made, sums, strict=True):
                want = sum(results[number] for results in every)
                numpy.testing.assert_array_equal(total, want)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_threads(seed):
    check(seed, "thread")


@pytest.mark.parametrize("seed", range(0, SEEDS, 3))
def test_processes(seed):
    check(seed, "process")
