"""What a signal does to a running comparison.

usage: check-compare-interrupt.py TOOL INSTANCE DIR
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

tool, instance, folder = sys.argv[1:]
shutil.rmtree(folder, ignore_errors=True)
os.makedirs(folder)
copies = [os.path.join(folder, name) for name in ("first.json", "second.json")]
for copy in copies:
    shutil.copy(instance, copy)
table = os.path.join(folder, "table.json")


def start(algorithms):
    """Starts a comparison that waits in one of the algorithms until it is stopped."""
    process = subprocess.Popen(
        [tool, "--compare", *copies, "--contiguous=true", "--time-limit=inf"]
        + [f"--algorithms={algorithms}", "-o", table],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr.readline().startswith("run 1 of "), process.poll()
    # All that comes before the waiting takes a few milliseconds; if it has not
    # begun, the table shows less, and the test tries again.
    time.sleep(0.2)
    return process


for number in (signal.SIGINT, signal.SIGTERM):
    for _ in range(20):
        process = start("one-device,waits-with-plan,equal-ops")
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
        if "NOTE: INCOMPLETE: stopped on request after 3 of 8 runs" in out:
            break
    else:
        sys.exit(f"never waited: {out}")
    assert process.returncode == 3, (process.returncode, err)
    assert "waits-with-plan [1]" in out and "[1] stopped on request" in out, out
    assert "left out of contiguous plans: equal-ops: not run" in out, out
    with open(table, encoding="utf-8") as file:
        comparison = json.load(file)
    assert not comparison["complete"]
    states = [
        [row["state"] for row in instance["rows"]]
        for instance in comparison["instances"]
    ]
    assert states == [["plan"] * 3 + ["not-run"], ["not-run"] * 4], states
    assert comparison["time_limit"] is None
    os.remove(table)

# SIGKILL cannot be caught: the table is absent.
process = start("waits-with-plan")
process.kill()
process.communicate(timeout=60)
assert sorted(os.listdir(folder)) == ["first.json", "second.json"]
