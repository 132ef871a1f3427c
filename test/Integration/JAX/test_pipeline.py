"""Placed functions as pipelines: pytrees in, pytrees out."""

import numpy
import placement
import pytest
from placement import models


@pytest.fixture(scope="module")
def placed(machine, jax):
    def function(parameters, sample, offset):
        x = sample["x"]
        for w in parameters:
            x = jax.numpy.tanh(x @ w)
        return {"y": x + offset, "sum": x.sum()}

    weights = [numpy.ones((8, 8), "f")] * 4
    arguments = weights, {"x": numpy.ones((2, 8), "f")}, 1.0
    return placement.place(
        function, arguments, weights=(0,), machine_file=machine, max_stages=2
    )


def draw(count, seed=0):
    generator = numpy.random.default_rng(seed)
    weights = [generator.standard_normal((8, 8), numpy.float32) for _ in range(4)]
    samples = [
        ({"x": generator.standard_normal((2, 8), numpy.float32)}, float(number))
        for number in range(count)
    ]
    return weights, samples


@pytest.mark.parametrize("engine", ["thread", "process"])
def test_pytrees(placed, engine, difference):
    weights, samples = draw(7)
    with placed.pipeline(weights, engine=engine) as pipeline:
        results = list(pipeline.map(samples))
        assert pipeline.stats() is not None
    expected = [placed(weights, *sample) for sample in samples]
    assert difference(results, expected) <= 1e-6
    assert difference(results[0], results[1]) > 1e-3


def test_an_iterator_that_is_closed(placed):
    weights, samples = draw(7)
    with placed.pipeline(weights, engine="thread") as pipeline:
        left = pipeline.map(samples)
        next(left)
        with pytest.raises(placement.PlacementError, match="close its iterator"):
            list(pipeline.map(samples))
        left.close()
        assert len(list(pipeline.map(samples))) == 7


def test_wrong_weights_and_samples(placed):
    weights, samples = draw(2)
    with pytest.raises(
        placement.InputError, match=r"1 arguments hold weights \(number 0"
    ):
        placed.pipeline()
    with pytest.raises(placement.InputError, match=r"argument 0\[3\] is missing"):
        placed.pipeline(weights[:3])
    with placed.pipeline(weights, engine="thread") as pipeline:
        results = pipeline.map([samples[0], ({"z": 1}, 0.0)])
        next(results)
        with pytest.raises(placement.InputError, match=r"argument 1\['x'\] is missing"):
            next(results)
        with pytest.raises(
            placement.InputError, match="arguments 1, 2, and this has 1"
        ):
            next(pipeline.map([(samples[0][0],)]))


def test_gradients_are_added_up(machine, jax, difference):
    model = models.get("mlp_train", width=16, layers=4, batch=4, rate=1.0)
    placed = placement.place(
        model.function, model.arguments(), weights=model.weights, machine_file=machine
    )
    parameters, *_ = model.example()
    generator = numpy.random.default_rng(1)
    batches = [tuple(model.draw_inputs(generator)) for _ in range(5)]
    with placed.pipeline(parameters, engine="thread") as pipeline:
        mean = pipeline.accumulate(batches, mean=True)
    step = jax.jit(model.function)
    each = [step(parameters, *batch) for batch in batches]
    expected = jax.tree.map(lambda *leaves: sum(leaves) / len(leaves), *each)
    assert difference(mean, expected) <= 1e-5


def test_training_goes_on_with_new_weights(machine, jax, difference):
    model = models.get("mlp_train", width=16, layers=4, batch=4, rate=0.1)
    placed = placement.place(
        model.function, model.arguments(), weights=model.weights, machine_file=machine
    )
    parameters, *_ = model.example()
    generator = numpy.random.default_rng(2)
    batch = [tuple(model.draw_inputs(generator)) for _ in range(3)]
    step = jax.jit(model.function)
    expected = parameters
    with placed.pipeline(parameters, engine="process") as pipeline:
        for _ in range(3):
            parameters = pipeline.accumulate(batch, mean=True)
            pipeline.set_weights(parameters)
            each = [step(expected, *inputs) for inputs in batch]
            expected = jax.tree.map(lambda *leaves: sum(leaves) / len(leaves), *each)
            assert difference(parameters, expected) <= 1e-5
        alone = pipeline.measure_alone(batch[0], runs=1)
        assert len(alone.stages_ms) == len(placed.stages.stages)
        assert pipeline.stats().speedup().value > 0
    assert difference(parameters, model.example()[0]) > 1e-3


def test_texts(models, machine, difference):
    text = (models / "bert_tiny.stablehlo.mlir").read_text()
    placed = placement.place(text, machine_file=machine)
    generator = numpy.random.default_rng(5)
    weights = [
        generator.uniform(0.1, 0.5, placed.stages.values[number].shape).astype("f")
        for number in range(36)
    ]
    samples = [generator.integers(0, 999, (2, 16), "int32") for _ in range(3)]
    with placed.pipeline(*weights, engine="thread") as pipeline:
        results = list(pipeline.map(samples))
    expected = [placed(*weights, sample) for sample in samples]
    assert difference(results, expected) <= 1e-5
