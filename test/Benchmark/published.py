"""The published DPO workloads, beside the published program.

The program is the one of Tarnawski et al., compiled as its README says and
timed in the same run. On InceptionV3 it needs more than 9 GB and finds nothing,
so there it is left out.
"""

import json
import math
import os

import measurement
from measurement import SHARED, verdict

WORKLOADS = os.path.join(SHARED, "workloads", "dpo", "throughput")
PEER = os.path.join(SHARED, "peers", "dnn-partitioning", "throughput-dp", "dp.cpp")
VALUES = os.path.join(measurement.ROOT, "test", "Benchmark", "values.json")

# The folders of the workloads in the repository and beside the checkout.
KEPT = os.path.join(measurement.ROOT, "test", "Workloads", "dpo")
BESIDE = os.path.join(SHARED, "workloads", "dpo")
REFERENCE = os.path.join(SHARED, "workloads", "values.json")

# Workloads whose ratio counts for the goal; elsewhere a few milliseconds more
# than the published program are allowed.
RATIO = {
    "LayerGraphs/gnmt_inference",
    "LayerGraphs/gnmt_training",
    "OperatorGraphs/bert_l-3_training",
    "OperatorGraphs/bert_l-6_training",
    "OperatorGraphs/bert_L-12_training",
    "OperatorGraphs/bert_l-12_inference",
}
GOAL_SECONDS = 0.4
GOAL_MEGABYTES = 20
GOAL_RATIO = 300
GOAL_SLOWER = 0.005


def present(names, objective, failures, everywhere=False):
    """Name, file and folder of those that are here, the kept ones first, and once
    but for `everywhere`. A failure where none is kept."""
    kept = 0
    for name in names:
        for folder in (KEPT, BESIDE):
            path = os.path.join(folder, objective, name + ".json")
            if os.path.exists(path):
                kept += folder == KEPT
                yield name, path, folder
                if not everywhere:
                    break
    if not kept:
        failures.append(f"no workload found in {KEPT}")


def references(names, objective):
    """Names and what is known of them beside the checkout; where nothing lies there,
    says so."""
    if not os.path.isdir(BESIDE):
        print(
            "The published workloads are not at ../shared: only the kept ones were run."
        )
        return
    with open(REFERENCE) as text:
        known = json.load(text)[objective]
    for name in names:
        yield name, known[name]


def tolerance(name, value):
    """How far a value may be from the reference."""
    return 1e-10 if "inceptionv3" in name else 1e-12 * abs(value)


def report(program, runs, peer_runs):
    """Prints the table and returns whether every goal was reached."""
    if not os.path.isdir(WORKLOADS):
        print("Published workloads: not present at ../shared; left out.")
        return True
    with open(VALUES) as text:
        values = json.load(text)["contiguous"]
    peer = None
    if peer_runs and os.path.exists(PEER):
        peer = measurement.compile_once(
            PEER, os.path.join(measurement.SCRATCH, "dp"), "-O3", "-w"
        )
    print(
        f"Published workloads, contiguous throughput; user CPU, median of {runs}"
        + (f" (published program: of {peer_runs})" if peer else "")
    )
    print(
        f"{'workload':36} {'value':>16} {'off by':>8} {'status':>8}"
        f" {'ours ms':>8} {'MB':>6} {'peer ms':>9} {'ratio':>7}"
    )
    total, peak, wrong, slower, ratios = 0, 0, [], [], []
    for name, expected in values.items():
        instance = os.path.join(WORKLOADS, name + ".json")
        ours = measurement.solve(program, instance, runs=runs)
        total += ours.cost.user
        peak = max(peak, ours.cost.megabytes)
        off = ours.value - expected
        if ours.status != "optimal" or abs(off) > tolerance(name, expected):
            wrong.append(name)
        line = (
            f"{name:36} {ours.value:16.10f} {off:8.0e} {ours.status:>8}"
            f" {ours.cost.user * 1e3:8.2f} {ours.cost.megabytes:6.1f}"
        )
        if peer and "inceptionv3" not in name:
            theirs = measurement.measure([peer], peer_runs, stdin=instance)
            ratio = theirs.user / max(ours.cost.user, 1e-6)
            line += f" {theirs.user * 1e3:9.2f} {ratio:7.1f}"
            if name in RATIO:
                ratios.append(ratio)
            elif ours.cost.user - theirs.user > GOAL_SLOWER:
                slower.append(name)
        print(line, flush=True)

    goals = [
        (f"all {len(values)} optimal with the reference's value", not wrong),
        (f"{GOAL_SECONDS} s together", total <= GOAL_SECONDS),
        (f"{GOAL_MEGABYTES} MB each", peak <= GOAL_MEGABYTES),
    ]
    print(f"together {total:.3f} s, at most {peak:.1f} MB")
    if ratios:
        mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
        print(f"geometric mean of the ratio over {len(ratios)} workloads: {mean:.0f}")
        goals.append((f"ratio {GOAL_RATIO}", mean >= GOAL_RATIO))
        goals.append((f"elsewhere at most {GOAL_SLOWER * 1e3:.0f} ms more", not slower))
    for goal, reached in goals:
        print(verdict(goal, reached))
    for name in wrong:
        print(f"not the proven optimum: {name}")
    for name in slower:
        print(f"slower than the published program: {name}")
    return all(reached for _, reached in goals)
