"""The best five plans of the published DPO workloads and of two large graphs.

What asking for them costs: user CPU and memory of the whole run, beside a run for
the plan alone.
"""

import json
import os

import generate
import measurement
from measurement import SHARED, verdict

WORKLOADS = os.path.join(SHARED, "workloads", "dpo", "throughput")
VALUES = os.path.join(measurement.ROOT, "test", "Benchmark", "values.json")
LARGE = ("transformer-3846x1", "modules-1000x4")
COUNT = 5
GOAL_SECONDS = 2.0
GOAL_LARGE_SECONDS = 3.0
GOAL_MEGABYTES = 80


def instances():
    """Names and files, the published ones first where they are present."""
    found = {}
    if os.path.isdir(WORKLOADS):
        with open(VALUES) as text:
            names = json.load(text)["contiguous"]
        found = {name: os.path.join(WORKLOADS, name + ".json") for name in names}
    else:
        print("Published workloads: not present at ../shared; left out.")
    folder = os.path.join(measurement.SCRATCH, "instances")
    generate.generate(folder, set(LARGE))
    return found | {name: os.path.join(folder, name + ".json") for name in LARGE}


def report(program, runs):
    """Prints the table and returns whether every goal was reached."""
    print(f"The best {COUNT} plans; user CPU, median of {runs}")
    print(
        f"{'instance':36} {'exact':>5} {'last above best %':>17} {'alone ms':>9}"
        f" {'all ms':>9} {'MB':>6}"
    )
    inexact, together, slowest, peak = [], 0, 0, 0
    for name, instance in instances().items():
        alone = measurement.solve(program, instance, runs=runs)
        ours = measurement.solve(
            program, instance, f"--alternatives={COUNT}", runs=runs
        )
        plan = json.loads(ours.cost.output)
        if not plan["alternatives_exact"] or len(plan["alternatives"]) != COUNT:
            inexact.append(name)
        if name in LARGE:
            slowest = max(slowest, ours.cost.user)
        else:
            together += ours.cost.user
        peak = max(peak, ours.cost.megabytes)
        print(
            f"{name:36} {'yes' if plan['alternatives_exact'] else 'no':>5}"
            f" {100 * plan['alternatives'][-1]['distance']:17.4f}"
            f" {alone.cost.user * 1e3:9.2f} {ours.cost.user * 1e3:9.2f}"
            f" {ours.cost.megabytes:6.1f}",
            flush=True,
        )
    goals = [
        (f"{COUNT} plans of each, ranked exactly", not inexact),
        (f"published ones {GOAL_SECONDS:g} s together", together <= GOAL_SECONDS),
        (f"large ones {GOAL_LARGE_SECONDS:g} s each", slowest <= GOAL_LARGE_SECONDS),
        (f"{GOAL_MEGABYTES} MB each", peak <= GOAL_MEGABYTES),
    ]
    print(f"published ones together {together:.3f} s, at most {peak:.1f} MB")
    for goal, reached in goals:
        print(verdict(goal, reached))
    for name in inexact:
        print(f"not ranked exactly: {name}")
    return all(reached for _, reached in goals)
