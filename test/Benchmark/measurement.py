"""Running programs and reading what they cost: user CPU and peak memory."""

import json
import math
import os
import statistics
import subprocess
import tempfile
from dataclasses import dataclass

ROOT = os.path.normpath(os.path.join(os.path.dirname(__file__), "..", ".."))
SHARED = os.path.normpath(os.path.join(ROOT, "..", "shared"))
# Everything that a benchmark builds or generates; never in git.
SCRATCH = os.path.join(ROOT, "build", "bench")


@dataclass
class Measurement:
    """Medians over the runs; megabytes are the largest seen."""

    status: int
    user: float  # seconds
    megabytes: float
    output: str  # of the last run
    errors: str


def compile_once(source, program, *flags):
    """Compiles one C++ file with g++ unless the program is newer."""
    if not os.path.exists(program) or os.path.getmtime(program) < os.path.getmtime(
        source
    ):
        os.makedirs(os.path.dirname(program), exist_ok=True)
        subprocess.run(["g++", *flags, "-o", program + ".tmp", source], check=True)
        os.replace(program + ".tmp", program)
    return program


def measure(command, runs=1, stdin=None):
    """Runs a command `runs` times, one after the other."""
    helper = compile_once(
        os.path.join(ROOT, "test", "Benchmark", "measure.cpp"),
        os.path.join(SCRATCH, "measure"),
        "-O2",
    )
    users, peaks = [], []
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, "report")
        for _ in range(runs):
            with open(stdin or os.devnull, "rb") as source:
                run = subprocess.run(
                    [helper, report, *command],
                    stdin=source,
                    capture_output=True,
                    text=True,
                    check=True,
                )
            with open(report) as text:
                status, user, _, kilobytes = text.read().split()
            users.append(float(user))
            peaks.append(int(kilobytes) / 1000)
    return Measurement(
        int(status), statistics.median(users), max(peaks), run.stdout, run.stderr
    )


@dataclass
class Solve:
    """A run of placement-solve with what its plan says."""

    cost: Measurement
    status: str
    value: float
    bound: float
    gap: float
    explanation: list
    # What our own engine proved, and the general solver whose word the bound is
    # where it says more; None where it doesn't.
    proven: float
    claimant: str | None
    # What each family of bounds proved, where the engine has several.
    bounds: dict


def solve(program, instance, *flags, runs=1):
    """Solves an instance file; raises when there is no plan to read."""
    cost = measure([program, instance, "-o", "-", *flags], runs)
    # 3 and 4 are limits: the plan says what was reached.
    if cost.status not in (0, 2, 3, 4):
        raise RuntimeError(f"{instance}: status {cost.status}\n{cost.errors}")
    plan = json.loads(cost.output)
    # Numbers that a plan cannot state are null in the file.
    value, bound, gap = (
        math.nan if plan["objective"][key] is None else plan["objective"][key]
        for key in ("value", "bound", "gap")
    )
    objective = plan["objective"]
    return Solve(
        cost,
        plan["status"],
        value,
        bound,
        gap,
        plan["explanation"],
        objective.get("proven_bound", bound),
        objective.get("claimed_by"),
        {entry["family"]: entry["bound"] for entry in plan.get("bounds", ())},
    )


def verdict(goal, reached):
    """How a table shows a goal."""
    return f"goal {goal}: {'reached' if reached else 'MISSED'}"
