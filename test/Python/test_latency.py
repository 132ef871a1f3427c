"""Latency through the Python package: problems, plans, commands."""

import pickle

import numpy
import placement
import pytest
from placement import DeviceKind, Instance, Machine, Nets
from placement.__main__ import guarded_main
from placement.errors import InputError

# A chain a -> b -> c and a branch a -> d on one accelerator and a host.
TIMES = [[2.0, 9.0], [2.0, 9.0], [numpy.inf, 1.0], [5.0, 4.0]]


def problem(**options):
    machine = Machine([DeviceKind("acc", 1), DeviceKind("cpu", 2)], "pair")
    nets = Nets.from_lists(
        [0, 1], [[1, 3], [2]], costs=[[0.5, 0.0], [0.5, 0.0]], **options
    )
    return Instance(machine, TIMES, nets=nets)


def test_objectives_of_problems():
    plain = problem()
    assert (plain.objective, plain.subgraphs_per_device, plain.cores) == (
        "throughput",
        1,
        "unlimited",
    )
    asked = plain.with_objective("latency", subgraphs_per_device=2, cores=3)
    assert (asked.objective, asked.subgraphs_per_device, asked.cores) == (
        "latency",
        2,
        3,
    )
    assert asked.with_objective("latency", cores="machine").cores == "machine"
    assert asked.with_objective("throughput").fingerprint == plain.fingerprint
    assert asked.fingerprint != plain.fingerprint


def test_one_sample_is_solved_and_valued():
    asked = problem().with_objective("latency")
    plan = placement.solve(asked)
    # a and b are one call that pays for both values; c then takes 1 on the host.
    assert plan.status == "optimal"
    assert plan.value == pytest.approx(9.0)
    again = placement.evaluate(asked, stages=plan.stages, stage_of=plan.stage_of)
    assert again.value == plan.value
    assert plan.rank is None
    assert pickle.loads(pickle.dumps(plan)).value == plan.value
    warm = placement.solve(asked, warm_start=plan, work_limit=0)
    assert warm.value <= plan.value


def test_contiguous_does_not_contradict_the_problem():
    asked = problem().with_objective("latency")
    with pytest.raises(InputError, match="contiguous: is False, which allows"):
        placement.solve(asked, contiguous=False)
    two = asked.with_objective("latency", subgraphs_per_device=2)
    plans = [placement.solve(two, contiguous=value) for value in (True, False)]
    assert plans[0].value == plans[1].value


def test_cores_have_ranks():
    asked = problem().with_objective("latency", cores=1)
    plan = placement.solve(asked)
    assert plan.rank is not None
    given = {"stages": plan.stages, "stage_of": plan.stage_of}
    again = placement.evaluate(asked, rank=plan.rank, **given)
    assert again.value == plan.value
    with pytest.raises(InputError, match="a rank for each node"):
        placement.evaluate(asked, rank=[0], **given)
    with pytest.raises(InputError, match="rank goes with stages"):
        placement.evaluate(asked, "plan.json", rank=[0, 0, 0, 0])
    # Core 1 is one that a single core leaves out.
    with pytest.raises(InputError, match=r"stages\[0\]"):
        placement.evaluate(asked, stages=[("cpu", 1)], stage_of=[0, 0, 0, 0])


def test_kinds_say_whether_they_are_hosts():
    machine = Machine([DeviceKind("acc", 2), DeviceKind("cpu", 1)])
    free = Instance(machine, [[1.0, 2.0]] * 2).with_objective("latency")
    assert [kind.host for kind in free.machine.kinds] == [None, None]
    calls = Machine([DeviceKind("acc", 2, host=False), DeviceKind("cpu", 1)])
    one = Instance(calls, [[1.0, 2.0]] * 2).with_objective("latency")
    assert [kind.host for kind in one.machine.kinds] == [False, None]
    assert one.fingerprint != free.fingerprint
    wrong = Machine([DeviceKind("acc", 2, host="yes")])
    with pytest.raises(InputError, match="kind 'acc': host is 'yes'"):
        Instance(wrong, [[1.0]])


@pytest.mark.parametrize(
    ("objective", "options", "message"),
    [
        ("speed", {}, "objective: is 'speed'"),
        ("throughput", {"cores": 2}, "a number of cores is given"),
        ("throughput", {"subgraphs_per_device": 2}, "subgraphs per device is given"),
        ("latency", {"subgraphs_per_device": 65}, "subgraphs_per_device"),
        ("latency", {"cores": 0}, "cores: is 0"),
        ("latency", {"cores": "all"}, "cores: is 'all'"),
        ("latency", {"cores": 2**20 + 1}, "cores: is '1048577'"),
    ],
)
def test_what_cannot_be_asked(objective, options, message):
    with pytest.raises(InputError, match=message):
        problem().with_objective(objective, **options)
    with pytest.raises(InputError, match="full-duplex"):
        problem().with_load_model(communication="full-duplex").with_objective("latency")


def test_the_command_asks_for_latency(tmp_path, capsys):
    path = tmp_path / "problem.json"
    problem().write(path)
    assert guarded_main(["solve", str(path), "--objective=latency", "--cores=2"]) == 0
    assert "9" in capsys.readouterr().out
    assert guarded_main(["solve", str(path), "--cores=2"]) == 1
    assert "the objective is throughput" in capsys.readouterr().err
