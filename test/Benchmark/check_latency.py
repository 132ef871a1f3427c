"""The published workloads under latency: values, proofs, baselines and splits by hand.

Not timed. Reads the workloads kept in the repository and, where they lie beside
the checkout, the others of the eight published ones, with the values of the
published greedy program and of the experts' splits.

usage: check_latency.py PLACEMENT_SOLVE
"""

import json
import math
import os
import subprocess
import sys

import published

# How many digits the published programs print.
PRINTED = 5e-6
# There the published greedy follows the edges of the file, ours those of nodes.
OTHER_TIES = {"LayerGraphs/inceptionv3_inference"}
# The rule that a split by hand breaks.
BROKEN = {
    "bert24": "the machine has 5 devices",
    "gnmt": "needs 754940160 bytes",
    "resnet50": "needs 7605136384 bytes",
    "inceptionv3": "needs 6852132864 bytes",
}

program = sys.argv[1]
failures = []


def compare(path, algorithms):
    """Rows by name of a comparison under latency; ours is proved without a limit."""
    command = [program, "--compare", path, "--objective=latency", "--provers=own"]
    command += ["--time-limit=inf", "--algorithms=" + ",".join(algorithms)]
    run = subprocess.run(
        [*command, "--quiet", "-o", "-"], stdout=subprocess.PIPE, text=True, check=True
    )
    return {row["name"]: row for row in json.loads(run.stdout)["instances"][0]["rows"]}


def check_ours(path, expected, row):
    """Our own plan is the proven optimum."""
    value = row["value"]
    print(f"{row['status']:8} {value!r:22} ours           {path}")
    if row["status"] != "optimal" or not math.isclose(
        value, expected["value"], rel_tol=1e-12
    ):
        failures.append(f"{path}: {row['status']} {value!r}, not {expected['value']!r}")


def check_expert(name, path, row):
    """A split by hand has a latency, and the rule that it breaks is named."""
    workload = os.path.basename(name).removesuffix("_inference")
    reasons = "; ".join(row["reasons"])
    if row["state"] != "broken" or BROKEN[workload] not in reasons:
        failures.append(f"{path}: expert is {row['state']}: {reasons}")


def check(name, path, expected):
    baselines = expected["baselines"]
    rows = compare(path, baselines)
    check_ours(path, expected, rows["ours"])
    for algorithm, value in baselines.items():
        row = rows[algorithm]
        print(f"{row['status']:8} {row['value']!r:22} {algorithm:14} {path}")
        if not math.isclose(row["value"], value, rel_tol=1e-9):
            failures.append(f"{path}: {algorithm} {row['value']!r}, not {value!r}")
        if algorithm == "expert":
            check_expert(name, path, row)
        elif row["state"] != "plan" or row["value"] < expected["value"] - 1e-3:
            failures.append(f"{path}: {algorithm} is {row['state']} {row['value']!r}")


with open(published.VALUES) as text:
    values = json.load(text)["latency"]
for name, path, _ in published.present(values, "latency", failures):
    check(name, path, values[name])

for name, expected in values.items():
    ours, theirs = expected["baselines"]["greedy"], expected["published_greedy"]
    if name not in OTHER_TIES and not math.isclose(ours, theirs, rel_tol=PRINTED):
        failures.append(f"{name}: greedy is {ours!r}, published {theirs!r}")
    if expected["value"] > expected["known"] + 1e-3:
        failures.append(f"{name}: {expected['value']!r} is above the value known")

for name, entry in published.references(values, "latency"):
    expected = values[name]
    if (expected["known"], expected["published_greedy"]) != (
        entry["value"],
        entry["baselines"]["greedy"],
    ):
        failures.append(
            f"{published.VALUES}: {name} differs from {published.REFERENCE}"
        )
    expert = entry["baselines"]["expert"]
    if expert and not math.isclose(
        expected["baselines"]["expert"], expert, rel_tol=PRINTED
    ):
        failures.append(f"{name}: the expert's latency, published {expert!r}")
print("\n".join(failures))
sys.exit(bool(failures))
