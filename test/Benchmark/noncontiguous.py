"""Plans that need not be contiguous, on the published DPO workloads.

For each workload: the value of `local-search` with a few seeds, each beside the
best value known, then value, bound and gap of `auto` with a time limit. Misses
are listed.
"""

import json
import os

import measurement
import published
from measurement import verdict

SEEDS = (1, 2, 3)
# Seconds of local search, and for value and bound together.
GOAL_VALUE_SECONDS = 1
GOAL_PROOF_SECONDS = 120
GOAL_GAP = 0.005
GOAL_CLOSED = 10
# The values known are rounded to about this.
TOLERANCE = 1e-4


def report(program, patience):
    """Prints the table and returns whether every goal was reached."""
    if not os.path.isdir(published.WORKLOADS):
        print("Published workloads: not present at ../shared; left out.")
        return True
    with open(published.VALUES) as text:
        values = json.load(text)["noncontiguous"]
    limit = GOAL_PROOF_SECONDS * patience
    print(
        f"Non-contiguous throughput; worst of {len(SEEDS)} seeds of local search,"
        f" then auto within {limit:g} s; user CPU"
    )
    print(
        f"{'workload':36} {'best known':>11} {'search':>11} {'s':>5}"
        f" {'value':>11} {'bound':>11} {'gap %':>7} {'s':>6} {'MB':>6}"
    )
    above, slow, open_gaps, closed = [], [], [], 0
    for name, best in values.items():
        instance = os.path.join(published.WORKLOADS, name + ".json")
        flags = ("--contiguous=false",)
        runs = [
            measurement.solve(
                program, instance, *flags, "--algorithm=local-search", f"--seed={seed}"
            )
            for seed in SEEDS
        ]
        worst = max(run.value for run in runs)
        seconds = max(run.cost.user for run in runs)
        full = measurement.solve(program, instance, *flags, f"--time-limit={limit}")
        if worst > best + TOLERANCE:
            above.append(f"{name}: {worst:.5f}, known {best:.5f}")
        if seconds > GOAL_VALUE_SECONDS:
            slow.append(f"{name}: {seconds:.2f} s")
        if full.gap > GOAL_GAP:
            open_gaps.append(f"{name}: gap {100 * full.gap:.2f} %")
        closed += full.status == "optimal"
        print(
            f"{name:36} {best:11.5f} {worst:11.5f} {seconds:5.2f}"
            f" {full.value:11.5f} {full.bound:11.5f} {100 * full.gap:7.3f}"
            f" {full.cost.user:6.1f} {full.cost.megabytes:6.1f}",
            flush=True,
        )
    goals = [
        ("every seed within 1e-4 of the best known", above),
        (f"local search in {GOAL_VALUE_SECONDS} s", slow),
        (f"gap at most {100 * GOAL_GAP:g} %", open_gaps),
    ]
    for goal, misses in goals:
        print(verdict(goal, not misses))
        for miss in misses:
            print(f"  {miss}")
    print(verdict(f"{GOAL_CLOSED} proved optimal ({closed})", closed >= GOAL_CLOSED))
    return not (above or slow or open_gaps) and closed >= GOAL_CLOSED
