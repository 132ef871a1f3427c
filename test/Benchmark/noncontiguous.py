"""Plans that need not be contiguous, on the published DPO workloads.

For each workload: the worst value of `local-search` over a few seeds beside the
best value known; then value, bound and gap of `auto` with a time limit, what
each family of bounds gave, and what general solvers claim. Misses are listed.
The same as Markdown is left in build/bench/noncontiguous.md.
"""

import json
import os
import tempfile
from dataclasses import dataclass

import measurement
import published
from measurement import verdict

SEEDS = (1, 2, 3, 4, 5)
# Seconds of local search, and for value and bound together.
GOAL_VALUE_SECONDS = 1
GOAL_PROOF_SECONDS = 120
QUICK_PROOF_SECONDS = 5
GOAL_GAP = 0.005
GOAL_CLOSED = 10
# The values known are rounded to about this.
TOLERANCE = 1e-4
FLAGS = ("--contiguous=false",)


def said(log):
    """The last bound by each source and the last claim of each general solver."""
    bounds, claims = {}, {}
    with open(log) as text:
        for line in text:
            event = json.loads(line)
            if event["kind"] == "bound" and event.get("bound") is not None:
                bounds[event["source"]] = event["bound"]
            elif event["kind"] == "claim":
                claims[event["source"]] = event["claim"]
    return bounds, claims


def search(program, instance, seeds):
    """The worst value and the most seconds of local search over the seeds."""
    runs = [
        measurement.solve(
            program, instance, *FLAGS, "--algorithm=local-search", f"--seed={seed}"
        )
        for seed in seeds
    ]
    return max(run.value for run in runs), max(run.cost.user for run in runs)


def prove(program, instance, limit):
    """`auto` within the limit, with the bounds by family and the claims."""
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "log.json")
        run = measurement.solve(
            program, instance, *FLAGS, f"--time-limit={limit}", f"--log-json={log}"
        )
        bounds, claims = said(log)
        # The plan also names families that raised nothing.
        return run, run.bounds or bounds, claims


def share(value, bound):
    return (value - bound) / value if value > 0 else 0.0


def listed(bounds):
    return ", ".join(f"{name} {bound:.5f}" for name, bound in bounds.items())


@dataclass
class Row:
    """What was measured on one workload."""

    name: str
    best: float  # known
    worst: float  # of local search over the seeds
    seconds: float  # the most of these
    full: measurement.Solve
    bounds: dict
    claims: dict

    @property
    def gap(self):
        """By what our own engine proved."""
        return share(self.full.value, self.full.proven)

    @property
    def claimed_gap(self):
        return share(self.full.value, self.full.bound)

    @property
    def gave(self):
        claims = "; claims: " + listed(self.claims) if self.claims else ""
        return listed(self.bounds) + claims

    def cells(self):
        full = self.full
        claimed = ("-", "-")
        if full.claimant:
            claimed = (f"{full.bound:.5f}", f"{100 * self.claimed_gap:.3f}")
        return (
            self.name,
            f"{self.best:.5f}",
            f"{self.worst:.5f}",
            f"{self.seconds:.2f}",
            f"{full.value:.5f}",
            f"{full.proven:.5f}",
            f"{100 * self.gap:.3f}",
            *claimed,
            f"{full.cost.user:.1f}",
            f"{full.cost.megabytes:.1f}",
        )


HEADS = (
    *("workload", "best known", "search", "s", "value", "proved", "gap %"),
    *("claimed", "gap %", "s", "MB"),
)
WIDTHS = (36, 11, 11, 5, 11, 11, 7, 11, 7, 6, 6)


def line(cells):
    padded = [f"{cell:>{width}}" for cell, width in zip(cells, WIDTHS, strict=True)]
    return " ".join([f"{cells[0]:{WIDTHS[0]}}", *padded[1:]])


def measure(program, limit, seeds):
    """Measures all workloads and prints a line for each."""
    with open(published.VALUES) as text:
        values = json.load(text)["noncontiguous"]
    print(line(HEADS))
    rows = []
    for name, best in values.items():
        instance = os.path.join(published.WORKLOADS, name + ".json")
        found = search(program, instance, seeds)
        row = Row(name, best, *found, *prove(program, instance, limit))
        rows.append(row)
        print(line(row.cells()))
        print(f"  bounds: {row.gave}", flush=True)
    return rows


def judge(rows):
    """For each goal whether it was reached, and what missed it."""
    above = [
        f"{row.name}: {row.worst:.5f}, known {row.best:.5f}"
        for row in rows
        if row.worst > row.best + TOLERANCE
    ]
    slow = [
        f"{row.name}: {row.seconds:.2f} s"
        for row in rows
        if row.seconds > GOAL_VALUE_SECONDS
    ]
    wide = [
        f"{row.name}: gap {100 * row.gap:.2f} %; {row.gave}"
        for row in rows
        if row.gap > GOAL_GAP
    ]
    unclaimed = [
        f"{row.name}: gap {100 * row.claimed_gap:.2f} %"
        for row in rows
        if row.claimed_gap > GOAL_GAP
    ]
    closed = sum(row.full.status == "optimal" for row in rows)
    by_word = sum(row.full.status == "optimal" or row.full.gap == 0 for row in rows)
    percent = f"{100 * GOAL_GAP:g} %"
    return [
        ("every seed within 1e-4 of the best known", not above, above),
        (f"local search in {GOAL_VALUE_SECONDS} s", not slow, slow),
        (f"proved gap at most {percent}", not wide, wide),
        (f"gap at most {percent} with claims", not unclaimed, unclaimed),
        (f"{GOAL_CLOSED} proved optimal ({closed})", closed >= GOAL_CLOSED, ()),
        (
            f"{GOAL_CLOSED} optimal with claims ({by_word})",
            by_word >= GOAL_CLOSED,
            (),
        ),
    ]


def markdown(title, rows, goals):
    """The table and the goals, for docs/Benchmarks.md."""
    lines = [title, "", "| " + " | ".join((*HEADS, "bounds by family")) + " |"]
    lines.append("|---|" + "---:|" * (len(HEADS) - 1) + "---|")
    lines += ["| " + " | ".join((*row.cells(), row.gave)) + " |" for row in rows]
    lines.append("")
    for goal, reached, misses in goals:
        lines.append("- " + verdict(goal, reached))
        lines += [f"  - {miss}" for miss in misses]
    return "\n".join(lines) + "\n"


def report(program, patience, quick=False):
    """Prints the table and returns whether every goal was reached."""
    if not os.path.isdir(published.WORKLOADS):
        print("Published workloads: not present at ../shared; left out.")
        return True
    limit = (QUICK_PROOF_SECONDS if quick else GOAL_PROOF_SECONDS) * patience
    seeds = SEEDS[:1] if quick else SEEDS
    title = (
        f"Non-contiguous throughput; worst of {len(seeds)} seeds of local search,"
        f" then auto within {limit:g} s; user CPU"
        + (" (quick: the goals are for 120 s)" if quick else "")
    )
    print(title)
    rows = measure(program, limit, seeds)
    goals = judge(rows)
    for goal, reached, misses in goals:
        print(verdict(goal, reached))
        for miss in misses:
            print(f"  {miss}")
    path = os.path.join(measurement.SCRATCH, "noncontiguous.md")
    os.makedirs(measurement.SCRATCH, exist_ok=True)
    with open(path, "w") as file:
        file.write(markdown(title, rows, goals))
    print(f"The table as Markdown: {os.path.relpath(path, measurement.ROOT)}")
    return all(reached for _, reached, _ in goals)
