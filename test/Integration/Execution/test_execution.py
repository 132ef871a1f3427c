"""Models run as pipelines compute what they do unplaced, on every engine."""

import numpy
import pytest
from placement.runtime import Pipeline

BACKENDS = ["jax", "iree"]
ENGINES = ["process", "thread"]
# A training step returns weight - rate * gradient. With a rate this large its
# results are the gradients, which the weights would hide otherwise.
LARGE_RATE = ("dense<1.000000e-01>", "dense<1.000000e+03>")
# Stages are compiled apart, so a compiler fuses, and rounds, differently.
TOLERANCE = 1e-5


@pytest.fixture(params=BACKENDS)
def backend(request, need):
    need("iree.runtime" if request.param == "iree" else request.param)
    return request.param


def start(placed, backend, engine):
    return Pipeline(
        placed.program,
        placed.weights,
        backend=backend,
        engine=engine,
        artifacts=placed.artifacts(backend),
    )


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("name", "devices"), [("bert_tiny", 2), ("bert_tiny", 4), ("resnet50", 2)]
)
def test_inference(model, differ, backend, engine, name, devices):
    placed = model(name, devices)
    samples = [placed.sample() for _ in range(5)]
    expected = placed.reference(backend, samples)
    assert len(placed.program.stages) == devices
    with start(placed, backend, engine) as pipeline:
        results = list(pipeline.map(samples))
    for result, reference in zip(results, expected, strict=True):
        assert differ(result, reference) <= TOLERANCE
    # The comparison is awake: another sample gives another result.
    assert differ(results[0], expected[1]) > TOLERANCE


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("devices", [2, 4])
def test_training_gives_the_gradients(model, differ, backend, engine, devices):
    placed = model("bert_tiny_train_locs", devices, LARGE_RATE)
    samples = [placed.sample() for _ in range(2 * devices)]
    expected = placed.reference(backend, samples)
    phases = {call.phase for call in placed.program.calls}
    assert phases == {"forward", "backward"}
    with start(placed, backend, engine) as pipeline:
        for result, reference in zip(pipeline.map(samples), expected, strict=True):
            assert differ(result, reference) <= TOLERANCE
        mean = pipeline.accumulate(samples, mean=True)
    means = [numpy.mean(each, axis=0) for each in zip(*expected, strict=True)]
    assert differ(mean, means) <= TOLERANCE


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("name", "replace"), [("bert_tiny", None), ("bert_tiny_train_locs", LARGE_RATE)]
)
def test_devices_with_several_stages(model, differ, backend, engine, name, replace):
    """Values go from a device to another and back, and each device runs all of its
    stages: in a training step forward and backward."""
    placed = model(name, 3, replace, anywhere=True)
    program = placed.program
    assert len(program.devices) == 3 < len(program.stages)
    samples = [placed.sample() for _ in range(6)]
    expected = placed.reference(backend, samples)
    with start(placed, backend, engine) as pipeline:
        for result, reference in zip(pipeline.map(samples), expected, strict=True):
            assert differ(result, reference) <= TOLERANCE
        stats = pipeline.stats()
        mean = pipeline.accumulate(samples, mean=True)
    means = [numpy.mean(each, axis=0) for each in zip(*expected, strict=True)]
    assert differ(mean, means) <= TOLERANCE
    assert len(stats.devices) == 3
    for device in stats.devices:
        own = [s for s in program.stages if str(s.device) == device.device]
        assert [s.stage for s in device.stages] == [s.stage for s in own]
        # A result is out before its call is counted.
        assert all(s.microbatches >= 5 and s.call_ms > 0 for s in device.stages)
