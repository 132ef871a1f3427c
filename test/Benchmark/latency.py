"""Latency on the published DPO workloads: values, proofs, and what others make of them.

For each workload: the value after a few seconds beside the best value known; then
value, bound, gap and the family of bounds that proved most, by our engine alone;
then the same with two pieces a device and with as many cores as the machine has;
then the published greedy, the paper's second baseline and splits by hand with the
rules that they break. Misses are listed. The same as Markdown is left in
build/bench/latency.md.
"""

import json
import math
import os
import subprocess
from dataclasses import dataclass

import measurement
import published
from measurement import verdict

KEPT = os.path.join(measurement.ROOT, "test", "Workloads", "dpo", "latency")
BESIDE = os.path.join(measurement.SHARED, "workloads", "dpo", "latency")
# Seconds for the value, for value and bound together, and for each other row.
GOAL_VALUE_SECONDS = 10
GOAL_PROOF_SECONDS = 120
OTHER_SECONDS = 20
QUICK_SECONDS = (2, 5, 2)
GOAL_GAP = 0.01
GOAL_CLOSED = 5
# The values known are rounded to about this.
TOLERANCE = 1e-3
FLAGS = ("--objective=latency", "--provers=own")
# Rows of the second table: what is asked for beside the paper's problem.
OTHERS = {
    "q = 2": ("--subgraphs-per-device=2",),
    "machine's cores": ("--cores=machine",),
    "q = 2, machine's cores": ("--subgraphs-per-device=2", "--cores=machine"),
}
BASELINES = ("greedy", "max-load", "expert")


def path_of(name):
    """The published file, else the copy kept here; None where neither is there."""
    paths = (os.path.join(folder, name + ".json") for folder in (BESIDE, KEPT))
    return next(filter(os.path.exists, paths), None)


def run(program, path, limit, *flags):
    return measurement.solve(program, path, *FLAGS, f"--time-limit={limit:g}", *flags)


def share(value, bound):
    return (value - bound) / value if value > 0 else 0.0


def family(solve):
    """The family of bounds that proved most, the first of several."""
    if not solve.bounds:
        return "-"
    most = max(solve.bounds.values())
    return next(name for name, bound in solve.bounds.items() if bound == most)


@dataclass
class Row:
    """What was measured on one workload."""

    name: str
    known: float
    quick: measurement.Solve
    full: measurement.Solve

    @property
    def gap(self):
        return share(self.full.value, self.full.proven)

    def cells(self):
        quick, full = self.quick, self.full
        return (
            self.name,
            f"{self.known:.4f}",
            f"{quick.value:.4f}",
            f"{quick.cost.user:.1f}",
            f"{full.value:.4f}",
            f"{full.proven:.4f}",
            f"{100 * self.gap:.3f}",
            full.status,
            family(full),
            f"{full.cost.user:.1f}",
            f"{full.cost.megabytes:.0f}",
        )


@dataclass
class Other:
    """A workload under other terms than the paper's."""

    name: str
    terms: str
    base: float  # the value under the paper's terms
    full: measurement.Solve

    @property
    def gap(self):
        return share(self.full.value, self.full.proven)

    def cells(self):
        return (
            self.name,
            self.terms,
            f"{self.full.value:.4f}",
            f"{100 * (self.full.value / self.base - 1):+.2f}",
            f"{self.full.proven:.4f}",
            f"{100 * self.gap:.3f}",
            family(self.full),
            f"{self.full.cost.user:.1f}",
        )


def baselines(program, path):
    """Rows of a comparison, by name; ours is not of interest there."""
    command = [program, "--compare", path, "--objective=latency", "--provers=own"]
    command += ["--algorithms=" + ",".join(BASELINES), "--time-limit=1", "--quiet"]
    done = subprocess.run(
        [*command, "-o", "-"], stdout=subprocess.PIPE, text=True, check=True
    )
    rows = json.loads(done.stdout)["instances"][0]["rows"]
    return {row["name"]: row for row in rows if row["name"] != "ours"}


def baseline_cells(name, ours, theirs, published_greedy):
    """Values relative to ours; `*` where a rule is broken."""

    def cell(row):
        if row is None or row["value"] is None:
            return "-"
        mark = "*" if row["state"] == "broken" else ""
        return f"{100 * (row['value'] / ours - 1):+.1f} %{mark}"

    greedy = f"{100 * (published_greedy / ours - 1):+.1f} %"
    return (name, greedy, *(cell(theirs.get(other)) for other in BASELINES))


HEADS = (
    *("workload", "best known", "value", "s", "value", "proved", "gap %"),
    *("status", "family", "s", "MB"),
)
OTHER_HEADS = (
    *("workload", "terms", "value", "to q = 1 %", "proved", "gap %", "family", "s"),
)
BASELINE_HEADS = ("workload", "published greedy", *BASELINES)


