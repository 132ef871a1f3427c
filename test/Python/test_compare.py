"""compare, with placement-solve --compare as the reference."""

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import threading
from pathlib import Path

import placement
import pytest
from placement.__main__ import guarded_main

ROOT = Path(__file__).resolve().parents[2]
LAYERS = ROOT / "test" / "Workloads" / "dpo" / "throughput" / "LayerGraphs"
GNMT = LAYERS / "gnmt_inference.json"
BERT = LAYERS / "bert24_training.json"
FEW = ("equal-ops", "linearised")
MODEL = """
func.func @main(%w: tensor<64x64xf32>, %x: tensor<64x64xf32>) -> tensor<64x64xf32> {
  %0 = "stablehlo.dot"(%x, %w)
    : (tensor<64x64xf32>, tensor<64x64xf32>) -> tensor<64x64xf32>
  %1 = "stablehlo.tanh"(%0) : (tensor<64x64xf32>) -> tensor<64x64xf32>
  return %1 : tensor<64x64xf32>
}
"""


SANDWICH = ROOT / "test/Tools/placement-solve/Inputs/sandwich.json"


def small(source="small", count=2):
    machine = placement.Machine([placement.DeviceKind("acc", count)])
    nets = placement.Nets.from_lists([0, 1], [[1], [2]], costs=[[0.5], [0.25]])
    return placement.Instance(
        machine, [[2], [2], [4]], nets=nets, time_unit="ms", source=source
    )


@pytest.fixture(scope="module")
def both():
    return placement.compare([GNMT, BERT], algorithms=FEW, contiguous=True)


def test_same_as_placement_solve(programs, both):
    command = [programs / "placement-solve", "--compare", GNMT, BERT]
    options = ["--algorithms=expert," + ",".join(FEW), "--contiguous=true"]
    for form, text in {
        "text": both.to_text(times=False),
        "markdown": both.to_markdown(times=False),
        "csv": both.to_csv(times=False),
        "json": both.to_json(times=False),
    }.items():
        run = subprocess.run(
            [*command, *options, "--no-times", "--quiet", f"--format={form}"],
            capture_output=True,
            check=True,
        )
        assert text == run.stdout.decode()
    matrix = both.to_text(table="matrix", times=False)
    assert matrix.splitlines()[1].split()[:2] == ["gnmt_inference", "32.9107"]
    assert both._repr_markdown_() == both.to_markdown()
    assert str(both) == both.to_text()


def test_rows(both):
    assert both.complete and both.remarks == both.faults == ()
    assert both.names == ("gnmt_inference", "bert24_training")
    assert [row.name for row in both.rows] == ["ours", *FEW, "expert"] * 2
    ours = both.row("ours", instance="gnmt_inference")
    assert ours.optimal and ours.algorithm == "contiguous" and ours.distance == 0
    assert ours.value == ours.bound == ours.plan.value and ours.gap == 0
    expert = both.row("expert", instance="gnmt_inference")
    assert expert.algorithm is None and expert.source.endswith("_expert.json")
    assert expert.distance == expert.value / ours.value - 1
    assert expert.bound is None and expert.gap is None and not expert.optimal
    assert len(expert.plan.stages) == 6
    with pytest.raises(placement.InputError, match="no row 'magic' for contiguous"):
        both.row("magic", instance="gnmt_inference")


def test_summary(both):
    ours, equal, _, expert = both.summary
    assert (ours.name, ours.instances, ours.plans) == ("ours", 2, 2)
    assert (ours.best, ours.optimal, ours.compared, ours.mean_ratio) == (2, 2, 2, 1)
    assert (equal.name, equal.contiguous, equal.best) == ("equal-ops", True, 0)
    distances = [row.distance for row in both.rows if row.name == "expert"]
    assert expert.mean_ratio == pytest.approx(
        ((1 + distances[0]) * (1 + distances[1])) ** 0.5
    )


