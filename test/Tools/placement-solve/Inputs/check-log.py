"""The events of --log-json. usage: check-log.py TOOL INSTANCE LOG"""

import json
import subprocess
import sys

tool, instance, log = sys.argv[1:]
subprocess.run(
    [tool, instance, "--quiet", "--algorithm=waits-with-plan", "--time-limit=0.01"]
    + [f"--log-json={log}"],
    stdout=subprocess.DEVNULL,
    check=False,
)
with open(log, encoding="utf-8") as file:
    events = [json.loads(line) for line in file]
kinds = [event["kind"] for event in events]
assert kinds == ["phase", "figure", "incumbent", "bound", "end"], kinds
phase, figure, incumbent, bound, end = events
assert phase["text"] == "waiting"
assert (figure["name"], figure["value"]) == ("steps", 3)
assert incumbent["value"] == 8 and incumbent["source"] == "waits"
assert "bound" not in incumbent and "gap" not in incumbent
assert bound["value"] == 8 and bound["gap"] == 0.75
assert 1.99 < bound["bound"] <= 2
assert end["status"] == "feasible" and end["stop"] == "time" and end["gap"] == 0.75
assert end["userSeconds"] >= 0 and end["peakBytes"] > 0
times = [event["t"] for event in events]
assert times == sorted(times) and times[0] >= 0, times
