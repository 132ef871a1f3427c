"""Runs the stages of a program side by side; see `Pipeline`.

Importing this imports numpy and no runtime.
"""

from placement.runtime.pipeline import Pipeline
from placement.runtime.stats import Speedup, StageStats, Stats

__all__ = ["Pipeline", "Speedup", "StageStats", "Stats"]
