"""Devices that have several stages, whatever engine runs them."""

import contextlib

import numpy
import pytest
import runtime_fake as fake
from placement.errors import StageError
from placement.runtime import Pipeline

ADD, DOUBLE = "return [inputs[0] + 1]", "return [inputs[0] * 2]"


@pytest.fixture(params=["process", "thread"])
def pipeline(request):
    """Makes pipelines of the engine, and closes them after the test."""
    with contextlib.ExitStack() as stack:

        def make(program, weights=(), **options):
            options = {"backend": fake.FakeBackend(), "timeout": 30} | options
            return stack.enter_context(
                Pipeline(program, weights, engine=request.param, **options)
            )

        yield make


@pytest.mark.parametrize("depth", [1, 3])
def test_a_device_with_several_stages(pipeline, depth):
    """There and back, twice: devices wait for each other in a circle, and nothing
    locks up, however long each call takes."""
    slow = "import time\ntime.sleep(0.001 * (int(inputs[0][0]) % {}))\n"
    bodies = [slow.format(2 + k % 3) + (DOUBLE if k % 2 else ADD) for k in range(5)]
    program = fake.chain(*bodies, devices={k: k % 2 for k in range(5)})
    samples = [(numpy.full(4, i, "float32"),) for i in range(30)]
    running = pipeline(program, depth=depth)
    for (result,), (x,) in zip(running.map(samples), samples, strict=True):
        numpy.testing.assert_array_equal(result, ((x + 1) * 2 + 1) * 2 + 1)
    stats = running.stats()
    assert [s.stage for s in stats.stages] == [0, 1, 2, 3, 4]
    # The last result is out before its call is counted.
    assert all(29 <= s.microbatches <= 30 for s in stats.stages)
    first, second = stats.devices
    assert [s.stage for s in first.stages] == [0, 2, 4]
    assert [s.stage for s in second.stages] == [1, 3]
    assert first.call_ms == pytest.approx(sum(s.call_ms for s in first.stages))
    assert first.device == "acc:0" and first.wait_ms > 0
    lines = [line.split()[:2] for line in str(stats).splitlines()]
    assert ["all", "acc:0"] in lines and ["4", "acc:0"] in lines


def test_training_on_devices_with_several_stages(pipeline):
    """Forward upward and backward downward over the devices 0, 1, 0, 1."""
    program = fake.training(4, devices={2: 0, 3: 1})
    weights = [numpy.full(4, k + 2, "float32") for k in range(4)]
    running = pipeline(program, weights)
    samples = fake.samples(9)
    expected = [numpy.zeros(4, "float32") for _ in range(4)]
    for (x,) in samples:
        inputs, gradient = [x], x * 2 * 3 * 4 * 5
        for w in weights[:-1]:
            inputs.append(inputs[-1] * w)
        for k in reversed(range(4)):
            expected[k] += gradient * inputs[k]
            gradient = gradient * weights[k]
    for total, want in zip(running.accumulate(samples), expected, strict=True):
        numpy.testing.assert_allclose(total, want, rtol=1e-4)
    running.set_weights([w * 0 for w in weights])
    for total in running.accumulate(samples):
        assert not total.any()


def test_a_failure_names_all_stages_of_the_device(pipeline):
    bodies = [ADD, ADD, "raise ValueError('third')"]
    running = pipeline(fake.chain(*bodies, devices={2: 0}))
    with pytest.raises(StageError, match=r"stages 0, 2 \(acc:0\) failed in @f2 on"):
        list(running.map(fake.samples(3)))
