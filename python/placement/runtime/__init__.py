"""Runs the stages of a program side by side; see `Pipeline`, and `SingleRunner`
for one sample at a time.

Importing this imports numpy and no runtime.
"""

from placement.runtime.pipeline import Pipeline
from placement.runtime.single import CallTimes, SingleRunner
from placement.runtime.stats import Speedup, StageStats, Stats

__all__ = [
    "CallTimes",
    "Pipeline",
    "SingleRunner",
    "Speedup",
    "StageStats",
    "Stats",
]
