"""The whole pipeline on a real model, and how the passes scale with the IR."""

import os
import subprocess
import sys

import measurement
from measurement import verdict

MODEL = os.path.join(measurement.ROOT, "test", "Models", "bert_base.stablehlo.mlir")
GOAL_SECONDS = 0.3


def report(program, runs):
    """Prints the figures and returns whether every goal was reached."""
    cost = measurement.measure(
        [program, MODEL, "--placement-pipeline", "-o", os.devnull], runs
    )
    if cost.status != 0:
        raise RuntimeError(f"{MODEL}: status {cost.status}\n{cost.errors}")
    reached = cost.user <= GOAL_SECONDS
    print(f"placement-opt --placement-pipeline; user CPU, median of {runs}")
    print(
        f"bert_base: {cost.user:.3f} s, {cost.megabytes:.0f} MB  "
        + verdict(f"{GOAL_SECONDS} s", reached)
    )
    scaling = os.path.join(os.path.dirname(__file__), "ir_scaling.py")
    print(flush=True)
    return (
        subprocess.run([sys.executable, scaling, program]).returncode == 0 and reached
    )
