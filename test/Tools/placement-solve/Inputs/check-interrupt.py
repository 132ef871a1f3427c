"""What a signal does to a running search.

usage: check-interrupt.py TOOL INSTANCE DIR
"""

import json
import os
import shutil
import signal
import subprocess
import sys

tool, instance, folder = sys.argv[1:]
shutil.rmtree(folder, ignore_errors=True)
os.makedirs(folder)
plan_file = os.path.join(folder, "plan.json")


def start(algorithm):
    """Starts a search that never ends and waits until it has begun."""
    process = subprocess.Popen(
        [tool, instance, f"--algorithm={algorithm}", "-o", plan_file]
        + ["--log-json=/dev/stderr", "--quiet"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while '"kind": "bound"' not in process.stderr.readline():
        assert process.poll() is None
    return process


for number in (signal.SIGINT, signal.SIGTERM):
    process = start("waits-with-plan")
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 3, (process.returncode, err)
    first = (
        "8 ms per sample; not proved optimal (bound 2, gap 75 %); stopped on request"
    )
    assert out.splitlines()[0] == first, out
    end = json.loads(err.splitlines()[-1])
    assert (end["kind"], end["stop"], end["value"]) == ("end", "cancelled", 8), end
    with open(plan_file, encoding="utf-8") as file:
        plan = json.load(file)
    assert plan["stop"] == "cancelled" and plan["status"] == "feasible"
    assert 1.99 < plan["objective"]["bound"] <= 2
    os.remove(plan_file)

process = start("waits-without-plan")
process.send_signal(signal.SIGINT)
out, err = process.communicate(timeout=60)
assert process.returncode == 4, (process.returncode, err)
assert out.startswith("no plan found; stopped on request (bound 2)"), out

# SIGKILL cannot be caught: the plan is absent.
os.remove(plan_file)
process = start("waits-with-plan")
process.kill()
process.communicate(timeout=60)
assert os.listdir(folder) == [], os.listdir(folder)
