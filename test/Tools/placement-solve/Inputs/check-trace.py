"""Checks a trace by the rules of the viewers, and against its plan.

usage: check-trace.py TRACE.json PLAN.json

A viewer cuts microseconds to whole nanoseconds, drops a slice that overlaps
another of its thread, and lets an arrow hold on to the slice that is open at its
time, in the order of the file.
"""

import json
import sys
from collections import defaultdict

with open(sys.argv[1], encoding="utf-8") as file:
    trace = json.load(file)
with open(sys.argv[2], encoding="utf-8") as file:
    plan = json.load(file)
events = trace["traceEvents"]
scale = trace["otherData"]["microsecondsPerUnit"]
NAMES = {"process_name", "process_sort_index", "thread_name", "thread_sort_index"}


def nanoseconds(microseconds):
    assert microseconds * 1000 == int(microseconds * 1000), microseconds
    return int(microseconds * 1000)


def check_names():
    """Each process and thread with an event has one name, and each name events."""
    names = [e for e in events if e["ph"] == "M"]
    assert {e["name"] for e in names} <= NAMES
    for what, key in [("process_name", ["pid"]), ("thread_name", ["pid", "tid"])]:
        named = [tuple(e[k] for k in key) for e in names if e["name"] == what]
        assert len(named) == len(set(named)), named
        used = {tuple(e[k] for k in key) for e in events if e["ph"] == "X"}
        assert used == set(named), (used, named)


def check_slices():
    """Slices of a thread nest: returns them in the order of the file."""
    threads = defaultdict(list)
    for event in events:
        if event["ph"] != "X":
            continue
        begin, length = nanoseconds(event["ts"]), nanoseconds(event["dur"])
        assert begin >= 0 and length >= 0, event
        threads[event["pid"], event["tid"]].append((begin, begin + length, event))
    for slices in threads.values():
        opened = []
        for begin, end, event in sorted(slices, key=lambda one: one[0]):
            while opened and opened[-1] <= begin:
                opened.pop()
            assert not opened or end <= opened[-1], event
            assert (event["cat"] == "phase") == bool(opened), event
            opened.append(end)
    return threads


def check_flows(threads):
    """Each arrow has two ends, each inside a slice, and does not go back in time."""
    ends = defaultdict(dict)
    position = {id(e): i for i, e in enumerate(events)}
    for event in events:
        if event["ph"] not in "sf":
            continue
        assert event["ph"] not in ends[event["id"]], event
        ends[event["id"]][event["ph"]] = event
        time = nanoseconds(event["ts"])
        assert any(
            begin <= time < end and position[id(one)] < position[id(event)]
            for begin, end, one in threads[event["pid"], event["tid"]]
        ), event
    for both in ends.values():
        assert both["s"]["ts"] <= both["f"]["ts"], both
        assert both["s"]["name"] == both["f"]["name"], both
        assert both["f"]["bp"] == "e", both
    return len(ends)


def check_times():
    """The slices are the timeline of the plan."""
    processes = {
        e["pid"]: e["args"]["name"] for e in events if e["name"] == "process_name"
    }

    def key(stage, node):
        return stage, -1 if node is None else node

    slices = {}
    for event in events:
        if event["ph"] == "X" and event["cat"] != "phase":
            at = key(event["args"]["stage"], event["args"].get("node"))
            assert at not in slices, event
            slices[at] = event
    phases = defaultdict(float)
    for event in events:
        if event.get("cat") == "phase":
            phases[event["pid"], event["name"]] += event["dur"]
    sums = defaultdict(float)
    for entry in plan["timeline"]:
        piece = "node" not in entry
        event = slices.pop(key(entry["stage"], entry.get("node")))
        assert (event["cat"] == "piece") == piece, event
        device = f"{entry['kind']}:{entry['index']}" if piece else entry["kind"]
        assert processes[event["pid"]] == device, event
        assert event["args"]["start"] == entry["start"], event
        assert event["args"]["finish"] == entry["finish"], event
        assert abs(event["ts"] - entry["start"] * scale) <= 0.126, event
        end = event["ts"] + event["dur"]
        assert abs(end - entry["finish"] * scale) <= 0.126, event
        if piece:
            for phase in ("in", "compute", "out"):
                sums[event["pid"], phase] += entry[phase] * scale
    assert not slices, slices
    for at, total in sums.items():
        assert abs(total - phases[at]) <= 0.126 * len(events), at
    assert trace["otherData"]["latency"] == plan["objective"]["value"]
    assert trace["otherData"]["fingerprint"] == plan["fingerprint"]


def check_critical():
    """Critical slices follow each other from zero to the end."""
    critical = [
        e
        for e in events
        if e["ph"] == "X" and e["cat"] != "phase" and e["args"]["critical"]
    ]
    time = 0
    for event in sorted(critical, key=lambda one: (one["ts"], one["dur"])):
        assert event["args"]["slack"] == 0, event
        assert event["ts"] == time, (event, time)
        time = event["ts"] + event["dur"]
    assert abs(time - trace["otherData"]["latency"] * scale) <= 0.126


def check_counters():
    """Memory as the plan has it; a host is idle in the end."""
    memory, running = {}, {}
    for event in events:
        if event["ph"] == "C" and event["name"] == "memory":
            memory[event["pid"]] = event["args"]["bytes"]
        elif event["ph"] == "C":
            running[event["pid"]] = event["args"]["nodes"]
    assert not any(running.values()), running
    assert sum(memory.values()) == sum(d["memory"] for d in plan["devices"]), memory


check_names()
found = check_slices()
flows = check_flows(found)
check_times()
check_critical()
check_counters()
print(f"{sum(map(len, found.values()))} slices, {flows} arrows")
