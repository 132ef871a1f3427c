"""Stages and the whole program timed alone, and what follows from it."""

import contextlib
import os

import numpy
import pytest
import runtime_fake as fake
from placement.errors import InputError, StageError, StageTimeout
from placement.runtime import Pipeline, Stats, affinity, measure
from placement.runtime.measure import Alone
from placement.runtime.stats import StageStats

# Stages that take a known time and no processor.
NAP = "import time\ntime.sleep({})\nreturn [inputs[0] + 1]"


@contextlib.contextmanager
def running(program, weights=(), **options):
    options = {"backend": fake.FakeBackend(), "timeout": 30} | options
    with Pipeline(program, weights, **options) as pipeline:
        yield pipeline


def test_stages_and_the_whole_are_timed():
    whole = fake.chain(NAP.format(0.012))
    with running(fake.chain(NAP.format(0.004), NAP.format(0.008)), whole=whole) as p:
        samples = fake.samples(8)
        list(p.map(samples))
        alone = p.measure_alone(samples[0], runs=3)
        # A nap may take longer than it should, never less.
        assert alone.stages_ms[0] >= 4 and alone.stages_ms[1] >= 8
        assert alone.whole_ms >= 12
        assert alone.core == (affinity.available()[0] if affinity.can_pin() else None)
        stats = p.stats()
        assert stats.alone is alone
        assert len(stats.co_run()) == 2
        assert stats.speedup().value > 0
        assert "alone: stages" in str(stats) and "speed-up" in str(stats)
        # It still runs.
        assert len(list(p.map(samples))) == 8


def test_training_stages_have_two_calls():
    step = fake.training(2)
    whole = fake.program(
        [("step", 0, [0, 1, 2], [3, 4], "return [inputs[1], inputs[2]]")],
        arguments=["activation", "weight", "weight"],
        results=[3, 4],
    )
    weights = [numpy.ones(4, "float32")] * 2
    with running(step, weights, whole=whole) as p:
        alone = p.measure_alone(fake.samples(1)[0], runs=1)
    assert len(alone.stages_ms) == 2 and min(alone.stages_ms) > 0


def test_what_measuring_needs():
    sample = fake.samples(1)[0]
    program = fake.chain(NAP.format(0))
    with running(program) as p, pytest.raises(InputError, match="whole=TEXT"):
        p.measure_alone(sample)
    two = fake.chain(NAP.format(0), NAP.format(0))
    with running(program, whole=two) as p:
        with pytest.raises(InputError, match="whole has 2 calls"):
            p.measure_alone(sample)
        with pytest.raises(InputError, match=r"activation 0 is float32\[3\]"):
            p.measure_alone([sample[0][:3]])
    other = fake.program(
        [("f", 0, [0], [1, 2], "")], arguments=["activation"], results=[1, 2]
    )
    with (
        running(program, whole=other) as p,
        pytest.raises(InputError, match="whole is another program"),
    ):
        p.measure_alone(sample)
    with (
        running(program, whole=program) as p,
        pytest.raises(InputError, match="runs is 0"),
    ):
        p.measure_alone(sample, runs=0)


@pytest.mark.parametrize(
    ("body", "kind", "message"),
    [
        ("raise ValueError('not alone')", StageError, "failed: ValueError: not alone"),
        ("os._exit(4)", StageError, r"its process \d+ exited with status 4"),
        ("__import__('time').sleep(9)", StageTimeout, "gives no answer for 0.3 s"),
    ],
)
def test_what_goes_wrong_while_measuring(body, kind, message):
    good = fake.chain(NAP.format(0))
    with (
        running(good, whole=fake.chain(body), timeout=0.3) as p,
        pytest.raises(kind, match="the whole program, measured alone.*" + message),
    ):
        p.measure_alone(fake.samples(1)[0])


def test_replicas_add_up():
    whole = fake.chain(NAP.format(0.01))
    cores = affinity.available()[:2] or [None]
    with running(whole, whole=whole) as p:
        inputs = {0: fake.samples(1)[0][0]}
        setup = p.setup
        one = measure.replicas(setup, whole, inputs, cores[:1], runs=3)
        several = measure.replicas(setup, whole, inputs, cores, runs=3)
    assert one >= 10
    assert several >= 10 / len(cores)


def stats(period, stages, whole):
    each = StageStats(0, "acc:0", 0, 9, stages[0], 1, 0, 0, 0, 0.0)
    return Stats(
        "process", "fake", 9, period, 1e3 / period, (each,), (), Alone(stages, whole, 0)
    )


def test_a_speedup_is_credited_only_where_the_parts_are_the_whole():
    good = stats(6.0, (5.0, 5.2), 10.0).speedup()
    assert good.credited and good.value == pytest.approx(10 / 6) and not good.reason
    for stages in ((3.0, 4.0), (8.0, 9.0)):
        bad = stats(6.0, stages, 10.0).speedup()
        assert not bad.credited
        assert "outside of 0.95..1.05" in bad.reason
        assert "not credited" in str(stats(6.0, stages, 10.0))


def test_cores_are_given_out_in_turn():
    cores = affinity.available()
    if not cores:
        assert affinity.assign(3, None) == (None,) * 3
        return
    assert set(cores) == os.sched_getaffinity(0)
    given = affinity.assign(len(cores) + 1, None)
    assert sorted(given[:-1]) == sorted(cores) and given[-1] == given[0]


def test_the_users_environment_stays(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("NPROC", raising=False)
    variables = affinity.environment(3)
    assert variables["OMP_NUM_THREADS"] == "7"
    assert variables["NPROC"] == "3"
