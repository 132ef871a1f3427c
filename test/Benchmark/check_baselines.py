"""Every baseline has its known value on the published workloads.

Not timed. Reads the workloads kept in the repository and, where they lie beside
the checkout, all sixteen published ones, with the published values of
PipeDream's optimiser, of the experts' splits and of one device.

usage: check_baselines.py PLACEMENT_SOLVE
"""

import json
import math
import os
import sys

import measurement
import published

# The published program's own names, and how many digits it prints.
PUBLISHED = {"expert": "expert", "one-device": "one_device", "pipedream": "pipedream"}
PRINTED = 1e-4
# Those whose devices may hold any nodes.
ANYWHERE = {"hill-climbing", "metis", "scotch"}
# Those of libraries that may be missing; other versions give other values.
OPTIONAL = {"metis", "scotch"}
LOOSE = 1.5

program = sys.argv[1]
failures = []


def expert_of(name, folder):
    """The split of an expert; those for inference serve training, too."""
    workload = os.path.basename(name)
    for name in (workload, workload.replace("training", "inference")):
        path = os.path.join(folder, "experts", name + "_expert.json")
        if os.path.exists(path):
            return path
    raise FileNotFoundError(f"{folder} has no split of an expert for {workload}")


def check(name, path, folder, expected):
    """Compares what every baseline gives with the values kept here."""
    for algorithm, value in expected.items():
        flags = [f"--algorithm={algorithm}"]
        if algorithm == "expert":
            flags = [f"--evaluate={expert_of(name, folder)}"]
        elif algorithm in ANYWHERE:
            flags.append("--contiguous=false")
        try:
            plan = measurement.solve(program, path, *flags)
        except RuntimeError as error:
            if algorithm not in OPTIONAL or "was built without" not in str(error):
                raise
            if "CI" in os.environ:
                failures.append(str(error))
            print(f"skipped: {error}")
            continue
        print(f"{plan.status:8} {plan.value!r:22} {algorithm:14} {path}")
        if algorithm in OPTIONAL:
            if not value / LOOSE < plan.value < value * LOOSE:
                failures.append(f"{path}: {algorithm} {plan.value!r}, not {value!r}")
        elif not math.isclose(plan.value, value, rel_tol=1e-9):
            failures.append(f"{path}: {algorithm} {plan.value!r}, not {value!r}")
        if plan.bound > plan.value:
            failures.append(f"{path}: {algorithm} has bound {plan.bound!r}")


with open(published.VALUES) as text:
    values = json.load(text)["baselines"]
places = published.present(values, "throughput", failures, everywhere=True)
for name, path, folder in places:
    check(name, path, folder, values[name])

for name, entry in published.references(values, "throughput"):
    expected = values[name]
    for ours, theirs in PUBLISHED.items():
        value = entry["baselines"].get(theirs)
        # The published program ignores memory on its one device.
        if value is None or (ours == "one-device" and expected[ours] > 2 * value):
            continue
        if not math.isclose(expected[ours], value, rel_tol=PRINTED):
            failures.append(
                f"{name}: {ours} is {expected[ours]!r}, published {value!r}"
            )
print("\n".join(failures))
sys.exit(bool(failures))
