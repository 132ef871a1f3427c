"""Exact device placement for neural networks.

The names below are loaded when they are first used: importing this package
imports neither jax, iree, ray nor onnx.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from placement._core import Diagnostic, __version__, run_pipeline
    from placement.errors import (
        InfeasibleError,
        InputError,
        MissingExtraError,
        PlacementError,
        StageError,
        StageTimeout,
    )

# Public name -> module that defines it.
_HOMES = {
    "Diagnostic": "placement._core",
    "InfeasibleError": "placement.errors",
    "InputError": "placement.errors",
    "MissingExtraError": "placement.errors",
    "PlacementError": "placement.errors",
    "StageError": "placement.errors",
    "StageTimeout": "placement.errors",
    "__version__": "placement._core",
    "run_pipeline": "placement._core",
}

__all__ = [
    "Diagnostic",
    "InfeasibleError",
    "InputError",
    "MissingExtraError",
    "PlacementError",
    "StageError",
    "StageTimeout",
    "__version__",
    "run_pipeline",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