def aligned(rows):
    """Lines of cells in columns; the first column to the left."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        cells = [f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True)]
        yield "  ".join([f"{row[0]:{widths[0]}}", *cells[1:]])


def judge(rows, others, compared):
    """For each goal whether it was reached, and what missed it."""
    above = [
        f"{row.name}: {row.quick.value:.4f}, known {row.known:.4f}"
        for row in rows
        if not row.quick.value <= row.known + TOLERANCE
    ]
    wide = [
        f"{row.name}: gap {100 * row.gap:.2f} %" for row in rows if row.gap > GOAL_GAP
    ]
    closed = sum(row.full.status == "optimal" for row in rows)
    # A larger q and fewer cores: worse bounds are no fault, wrong ones are.
    wrong = [
        f"{other.name}, {other.terms}: {other.full.value:.4f}, proved"
        f" {other.full.proven:.4f}, without {other.base:.4f}"
        for other in others
        if other.full.proven > other.full.value
        or (other.terms == "q = 2" and other.full.value > other.base + TOLERANCE)
    ]
    better = [
        f"{row.name}: {name}"
        for row, theirs in compared
        for name, other in theirs.items()
        if other["state"] == "plan" and other["value"] < row.full.value - TOLERANCE
    ]
    percent = f"{100 * GOAL_GAP:g} %"
    return [
        (f"best known within {TOLERANCE} in {GOAL_VALUE_SECONDS} s", above),
        (f"proved gap at most {percent} in {GOAL_PROOF_SECONDS} s", wide),
        (
            f"{GOAL_CLOSED} proved optimal ({closed})",
            [] if closed >= GOAL_CLOSED else [f"{closed} of {len(rows)}"],
        ),
        ("two pieces a device never worse, no bound above its value", wrong),
        ("no baseline better than ours under the same rules", better),
    ]


def markdown_table(heads, rows):
    lines = ["| " + " | ".join(heads) + " |", "|---|" + "---:|" * (len(heads) - 1)]
    return lines + ["| " + " | ".join(row) + " |" for row in rows] + [""]


def broken_rules(compared):
    return [
        f"* {row.name}: {other['reasons'][0]}"
        + (f" (and {len(other['reasons']) - 1} more)" if other["reasons"][1:] else "")
        for row, theirs in compared
        for other in theirs.values()
        if other["state"] == "broken"
    ]


def mean_ratio(pairs):
    """The geometric mean of pairs' ratios; None without any."""
    logs = [math.log(theirs / ours) for theirs, ours in pairs]
    return math.exp(sum(logs) / len(logs)) if logs else None


def section(heads, rows, texts, document):
    """Prints a table with sentences below, and adds both to the document."""
    for line in aligned([heads, *rows]):
        print(line)
    for text in texts:
        print(text)
    print(flush=True)
    document += markdown_table(heads, rows) + [*texts, ""]


def measure(program, limits, values):
    """Rows of the main table, with a line as soon as each is there."""
    rows = []
    for name, entry in values.items():
        if not (path := path_of(name)):
            continue
        quick, full = (run(program, path, limit) for limit in limits)
        rows.append(Row(name, entry["known"], quick, full))
        print(f"  {name}: {full.value:.4f}, gap {100 * rows[-1].gap:.3f} %", flush=True)
    print()
    return rows


def report(program, patience, quick=False):
    """Prints the tables and returns whether every goal was reached."""
    with open(published.VALUES) as text:
        values = json.load(text)["latency"]
    seconds = (GOAL_VALUE_SECONDS, GOAL_PROOF_SECONDS, OTHER_SECONDS)
    *limits, other_limit = (s * patience for s in (QUICK_SECONDS if quick else seconds))
    title = (
        f"Latency; our engine alone, values within {limits[0]:g} s, proofs within"
        f" {limits[1]:g} s; user CPU"
        + (" (quick: the goals are for longer runs)" if quick else "")
    )
    print(title, flush=True)
    document = [title, ""]
    rows = measure(program, limits, values)
    if len(rows) < len(values):
        print(f"Published workloads: not present at ../shared; {len(rows)} kept ones.")
    section(HEADS, [row.cells() for row in rows], [], document)

    others = [
        Other(row.name, terms, row.full.value, solve)
        for row in rows
        for terms, flags in OTHERS.items()
        for solve in [run(program, path_of(row.name), other_limit, *flags)]
    ]
    print(f"Several pieces a device, bounded cores; at most {other_limit:g} s")
    section(OTHER_HEADS, [other.cells() for other in others], [], document)

    compared = [(row, baselines(program, path_of(row.name))) for row in rows]
    cells = [
        baseline_cells(
            row.name, row.full.value, theirs, values[row.name]["published_greedy"]
        )
        for row, theirs in compared
    ]
    ratio = mean_ratio(
        (values[row.name]["published_greedy"], row.full.value) for row in rows
    )
    print("Above ours; * breaks a rule")
    texts = broken_rules(compared)
    texts.append(f"Published greedy over ours, geometric mean: {ratio:.3f}")
    section(BASELINE_HEADS, cells, texts, document)

    goals = judge(rows, others, compared)
    for goal, misses in goals:
        for text in [verdict(goal, not misses), *(f"  {miss}" for miss in misses)]:
            print(text)
        document += ["- " + verdict(goal, not misses)]
        document += [f"  - {miss}" for miss in misses]
    path = os.path.join(measurement.SCRATCH, "latency.md")
    os.makedirs(measurement.SCRATCH, exist_ok=True)
    with open(path, "w") as file:
        file.write("\n".join(document) + "\n")
    print(f"The tables as Markdown: {os.path.relpath(path, measurement.ROOT)}")
    return not any(misses for _, misses in goals)