def test_writes_by_the_ending(both, tmp_path):
    for name, expected in {
        "t.md": both.to_markdown(),
        "t.json": both.to_json(),
        "t.txt": both.to_text(),
    }.items():
        both.write(tmp_path / name)
        assert (tmp_path / name).read_text() == expected
    both.write(tmp_path / "t.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "t.csv").read_text())))
    assert [row["name"] for row in rows] == [row.name for row in both.rows]
    assert float(rows[1]["value"]) == both.rows[1].value
    with pytest.raises(placement.InputError, match="No such file or directory"):
        both.write(tmp_path / "none" / "t.md")
    with pytest.raises(placement.InputError, match="table: is 'wide'"):
        both.to_text(table="wide")


def test_instances_plans_and_names():
    problem = small()
    plan = placement.solve(problem, algorithm="one-device")
    table = placement.compare(problem, algorithms=[], experts=plan)
    assert table.row("expert").value == 8
    assert table.row("ours", contiguous=False).value == 4.25
    two = {"a": problem, "b": small(count=1)}
    table = placement.compare(
        two, algorithms=["linearised"], experts={"b": [plan, plan]}
    )
    assert table.names == ("a", "b")
    counts = {name: 0 for name in two}
    for row in table.rows:
        counts[row.instance] += row.name == "expert"
    # Two plans for each kind of plans; two devices are one too many for the other.
    assert counts == {"a": 0, "b": 4}
    carried = table.row("linearised", instance="a", contiguous=False)
    assert carried.carried and carried.algorithm == "linearised"


def test_a_plan_that_breaks_a_rule():
    problem = small()
    zigzag = placement.evaluate(
        problem,
        stages=[("acc", 0), ("acc", 1)],
        stage_of=[0, 1, 0],
        contiguous=False,
    )
    table = placement.compare(problem, algorithms=[], experts=zigzag)
    row = table.row("expert")
    assert row.state == "broken" and row.value > 4.25 and row.distance > 0
    assert "a contiguous plan has one stage on a device" in row.reasons[0]
    assert table.row("expert", contiguous=False).state == "plan"


def test_published_plans_are_found_or_said_not_to_fit(tmp_path):
    shutil.copy(BERT, tmp_path / "net.json")
    (tmp_path / "net_expert.json").write_text('{"fpgas": [{"nodes": [1]}]}')
    table = placement.compare(tmp_path / "net.json", algorithms=[], contiguous=True)
    row = table.row("expert")
    assert row.state == "unsupported" and row.plan is None and row.value is None
    assert "net_expert.json" in row.reasons[0]
    table = placement.compare(tmp_path / "net.json", algorithms=[], experts=None)
    assert {row.name for row in table.rows} == {"ours"}


def test_models_of_load():
    problem = small()
    assert (problem.communication, problem.schedule) == ("sequential", "1f1b")
    wide = problem.with_load_model(communication="full-duplex")
    assert wide.communication == "full-duplex" and problem != wide
    assert wide.fingerprint != problem.fingerprint
    other = wide.with_load_model(communication="sequential")
    assert other.fingerprint == problem.fingerprint
    assert problem.with_load_model().fingerprint == problem.fingerprint
    # Transfers beside the work cost nothing here.
    plan = placement.solve(problem)
    table = placement.compare(
        problem, communication="full-duplex", algorithms=[], experts=plan
    )
    assert plan.value == 4.25 and table.row("expert").value == 4
    assert table.instances[0].communication == "full-duplex"
    both = problem.with_load_model(schedule="gpipe", microbatches=3)
    assert (both.schedule, both.in_flight, both.microbatches) == ("gpipe", "all", 3)
    for options, message in [
        ({"communication": "loud"}, "communication: is 'loud'; give \"sequential\""),
        ({"schedule": "never"}, 'schedule: is \'never\'; give "1f1b" or "gpipe"'),
        ({"microbatches": 3}, "microbatches are given, but the schedule is 1f1b"),
        ({"microbatches": 0}, "microbatches: is 0; give a whole number from 1"),
    ]:
        with pytest.raises(placement.InputError, match=message):
            problem.with_load_model(**options)


def test_placed_programs():
    placed = placement.place(MODEL)
    assert placed.problem.fingerprint == placed.plan.fingerprint
    table = placement.compare(placed, contiguous=True, algorithms=["one-device"])
    assert table.row("ours").value == pytest.approx(placed.plan.value)
    assert table.row("ours").plan.fingerprint == placed.plan.fingerprint


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"algorithms": ["magic"]}, 'there is no algorithm "magic" to compare with'),
        ({"algorithms": ["linearised"] * 2}, "is named twice"),
        ({"contiguous": "maybe"}, "contiguous: is 'maybe'"),
        ({"time_limit": "x"}, "time_limit: is 'x'; give a number from 0"),
        ({"threads": 0}, "threads: is 0"),
        ({"provers": "nobody"}, "provers: is 'nobody'; give auto, own"),
        ({"interrupt": "never"}, "interrupt: is 'never'"),
        ({"experts": {"other": "x.json"}}, "no problem is called 'other'"),
        ({"experts": "missing.json"}, "missing.json: cannot be opened"),
    ],
)
def test_wrong_options(options, message):
    with pytest.raises(placement.InputError, match=message):
        placement.compare(small(), **options)


