"""Generated instances: how far proofs reach, and what is left open."""

import os
from dataclasses import dataclass

import generate
import measurement
from measurement import verdict


@dataclass
class Row:
    name: str
    # Largest gap allowed; None where nobody knows what can be reached.
    gap: float | None
    # User seconds that may pass; times the patience, the solver's time limit.
    seconds: float
    megabytes: float | None = None


ROWS = [
    Row("transformer-1000x1", 0, 0.3, 120),
    Row("transformer-3846x1", 0, 1, 120),
    Row("modules-1000x4", 0, 5),
    Row("modules-2600x4", 0, 10),
    Row("transformer-24x4", 0, 30),
    Row("transformer-24x4-equal", 0, 30),
    Row("transformer-24x6-equal", 0, 30),
    Row("transformer-24x6", 0.025, 60),
    Row("grid-8x3125", 0.003, 5),
    Row("grid-2x12500", 0.003, 5),
    Row("grid-8x20", None, 60),
    Row("grid-4x100", None, 60),
    Row("transformer-24x8-equal", None, 60),
    Row("transformer-24x12-equal", None, 60),
]


def report(program, patience, names=None):
    """Prints the table and returns whether every goal was reached.

    The solver's time limit counts wall time, the goals count user time: on a busy
    machine `patience` makes the limit that much longer than the goal.
    """
    rows = [row for row in ROWS if not names or row.name in names]
    folder = os.path.join(measurement.SCRATCH, "instances")
    generate.generate(folder, {row.name for row in rows})
    print(
        "Generated instances; user CPU, one run; time limit: the goal's seconds"
        + (f" times {patience:g}" if patience != 1 else "")
    )
    print(
        f"{'instance':24} {'status':>8} {'value':>12} {'bound':>12} {'gap %':>7}"
        f" {'user s':>7} {'MB':>6}  goal"
    )
    all_reached = True
    for row in rows:
        ours = measurement.solve(
            program,
            os.path.join(folder, row.name + ".json"),
            f"--time-limit={row.seconds * patience}",
            # Where a gap is asked for, the time it takes to get there counts.
            f"--gap={row.gap or 0}",
        )
        line = (
            f"{row.name:24} {ours.status:>8} {ours.value:12.4f} {ours.bound:12.4f}"
            f" {ours.gap * 100:7.3f} {ours.cost.user:7.2f} {ours.cost.megabytes:6.1f}"
        )
        if row.gap is None:
            line += "  open: report the gap"
        else:
            want = "optimal" if row.gap == 0 else f"{row.gap * 100:g} %"
            want += f" in {row.seconds:g} s"
            met = ours.gap <= row.gap and ours.cost.user <= row.seconds
            met = met and (row.gap > 0 or ours.status == "optimal")
            if row.megabytes:
                want += f", {row.megabytes:g} MB"
                met = met and ours.cost.megabytes <= row.megabytes
            line += "  " + verdict(want, met)
            all_reached = all_reached and met
        print(line, flush=True)
        if row.gap is None:
            for sentence in ours.explanation:
                print(f"    {sentence}")
    return all_reached
