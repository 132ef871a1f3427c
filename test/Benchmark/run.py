"""Measures the solver, the passes and pipelines, and prints tables beside their
goals.

usage: run.py --bin=FOLDER [--only=PART,...] [--quick]
              [--runs=N] [--peer-runs=N] [--instances=NAME,...] [--models=NAME,...]
              [--patience=X]

User CPU seconds of one thread, but for pipelines and calibration, which count wall
time; nothing here is a test, and the exit status says only whether everything ran.
--peer-runs=0 leaves the published program out,
--instances names rows of the scale table, --models what is calibrated (bert_base,
gpt2 and resnet50 unless it is given), and --patience multiplies the solver's
time limits there, which count wall time. --quick gives each run of the comparison
and of latency a few seconds, to try it. The part noncontiguous is the second table of compare.
"""

import argparse
import os
import platform
import subprocess

import alternatives
import comparison
import ir
import latency
import measurement
import noncontiguous
import published
import scale

PARTS = (
    "published",
    "compare",
    "latency",
    "alternatives",
    "scale",
    "ir",
    "execution",
    "calibration",
)
# Parts of parts.
MORE = ("noncontiguous",)


def names(text):
    return text.split(",")


def with_package(folder, arguments, missed):
    """Runs Python with the package that was built beside the programs; whether its
    goals are reached. `missed` is the exit status where they are not."""
    python = os.path.join(measurement.ROOT, ".venv", "bin", "python")
    package = os.path.join(folder, os.pardir, "python")
    environment = {"PYTHONPATH": package, "JAX_PLATFORMS": "cpu"}
    run = subprocess.run([python, *arguments], env=os.environ | environment)
    if run.returncode not in (0, missed):
        raise RuntimeError(f"{' '.join(arguments)}: status {run.returncode}")
    return run.returncode == 0


def execution(folder):
    script = os.path.join(os.path.dirname(__file__), "execution.py")
    return with_package(folder, [script], missed=1)


def calibration(folder, models):
    """Predicted against measured time of pipelines of two and three stages."""
    report = ["-m", "placement.calibration.report", "--strict", *models]
    return with_package(folder, report, missed=3)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", required=True, help="folder of the programs")
    parser.add_argument(
        "--only", type=names, default=PARTS, help=",".join(PARTS + MORE)
    )
    parser.add_argument(
        "--quick", action="store_true", help="to try compare and latency"
    )
    parser.add_argument("--runs", type=int, default=5, help="runs of our programs")
    parser.add_argument("--peer-runs", type=int, default=5)
    parser.add_argument("--patience", type=float, default=1, help="for a busy machine")
    parser.add_argument("--instances", type=names, help="rows of the scale table")
    parser.add_argument(
        "--models", type=names, default=(), help="what to calibrate; files, too"
    )
    options = parser.parse_args()
    unknown = set(options.only) - set(PARTS + MORE)
    if unknown:
        known = ", ".join(PARTS + MORE)
        parser.error(f"no part '{min(unknown)}'; there are: {known}")
    unknown = set(options.instances or ()) - {row.name for row in scale.ROWS}
    if unknown:
        known = " ".join(row.name for row in scale.ROWS)
        parser.error(f"no instance '{min(unknown)}'; there are: {known}")

    solver = os.path.join(options.bin, "placement-solve")
    print(
        f"{platform.machine()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}"
    )
    reached = True
    for part in options.only:
        print(flush=True)
        if part == "published":
            reached &= published.report(solver, options.runs, options.peer_runs)
        elif part == "noncontiguous":
            reached &= noncontiguous.report(solver, options.patience, options.quick)
        elif part == "latency":
            reached &= latency.report(solver, options.patience, options.quick)
        elif part == "compare":
            reached &= comparison.report(solver, options.patience, options.quick)
        elif part == "alternatives":
            reached &= alternatives.report(solver, options.runs)
        elif part == "scale":
            reached &= scale.report(solver, options.patience, options.instances)
        elif part == "execution":
            reached &= execution(options.bin)
        elif part == "calibration":
            reached &= calibration(options.bin, options.models)
        else:
            reached &= ir.report(
                os.path.join(options.bin, "placement-opt"), options.runs
            )
    print("\nAll goals reached." if reached else "\nSome goals were missed.")


if __name__ == "__main__":
    main()
