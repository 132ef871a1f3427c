"""The example models by name."""

from __future__ import annotations

import dataclasses
import importlib
from typing import Any

from placement import extras
from placement.errors import InputError
from placement.models.base import Model


@dataclasses.dataclass(frozen=True)
class Entry:
    """Where a model is built, and the sizes that it has unless told otherwise."""

    module: str
    builder: str
    sizes: dict[str, Any]


_BERT_BASE = {
    "layers": 12,
    "width": 768,
    "heads": 12,
    "batch": 1,
    "sequence": 128,
    "vocabulary": 30522,
}
_BERT_TINY = {
    "layers": 2,
    "width": 128,
    "heads": 2,
    "batch": 2,
    "sequence": 16,
    "vocabulary": 1000,
}
_MLP = {"layers": 6, "width": 1024, "batch": 256}
_RATE = {"rate": 0.1}

_ENTRIES = {
    "bert_base": Entry("transformer", "bert", _BERT_BASE),
    "bert_base_train": Entry("transformer", "bert_training", _BERT_BASE | _RATE),
    "bert_tiny": Entry("transformer", "bert", _BERT_TINY),
    "bert_tiny_train": Entry("transformer", "bert_training", _BERT_TINY | _RATE),
    "gpt2": Entry("transformer", "gpt", _BERT_BASE | {"vocabulary": 50257}),
    "inceptionv3": Entry("convolutional", "inceptionv3", {"batch": 1, "image": 299}),
    "mlp": Entry("perceptron", "mlp", _MLP),
    "mlp_train": Entry("perceptron", "mlp_training", _MLP | _RATE),
    "resnet50": Entry("convolutional", "resnet50", {"batch": 1, "image": 224}),
}


def names() -> list[str]:
    """The names that `get` knows."""
    return sorted(_ENTRIES)


def sizes(name: str) -> dict[str, Any]:
    """The sizes of a model, which `get` takes as keywords, and their defaults."""
    return dict(_entry(name).sizes)


def get(name: str, **changed: Any) -> Model:
    """An example model.

    Args:
        name: One of `names()`.
        changed: Sizes other than the usual ones: `layers`, `width`, `heads`,
            `batch`, `sequence`, `vocabulary`, `image`, `rate`, as far as the model
            has them (`sizes(name)`).

    Raises:
        InputError: There is no such model, or it has no such size.
        MissingExtraError: JAX is not installed.
    """
    entry = _entry(name)
    for size, value in changed.items():
        if size not in entry.sizes:
            raise InputError(
                f"the model {name} has no size '{size}'; it has: "
                + ", ".join(entry.sizes)
            )
        if size != "rate" and (not isinstance(value, int) or value < 1):
            raise InputError(f"the size {size} of {name} must be a positive integer")
    chosen = entry.sizes | changed
    if chosen.get("width", 0) % chosen.get("heads", 1):
        raise InputError(
            f"the width {chosen['width']} of {name} is no multiple of its "
            f"{chosen['heads']} heads"
        )
    extras.load("jax", "jax")
    module = importlib.import_module(f"placement.models.{entry.module}")
    return getattr(module, entry.builder)(name, **chosen)


def _entry(name: str) -> Entry:
    if name not in _ENTRIES:
        raise InputError(
            f"no example model is called '{name}'; there are: {', '.join(names())}"
        )
    return _ENTRIES[name]
