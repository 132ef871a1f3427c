"""A perceptron of several layers, for examples that one can read."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from placement.models.base import Input, Model, Parameter


def mlp(name: str, *, layers: int, width: int, batch: int) -> Model:
    """Layers of equal width, tanh between them."""

    def function(p: list[jax.Array], x: jax.Array) -> jax.Array:
        for matrix in p[:-1]:
            x = jnp.tanh(x @ matrix)
        return x @ p[-1]

    matrices = [Parameter((width, width), "matrix") for _ in range(layers)]
    return Model(name, function, matrices, (Input((batch, width)),))


def mlp_training(
    name: str, *, layers: int, width: int, batch: int, rate: float
) -> Model:
    """One step of gradient descent towards given outputs.

    `f(parameters, x, wanted)` returns the parameters after the step; the loss is
    the mean square error.
    """
    forward = mlp(name, layers=layers, width=width, batch=batch)

    def loss(p: list[jax.Array], x: jax.Array, wanted: jax.Array) -> jax.Array:
        return ((forward.function(p, x) - wanted) ** 2).mean()

    def step(p: list[jax.Array], x: jax.Array, wanted: jax.Array) -> list[jax.Array]:
        gradients = jax.grad(loss)(p, x, wanted)
        return [w - rate * g for w, g in zip(p, gradients, strict=True)]

    inputs = forward.inputs * 2
    return Model(name, step, forward.parameters, inputs, phase="training")
