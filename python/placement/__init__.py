"""Exact device placement for neural networks.

The names below are loaded when they are first used: importing this package
imports neither jax, iree, ray nor onnx.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from placement import backends, models
    from placement._core import Diagnostic, __version__, run_pipeline
    from placement.api import place
    from placement.calibration.alternatives import Tuned, tune
    from placement.calibration.api import profile
    from placement.calibration.table import Profile
    from placement.comparing import compare
    from placement.comparison import (
        Comparison,
        ComparisonRow,
        ComparisonSummary,
    )
    from placement.errors import (
        InfeasibleError,
        InputError,
        InternalError,
        MissingExtraError,
        PlacementError,
        StageError,
        StageTimeout,
    )
    from placement.pipelined import PlacedPipeline
    from placement.program import PlacedProgram
    from placement.runtime import Pipeline, Stats
    from placement.single import PlacedSingle
    from placement.solver import (
        Alternative,
        DeviceKind,
        DeviceLoad,
        Event,
        Instance,
        Machine,
        Nets,
        Plan,
        TimelineEntry,
        Weights,
        algorithms,
        evaluate,
        read_workload,
        solve,
    )
    from placement.stage_loads import StageLoad
    from placement.stages import StageProgram
    from placement.storage import load
    from placement.summary import PlacedPlan

# Modules that are public themselves.
_MODULES = ("backends", "models")

# Public name -> module that defines it.
_HOMES = {
    "Alternative": "placement.solver",
    "Comparison": "placement.comparison",
    "ComparisonRow": "placement.comparison",
    "ComparisonSummary": "placement.comparison",
    "DeviceKind": "placement.solver",
    "DeviceLoad": "placement.solver",
    "Diagnostic": "placement._core",
    "Event": "placement.solver",
    "InfeasibleError": "placement.errors",
    "InputError": "placement.errors",
    "Instance": "placement.solver",
    "InternalError": "placement.errors",
    "Machine": "placement.solver",
    "MissingExtraError": "placement.errors",
    "Nets": "placement.solver",
    "Pipeline": "placement.runtime",
    "PlacedPipeline": "placement.pipelined",
    "PlacedPlan": "placement.summary",
    "PlacedProgram": "placement.program",
    "PlacedSingle": "placement.single",
    "PlacementError": "placement.errors",
    "Plan": "placement.solver",
    "Profile": "placement.calibration.table",
    "StageError": "placement.errors",
    "StageLoad": "placement.stage_loads",
    "StageProgram": "placement.stages",
    "StageTimeout": "placement.errors",
    "Stats": "placement.runtime",
    "TimelineEntry": "placement.solver",
    "Tuned": "placement.calibration.alternatives",
    "Weights": "placement.solver",
    "__version__": "placement._core",
    "algorithms": "placement.solver",
    "compare": "placement.comparing",
    "evaluate": "placement.solver",
    "load": "placement.storage",
    "place": "placement.api",
    "profile": "placement.calibration.api",
    "read_workload": "placement.solver",
    "run_pipeline": "placement._core",
    "solve": "placement.solver",
    "tune": "placement.calibration.alternatives",
}

__all__ = [
    "Alternative",
    "Comparison",
    "ComparisonRow",
    "ComparisonSummary",
    "DeviceKind",
    "DeviceLoad",
    "Diagnostic",
    "Event",
    "InfeasibleError",
    "InputError",
    "Instance",
    "InternalError",
    "Machine",
    "MissingExtraError",
    "Nets",
    "Pipeline",
    "PlacedPipeline",
    "PlacedPlan",
    "PlacedProgram",
    "PlacedSingle",
    "PlacementError",
    "Plan",
    "Profile",
    "StageError",
    "StageLoad",
    "StageProgram",
    "StageTimeout",
    "Stats",
    "TimelineEntry",
    "Tuned",
    "Weights",
    "__version__",
    "algorithms",
    "backends",
    "compare",
    "evaluate",
    "load",
    "models",
    "place",
    "profile",
    "read_workload",
    "run_pipeline",
    "solve",
    "tune",
]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"placement.{name}")
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
