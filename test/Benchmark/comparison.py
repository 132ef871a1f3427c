"""The main table: every algorithm beside ours on the published DPO workloads, and
how far plans that need not be contiguous are proved.

One command of placement-solve makes the first table, `noncontiguous.py` the
second. Markdown and CSV of the first are left in build/bench.
"""

import glob
import os
import subprocess
import sys

import measurement
import noncontiguous
import published
from measurement import verdict

KEPT = os.path.join(measurement.ROOT, "test", "Workloads", "dpo", "throughput")
# Seconds that each algorithm has on each workload, for each kind of plans.
SECONDS = 10
QUICK_SECONDS = 2
# 0 is finished; 70 that answers contradict each other, which the table says.
FINISHED = (0, 70)


def workloads():
    """All sixteen published ones where they are present, else those kept here."""
    folder = published.WORKLOADS if os.path.isdir(published.WORKLOADS) else KEPT
    return sorted(glob.glob(os.path.join(folder, "*", "*.json")))


def table(program, instances, limit, *flags):
    """Compares, and shows the table while it leaves it in a file as well."""
    os.makedirs(measurement.SCRATCH, exist_ok=True)
    command = [program, "--compare", *instances, f"--time-limit={limit:g}", *flags]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    print(run.stdout, flush=True)
    if run.returncode not in FINISHED:
        raise RuntimeError(f"{' '.join(command[:2])}: status {run.returncode}")
    return run.returncode == 0, run.stdout


def report(program, patience, quick=False):
    """Prints both tables and returns whether every goal was reached."""
    instances = workloads()
    limit = (QUICK_SECONDS if quick else SECONDS) * patience
    print(
        f"Every algorithm beside ours on {len(instances)} workloads, at most"
        f" {limit:g} s a run",
        flush=True,
    )
    if not sys.stderr.isatty():
        print("(a line for each workload goes to standard error)", flush=True)
    markdown = os.path.join(measurement.SCRATCH, "comparison.md")
    consistent, shown = table(
        program, instances, limit, "--table=matrix", "-o", markdown
    )
    beaten = [line for line in shown.splitlines() if line.startswith("NOTE: ")]
    print(verdict("nobody is better than ours under the same rules", not beaten))
    for line in beaten:
        print(f"  {line}")
    print(verdict("no two answers contradict each other", consistent))
    print(f"The table as Markdown: {os.path.relpath(markdown, measurement.ROOT)}\n")
    proved = noncontiguous.report(program, patience, quick)
    return consistent and not beaten and proved
