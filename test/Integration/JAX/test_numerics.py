"""Placed programs compute what the unplaced ones do.

Each model is cut into stages and executed by JAX: unplaced; stage by stage; and the
outlined module as a whole, whose driver calls its stages. Gradients are results too:
a training step returns weight - rate * gradient, and with a large rate that is the
gradient, which the weights would hide otherwise.
"""

import numpy
import placement
import pytest
from jax_programs import TOLERANCE, draw, expect_transfers, load
from placement import models

# Model -> sizes that keep all its layers and make it quick, and the stages that the
# machine with four devices must give.
MODELS = {
    "mlp": ({"width": 64, "batch": 8}, 4),
    "bert_tiny": ({}, 4),
    "gpt2": ({"layers": 2, "width": 64, "heads": 4, "vocabulary": 999}, 4),
    "resnet50": ({"image": 64}, 4),
    "inceptionv3": ({"image": 75}, 4),
    "mlp_train": ({"width": 64, "batch": 8, "rate": 1e3}, 4),
    "bert_tiny_train": ({"layers": 1, "rate": 1e3}, 4),
}

# A text -> what to change in it.
TEXTS = {
    "bert_tiny": (),
    "bert_tiny_train_locs": (("dense<1.000000e-01>", "dense<1.000000e+03>"),),
}


@pytest.mark.parametrize("name", MODELS)
def test_functions(name, machine, difference, jax):
    sizes, stages = MODELS[name]
    model = models.get(name, **sizes)
    placed = placement.place(
        model.function,
        model.arguments(),
        weights=model.weights,
        machine_file=machine,
    )
    assert len(placed.plan.stages) == stages
    expect_phases(placed, model.phase)
    expect_transfers(placed.stages)

    unplaced = jax.jit(model.function)
    arguments = model.example()
    expected = unplaced(*arguments)
    assert difference(placed(*arguments), expected) <= TOLERANCE

    # The comparison is awake: other inputs give other results.
    others = model.draw_inputs(numpy.random.default_rng(99))
    changed = unplaced(arguments[0], *others)
    assert difference(changed, expected) > 1e-3


@pytest.mark.parametrize("name", TEXTS)
def test_texts(name, models, machine, difference):
    text = (models / f"{name}.stablehlo.mlir").read_text()
    for old, new in TEXTS[name]:
        assert old in text
        text = text.replace(old, new)
    placed = placement.place(text, machine_file=machine)
    assert len(placed.plan.stages) == 4
    expect_phases(placed, "training" if "train" in name else "inference")
    expect_transfers(placed.stages)

    arguments = draw(placed.stages)
    unplaced = load(placed.as_text("input"))
    expected = unplaced(arguments)
    assert difference(placed(*arguments), expected) <= TOLERANCE
    stripped, _ = placement.run_pipeline(placed.as_text(), "placement-strip")
    whole = load(stripped)(arguments)
    assert difference(whole, expected) <= TOLERANCE

    moved = [a * numpy.float32(1.001) if a.dtype == "f" else a for a in arguments]
    assert difference(unplaced(moved), expected) > TOLERANCE


def expect_phases(placed, phase):
    """Stages are called upward; in training then downward, at least once each."""
    calls = [(call.stage, call.phase) for call in placed.stages.calls]
    numbers = [stage.stage for stage in placed.stages.stages]
    if phase == "inference":
        assert calls == [(number, None) for number in numbers]
        return
    count = len(numbers)
    assert calls[:count] == [(number, "forward") for number in numbers]
    assert sorted(set(calls[count:])) == [(number, "backward") for number in numbers]


def test_optimizer_state_and_loss(machine, difference, jax):
    """A step as people write it: state of an optimizer in, and the loss out."""
    model = models.get("mlp", width=16, layers=4, batch=4)

    def loss(weights, x, wanted):
        return ((model.function(weights, x) - wanted) ** 2).mean()

    def step(state, x, wanted):
        weights, mean, square, count = state
        value, gradient = jax.value_and_grad(loss)(weights, x, wanted)
        count = count + 1
        mean = [0.9 * m + 0.1 * g for m, g in zip(mean, gradient, strict=True)]
        square = [0.9 * s + 0.1 * g * g for s, g in zip(square, gradient, strict=True)]
        rates = [
            (m / (1 - 0.9**count)) / (jax.numpy.sqrt(s / (1 - 0.9**count)) + 1e-3)
            for m, s in zip(mean, square, strict=True)
        ]
        weights = [w - 0.1 * r for w, r in zip(weights, rates, strict=True)]
        return (weights, mean, square, count), value

    weights, x = model.example()
    zeros = [numpy.zeros_like(w) for w in weights]
    arguments = (weights, zeros, zeros, 0.0), x, numpy.tanh(x)
    placed = placement.place(step, arguments, weights=(0,), machine_file=machine)
    assert len(placed.plan.stages) > 1
    expect_transfers(placed.stages)
    unplaced = jax.jit(step)
    for _ in range(2):
        results = placed(*arguments)
        assert difference(results, unplaced(*arguments)) <= TOLERANCE
        arguments = (results[0], *arguments[1:])
    assert difference(results, unplaced(*arguments)) > 1e-3
