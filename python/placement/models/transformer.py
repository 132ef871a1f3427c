"""Transformers: BERT's encoder and GPT-2's decoder."""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from placement.models.base import Input, Model, Parameter

EPSILON = 1e-5
MASKED = -1e9


def parameters(
    layers: int, width: int, vocabulary: int, sequence: int
) -> dict[str, Any]:
    """The weights of either model; the feed-forward layer is four times as wide."""

    def norm() -> dict[str, Parameter]:
        return {
            "scale": Parameter((width,), "scale"),
            "shift": Parameter((width,), "shift"),
        }

    def dense(inputs: int, outputs: int) -> dict[str, Parameter]:
        return {
            "kernel": Parameter((inputs, outputs), "matrix"),
            "bias": Parameter((outputs,), "shift"),
        }

    def block() -> dict[str, Any]:
        return {
            "query": dense(width, width),
            "key": dense(width, width),
            "value": dense(width, width),
            "output": dense(width, width),
            "attention_norm": norm(),
            "expand": dense(width, 4 * width),
            "contract": dense(4 * width, width),
            "feed_forward_norm": norm(),
        }

    return {
        "tokens": Parameter((vocabulary, width), "embedding"),
        "positions": Parameter((sequence, width), "embedding"),
        "norm": norm(),
        "blocks": [block() for _ in range(layers)],
    }


def normalize(x: jax.Array, p: dict[str, jax.Array]) -> jax.Array:
    mean = x.mean(-1, keepdims=True)
    variance = ((x - mean) ** 2).mean(-1, keepdims=True)
    return (x - mean) * lax.rsqrt(variance + EPSILON) * p["scale"] + p["shift"]


def dense(x: jax.Array, p: dict[str, jax.Array]) -> jax.Array:
    return x @ p["kernel"] + p["bias"]


def attention(x: jax.Array, p: dict[str, Any], heads: int, causal: bool) -> jax.Array:
    """x: [batch, sequence, width]; each position looks at all, or at earlier ones."""
    batch, sequence, width = x.shape

    def split(name: str) -> jax.Array:
        projected = dense(x, p[name]).reshape(batch, sequence, heads, width // heads)
        return projected.transpose(0, 2, 1, 3)

    query, key, value = split("query"), split("key"), split("value")
    scores = jnp.einsum("bhqd,bhkd->bhqk", query, key) / math.sqrt(width // heads)
    if causal:
        earlier = jnp.tril(jnp.ones((sequence, sequence), bool))
        scores = jnp.where(earlier, scores, MASKED)
    mixed = jnp.einsum("bhqk,bhkd->bhqd", jax.nn.softmax(scores), value)
    joined = mixed.transpose(0, 2, 1, 3).reshape(batch, sequence, width)
    return dense(joined, p["output"])


def feed_forward(x: jax.Array, p: dict[str, Any]) -> jax.Array:
    return dense(jax.nn.gelu(dense(x, p["expand"])), p["contract"])


def encode(p: dict[str, Any], ids: jax.Array, heads: int) -> jax.Array:
    """BERT's encoder, [batch, sequence] -> [batch, sequence, width]."""
    x = normalize(p["tokens"][ids] + p["positions"], p["norm"])
    for block in p["blocks"]:
        x = normalize(x + attention(x, block, heads, False), block["attention_norm"])
        x = normalize(x + feed_forward(x, block), block["feed_forward_norm"])
    return x


def decode(p: dict[str, Any], ids: jax.Array, heads: int) -> jax.Array:
    """GPT-2, [batch, sequence] -> [batch, sequence, vocabulary]: for each position
    the scores of the token that comes next. Tokens are embedded and scored by the
    same weights."""
    x = p["tokens"][ids] + p["positions"]
    for block in p["blocks"]:
        normalized = normalize(x, block["attention_norm"])
        x = x + attention(normalized, block, heads, True)
        x = x + feed_forward(normalize(x, block["feed_forward_norm"]), block)
    return normalize(x, p["norm"]) @ p["tokens"].T


def bert(
    name: str,
    *,
    layers: int,
    width: int,
    heads: int,
    batch: int,
    sequence: int,
    vocabulary: int,
) -> Model:
    return Model(
        name,
        lambda p, ids: encode(p, ids, heads),
        parameters(layers, width, vocabulary, sequence),
        (Input((batch, sequence), vocabulary),),
    )


def gpt(
    name: str,
    *,
    layers: int,
    width: int,
    heads: int,
    batch: int,
    sequence: int,
    vocabulary: int,
) -> Model:
    return Model(
        name,
        lambda p, ids: decode(p, ids, heads),
        parameters(layers, width, vocabulary, sequence),
        (Input((batch, sequence), vocabulary),),
    )


def bert_training(name: str, *, rate: float, **sizes: int) -> Model:
    """One step of gradient descent on BERT, scored by its own embedding.

    `f(parameters, ids, labels)` returns the parameters after the step; the loss is
    the mean cross-entropy of the labels. With a large rate the result is all
    gradient.
    """
    encoder = bert(name, **sizes)

    def loss(p: dict[str, Any], ids: jax.Array, labels: jax.Array) -> jax.Array:
        scores = jax.nn.log_softmax(encoder.function(p, ids) @ p["tokens"].T)
        return -jnp.take_along_axis(scores, labels[..., None], -1).mean()

    def step(p: dict[str, Any], ids: jax.Array, labels: jax.Array) -> dict[str, Any]:
        gradients = jax.grad(loss)(p, ids, labels)
        return jax.tree.map(lambda w, g: w - rate * g, p, gradients)

    labels = encoder.inputs[0]
    return Model(
        name, step, encoder.parameters, (*encoder.inputs, labels), phase="training"
    )
