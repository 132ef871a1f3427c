"""Every published workload is solved to the known optimum, with proof.

Not timed. Reads the workloads kept in the repository and, where they lie beside
the checkout, all sixteen published ones.

usage: check_values.py PLACEMENT_SOLVE
"""

import json
import os
import sys

import measurement
import published

KEPT = os.path.join(measurement.ROOT, "test", "Workloads", "dpo", "throughput")

program = sys.argv[1]
with open(published.VALUES) as text:
    values = json.load(text)["contiguous"]

failures = []
kept = 0
for name, expected in values.items():
    paths = [os.path.join(w, name + ".json") for w in (KEPT, published.WORKLOADS)]
    kept += os.path.exists(paths[0])
    for path in filter(os.path.exists, paths):
        plan = measurement.solve(program, path)
        off = plan.value - expected
        print(f"{plan.status:8} {plan.value!r:22} off by {off:.1e}  {path}")
        if plan.status != "optimal" or abs(off) > published.tolerance(name, expected):
            failures.append(f"{path}: {plan.status} {plan.value!r}, not {expected!r}")
        elif plan.bound > plan.value or plan.gap != 0:
            failures.append(
                f"{path}: optimal with bound {plan.bound!r}, gap {plan.gap}"
            )

if not kept:
    failures.append(f"no workload found in {KEPT}")
if not os.path.isdir(published.WORKLOADS):
    print("The published workloads are not at ../shared: only the kept ones were run.")
else:
    reference = os.path.join(measurement.SHARED, "workloads", "values.json")
    with open(reference) as text:
        for name, entry in json.load(text)["throughput"].items():
            if values.get(name) != entry["contiguous"]:
                failures.append(f"{published.VALUES}: {name} differs from {reference}")
print("\n".join(failures))
sys.exit(bool(failures))