def test_wrong_problems(tmp_path):
    for problems, message in [
        ([], "there are none to compare on"),
        ([3], "a int is none; give an Instance"),
        ([small(), small()], "two are called 'small'"),
        ({"": small()}, "'' is no name"),
        ([tmp_path / "missing.json"], "missing.json: cannot be opened"),
    ]:
        with pytest.raises(placement.InputError, match=message):
            placement.compare(problems)
    plan = placement.solve(GNMT)
    with pytest.raises(placement.InputError, match="96 nodes does not fit 'small'"):
        placement.compare(small(), experts=plan)
    with pytest.raises(placement.InputError, match="give a mapping from the names"):
        placement.compare({"a": small(), "b": small()}, experts=plan)


def test_stops():
    heard = []
    table = placement.compare(
        [GNMT, BERT],
        algorithms=FEW,
        observer=lambda event: heard.append((event.kind, event.text)),
        cancel=lambda: bool(heard),
    )
    assert heard[0][0] == "run"
    assert heard[0][1].startswith("gnmt_inference, contiguous plans: ours (1 of ")
    assert not table.complete
    assert table.rows[-1].state == "not-run"
    assert "INCOMPLETE" in table.to_text() and "incomplete" in repr(table)
    with pytest.raises(ZeroDivisionError):
        placement.compare(GNMT, observer=lambda event: 1 / 0)


def test_interrupt():
    count = threading.active_count()
    # Any plans of this one take longer than the time until the signal.
    hard = LAYERS / "gnmt_training.json"
    for wish in ("return", "raise"):
        timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
        timer.start()
        if wish == "raise":
            with pytest.raises(KeyboardInterrupt):
                placement.compare(hard, contiguous=False, interrupt=wish)
        else:
            table = placement.compare(hard, contiguous=False, interrupt=wish)
            assert not table.complete and table.rows[0].state == "plan"
        timer.join()
    assert threading.active_count() == count


def test_command(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ["compare", str(GNMT), "--algorithms=equal-ops,expert", "--no-times"]
    words.append("--contiguous=true")
    assert guarded_main([*words, "-o", "t.csv"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("gnmt_inference\n") and "expert" in out
    assert err.startswith("gnmt_inference, contiguous plans: ours (1 of ")
    assert (tmp_path / "t.csv").read_text().startswith("instance,plans,name,")
    assert guarded_main([*words, "--quiet", "-o", "-"]) == 0
    out, err = capsys.readouterr()
    assert not err
    assert [row["name"] for row in json.loads(out)["instances"][0]["rows"]] == [
        "ours",
        "equal-ops",
        "expert",
    ]
    (tmp_path / "model.mlir").write_text(MODEL)
    words = ["compare", "--models", "model.mlir", "--algorithms=one-device", "--quiet"]
    assert guarded_main([*words, "--table=matrix"]) == 0
    assert capsys.readouterr().out.startswith("contiguous plans ")
    assert guarded_main(["compare", "missing.json"]) == 1
    assert "error: missing.json: cannot be opened" in capsys.readouterr().err


def test_latency_is_the_same_as_placement_solve(programs, capsys):
    comparison = placement.compare(
        SANDWICH,
        algorithms=["greedy", "max-load"],
        objective="latency",
        subgraphs_per_device=2,
        cores=1,
    )
    options = ["--objective=latency", "--subgraphs-per-device=2", "--cores=1"]
    options += ["--algorithms=greedy,max-load,expert", "--no-times"]
    command = [programs / "placement-solve", "--compare", SANDWICH, *options, "--quiet"]
    text = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    assert comparison.to_text(times=False) == text
    values = {row.name: row.value for row in comparison.rows}
    assert values == {"ours": 15, "greedy": 26, "max-load": 21, "expert": 15}
    assert not any(row.contiguous for row in comparison.rows)
    assert guarded_main(["compare", str(SANDWICH), *options, "--quiet"]) == 0
    assert capsys.readouterr().out == text


def test_latency_with_one_piece_names_what_an_expert_breaks():
    comparison = placement.compare(SANDWICH, algorithms=[], objective="latency")
    ours, expert = comparison.rows
    assert (ours.value, ours.contiguous, ours.plan.status) == (21, True, "optimal")
    assert (expert.value, expert.state) == (15, "broken")
    assert "runs 2 pieces" in expert.reasons[0]


def test_objectives_are_not_mixed():
    instance = placement.Instance.read(SANDWICH)
    problems = {"a": instance, "b": instance.with_objective("latency")}
    with pytest.raises(placement.InputError, match="have different objectives"):
        placement.compare(problems, algorithms=["greedy"])
    with pytest.raises(placement.InputError, match="per device has contiguous plans"):
        placement.compare(
            SANDWICH, algorithms=[], objective="latency", contiguous=False
        )
