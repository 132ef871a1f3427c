"""Convolutional networks: ResNet-50 and Inception v3, in inference.

A network is data, a tuple of layers; `parameters` and `run` walk through it.
Images are [batch, height, width, channels].
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
from jax import lax

from placement.models.base import Input, Model, Parameter

CLASSES = 1000
EPSILON = 1e-5


@dataclasses.dataclass(frozen=True)
class Conv:
    """A convolution, batch normalisation, and where wanted a rectifier."""

    channels: int
    kernel: tuple[int, int]
    stride: int = 1
    padding: str = "SAME"
    rectify: bool = True


@dataclasses.dataclass(frozen=True)
class Pool:
    """Average or maximum over windows of three by three."""

    average: bool
    stride: int
    padding: str


@dataclasses.dataclass(frozen=True)
class Split:
    """Branches over the same input, joined along the channels."""

    branches: tuple[Network, ...]


@dataclasses.dataclass(frozen=True)
class Residual:
    """A body and a short cut, added and rectified; an empty short cut is the input."""

    body: Network
    shortcut: Network = ()


Layer: TypeAlias = Conv | Pool | Split | Residual
Network: TypeAlias = tuple[Layer, ...]


def parameters(network: Network, channels: int) -> tuple[list[Any], int]:
    """Weights of each layer, and the channels that leave the network."""
    described: list[Any] = []
    for layer in network:
        if isinstance(layer, Conv):
            described.append(
                {
                    "filter": Parameter(
                        (*layer.kernel, channels, layer.channels), "filter"
                    ),
                    "scale": Parameter((layer.channels,), "scale"),
                    "shift": Parameter((layer.channels,), "shift"),
                    "mean": Parameter((layer.channels,), "shift"),
                    "variance": Parameter((layer.channels,), "variance"),
                }
            )
            channels = layer.channels
        elif isinstance(layer, Pool):
            described.append({})
        elif isinstance(layer, Split):
            branches = [parameters(branch, channels) for branch in layer.branches]
            described.append([weights for weights, _ in branches])
            channels = sum(count for _, count in branches)
        else:
            body, count = parameters(layer.body, channels)
            described.append([body, parameters(layer.shortcut, channels)[0]])
            channels = count
    return described, channels


def run(network: Network, weights: list[Any], x: jax.Array) -> jax.Array:
    for layer, p in zip(network, weights, strict=True):
        if isinstance(layer, Conv):
            x = convolve(layer, p, x)
        elif isinstance(layer, Pool):
            x = pool(layer, x)
        elif isinstance(layer, Split):
            parts = [run(b, w, x) for b, w in zip(layer.branches, p, strict=True)]
            x = jnp.concatenate(parts, -1)
        else:
            body, shortcut = p
            x = run(layer.body, body, x) + run(layer.shortcut, shortcut, x)
            x = jnp.maximum(x, 0)
    return x


def convolve(layer: Conv, p: dict[str, jax.Array], x: jax.Array) -> jax.Array:
    x = lax.conv_general_dilated(
        x,
        p["filter"],
        (layer.stride, layer.stride),
        layer.padding,
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
    )
    scale = p["scale"] * lax.rsqrt(p["variance"] + EPSILON)
    x = (x - p["mean"]) * scale + p["shift"]
    return jnp.maximum(x, 0) if layer.rectify else x


def pool(layer: Pool, x: jax.Array) -> jax.Array:
    window, strides = (1, 3, 3, 1), (1, layer.stride, layer.stride, 1)
    if layer.average:
        total = lax.reduce_window(x, 0.0, lax.add, window, strides, layer.padding)
        return total / 9
    return lax.reduce_window(x, -jnp.inf, lax.max, window, strides, layer.padding)


def model(name: str, network: Network, batch: int, image: int) -> Model:
    """The network with the mean over all positions and a linear layer behind it."""
    layers, channels = parameters(network, 3)
    described = {
        "layers": layers,
        "head": {
            "kernel": Parameter((channels, CLASSES), "matrix"),
            "bias": Parameter((CLASSES,), "shift"),
        },
    }

    def function(p: dict[str, Any], images: jax.Array) -> jax.Array:
        features = run(network, p["layers"], images).mean((1, 2))
        return features @ p["head"]["kernel"] + p["head"]["bias"]

    return Model(name, function, described, (Input((batch, image, image, 3)),))


def resnet50(name: str, *, batch: int, image: int) -> Model:
    """ResNet-50; where a stage halves the image, its 3x3 convolution does it."""
    network: list[Layer] = [Conv(64, (7, 7), 2), Pool(False, 2, "SAME")]
    for number, (blocks, width) in enumerate([(3, 64), (4, 128), (6, 256), (3, 512)]):
        for block in range(blocks):
            stride = 2 if block == 0 and number > 0 else 1
            body = (
                Conv(width, (1, 1)),
                Conv(width, (3, 3), stride),
                Conv(4 * width, (1, 1), rectify=False),
            )
            projection = (Conv(4 * width, (1, 1), stride, rectify=False),)
            network.append(Residual(body, projection if block == 0 else ()))
    return model(name, tuple(network), batch, image)


def convs(*layers: tuple[int, int, int]) -> Network:
    """Convolutions in a row, each given as channels, height, width."""
    return tuple(Conv(channels, (height, width)) for channels, height, width in layers)


def halve(channels: int) -> Conv:
    return Conv(channels, (3, 3), 2, "VALID")


AVERAGE = Pool(True, 1, "SAME")
MAXIMUM = Pool(False, 2, "VALID")


def inceptionv3(name: str, *, batch: int, image: int) -> Model:
    """Inception v3 without the auxiliary head; letters as in the paper's figures."""

    def block_a(pooled: int) -> Split:
        return Split(
            (
                convs((64, 1, 1)),
                convs((48, 1, 1), (64, 5, 5)),
                convs((64, 1, 1), (96, 3, 3), (96, 3, 3)),
                (AVERAGE, *convs((pooled, 1, 1))),
            )
        )

    def block_b(width: int) -> Split:
        down = convs((width, 7, 1), (width, 1, 7), (width, 7, 1), (192, 1, 7))
        return Split(
            (
                convs((192, 1, 1)),
                convs((width, 1, 1), (width, 1, 7), (192, 7, 1)),
                (*convs((width, 1, 1)), *down),
                (AVERAGE, *convs((192, 1, 1))),
            )
        )

    def block_c() -> Split:
        wide = Split((convs((384, 1, 3)), convs((384, 3, 1))))
        return Split(
            (
                convs((320, 1, 1)),
                (*convs((384, 1, 1)), wide),
                (*convs((448, 1, 1), (384, 3, 3)), wide),
                (AVERAGE, *convs((192, 1, 1))),
            )
        )

    between_a_b = Split(
        (
            (halve(384),),
            (*convs((64, 1, 1), (96, 3, 3)), halve(96)),
            (MAXIMUM,),
        )
    )
    between_b_c = Split(
        (
            (*convs((192, 1, 1)), halve(320)),
            (*convs((192, 1, 1), (192, 1, 7), (192, 7, 1)), halve(192)),
            (MAXIMUM,),
        )
    )
    stem: Iterable[Layer] = (
        halve(32),
        Conv(32, (3, 3), padding="VALID"),
        Conv(64, (3, 3)),
        MAXIMUM,
        Conv(80, (1, 1), padding="VALID"),
        Conv(192, (3, 3), padding="VALID"),
        MAXIMUM,
    )
    network = (
        *stem,
        *(block_a(pooled) for pooled in (32, 64, 64)),
        between_a_b,
        *(block_b(width) for width in (128, 160, 160, 192)),
        between_b_c,
        block_c(),
        block_c(),
    )
    return model(name, network, batch, image)
