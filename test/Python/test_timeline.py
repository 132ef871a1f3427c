"""The timeline of plans for latency."""

import dataclasses
import json
import pickle
from pathlib import Path

import placement
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def towers(tmp_path_factory):
    data = json.loads((ROOT / "docs" / "examples" / "one_sample.json").read_text())
    data["objective"] = "latency"
    path = tmp_path_factory.mktemp("latency") / "towers.json"
    path.write_text(json.dumps(data))
    return placement.solve(path)


def test_entries(towers):
    entries = towers.timeline
    assert [e.start for e in entries] == sorted(e.start for e in entries)
    assert max(e.finish for e in entries) == towers.value
    pieces = [e for e in entries if e.node is None]
    assert {(e.kind, e.index) for e in pieces} == {("acc", 0), ("acc", 1)}
    for e in pieces:
        assert e.finish == pytest.approx(e.start + e.inbound + e.compute + e.outbound)
        assert towers.stages[e.stage] == (e.kind, e.index)
    hosted = [e for e in entries if e.node is not None]
    assert sorted(e.node for e in hosted) == [0, 1, 6, 8]
    # The critical path has no holes.
    time = 0.0
    for e in (e for e in entries if e.critical):
        assert e.slack == 0 and e.start == pytest.approx(time)
        time = e.finish
    assert time == towers.value
    filtered = next(e for e in hosted if e.node == 6)
    assert filtered.slack > 0 and not filtered.critical
    with pytest.raises(dataclasses.FrozenInstanceError):
        filtered.start = 0


def test_texts(towers, tmp_path):
    headline, path = towers.summary.split("\n")
    assert headline in towers.table() and " for one sample; " in headline
    assert path.startswith("The critical path is cpu, 2 nodes -> acc:")
    for width in (40, 80, 200):
        lines = towers.draw_timeline(width=width).splitlines()
        assert max(map(len, lines)) <= width
        assert sum(line.startswith("acc:") for line in lines) == 2
    assert "\033[31m" in towers.draw_timeline(colour=True)
    with pytest.raises(placement.InputError, match="width: 39 columns; give 40"):
        towers.draw_timeline(width=39)

    towers.write_trace(tmp_path / "trace.json")
    assert [p.name for p in tmp_path.iterdir()] == ["trace.json"]
    trace = json.loads((tmp_path / "trace.json").read_text())
    slices = [e for e in trace["traceEvents"] if e.get("cat") in ("piece", "host")]
    assert [e["args"]["finish"] for e in slices] == [e.finish for e in towers.timeline]
    for write in (towers.write_trace, towers.write, towers.instance.write):
        missing = tmp_path / "none" / "file.json"
        with pytest.raises(placement.InputError, match=r"file\.json: No such file"):
            write(missing)


def test_figures_are_those_of_the_plan_file(towers):
    written = json.loads(towers.to_json())["timeline"]
    for entry, other in zip(towers.timeline, written, strict=True):
        assert entry.inbound == other["in"]
        assert entry.compute == other["compute"]
        assert entry.outbound == other["out"]


def test_pickled(towers):
    again = pickle.loads(pickle.dumps(towers))
    assert again.timeline == towers.timeline
    assert again.trace() == towers.trace()


def test_throughput_has_none():
    plan = placement.solve(ROOT / "docs" / "examples" / "one_sample.json")
    assert plan.timeline == ()
    assert " per sample; " in plan.summary and "\n" not in plan.summary
    for draw in (plan.draw_timeline, plan.trace):
        with pytest.raises(placement.InputError, match="the plan has no timeline"):
            draw()


def test_pickle_keeps_what_proves_a_path(towers):
    state = placement._core.plan_state(towers._core)
    bound, chain, _ = state[-3]
    assert bound > 0 and chain
    again = pickle.loads(pickle.dumps(towers))
    assert placement._core.plan_state(again._core) == state
