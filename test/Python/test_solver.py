"""solve and evaluate, with placement-solve as the reference."""

import json
import pickle
import subprocess
import threading
from pathlib import Path

import numpy as np
import placement
import pytest

WORKLOADS = Path(__file__).resolve().parents[1] / "Workloads" / "dpo"
INSTANCES = sorted((WORKLOADS / "throughput").rglob("*.json"))


@pytest.fixture(scope="module")
def gnmt():
    path = WORKLOADS / "throughput" / "LayerGraphs" / "gnmt_inference.json"
    return placement.read_workload(path)


def test_workloads_are_there():
    assert len(INSTANCES) >= 5


@pytest.mark.parametrize("path", INSTANCES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_same_as_placement_solve(path, programs, tmp_path):
    out = tmp_path / "plan.json"
    # Steps, not seconds: the same end on any machine.
    plan = placement.solve(path, work_limit=2**64 - 1)
    subprocess.run(
        [programs / "placement-solve", path, "-o", out, "--quiet"], check=True
    )
    assert plan.to_json() == out.read_text()
    written = json.loads(plan.to_json())
    assert plan.status == written["status"] == "optimal"
    assert (plan.stop, plan.proof) == ("finished", "engine")
    assert plan.value == plan.bound == written["objective"]["value"]
    assert plan.gap == 0
    assert plan.fingerprint == plan.instance.fingerprint
    ids = plan.instance.node_ids
    for device, other in zip(plan.devices, written["devices"], strict=True):
        assert (device.kind, device.index) == (other["kind"], other["index"])
        assert device.load == other["load"] and device.memory == other["memory"]
        for stage, piece in zip(device.stages, other["pieces"], strict=True):
            assert stage == piece["stage"]
            assert plan.stages[stage] == (device.kind, device.index)
            assert ids[plan.nodes_of(stage)].tolist() == piece["nodes"]
    assert max(device.load for device in plan.devices) == plan.value


def test_plan_to_files_and_back(gnmt, tmp_path):
    plan = placement.solve(gnmt)
    plan.write(tmp_path / "plan.json")
    assert [p.name for p in tmp_path.iterdir()] == ["plan.json"]
    again = placement.evaluate(gnmt, tmp_path / "plan.json")
    assert again.value == plan.value and again.status == "feasible"
    same = placement.evaluate(gnmt, stages=plan.stages, stage_of=plan.stage_of)
    assert same.to_json() == again.to_json()
    assert plan.table().startswith("32.9107 per sample; proved optimal")
    assert "\x1b[" in plan.table(colour=True)
    assert "32.9107 unit per sample in 6 stages, optimal" in repr(plan)


def test_alternatives(gnmt, programs, tmp_path):
    plan = placement.solve(gnmt, alternatives=3)
    out = tmp_path / "plan.json"
    command = [programs / "placement-solve", WORKLOADS / "throughput" / "LayerGraphs"]
    command[1] /= "gnmt_inference.json"
    subprocess.run([*command, "--alternatives=3", "-o", out, "--quiet"], check=True)
    assert plan.to_json() == out.read_text()
    assert plan.alternatives_exact and len(plan.alternatives) == 3
    first, *others = plan.alternatives
    assert (first.value, first.distance, first.stages) == (plan.value, 0, plan.stages)
    assert (first.stage_of == plan.stage_of).all() and first.devices == plan.devices
    for one, before in zip(others, plan.alternatives, strict=False):
        assert one.value >= before.value
        assert one.distance == pytest.approx(one.value / plan.value - 1)
        again = placement.evaluate(gnmt, stages=one.stages, stage_of=one.stage_of)
        assert (again.value, again.devices) == (one.value, one.devices)
    assert placement.solve(gnmt).alternatives == ()


def test_any_nodes_on_any_device():
    """0 and 2 against 1 and 3: even loads, but no chain of two stages."""
    machine = placement.Machine([placement.DeviceKind("acc", 2)])
    nets = placement.Nets.from_lists([0, 1, 2], [[1], [2], [3]], costs=[[0]] * 3)
    instance = placement.Instance(
        machine, [[5], [1], [1], [5]], nets=nets, groups=[0, 1, 0, 1]
    )
    chain = placement.solve(instance)
    free = placement.solve(instance, contiguous=False)
    assert chain.status == free.status == "optimal"
    assert (chain.value, free.value) == (12, 6)
    again = {"stages": free.stages, "stage_of": free.stage_of}
    assert placement.evaluate(instance, **again).status == "infeasible"
    loose = placement.evaluate(instance, **again, contiguous=False)
    assert loose.status == "feasible" and loose.value == 6


def test_plans_go_between_processes(gnmt):
    plan = placement.solve(gnmt, alternatives=3)
    again = pickle.loads(pickle.dumps(plan))
    assert again.to_json() == plan.to_json()
    assert again.alternatives[1].devices == plan.alternatives[1].devices
    machine = placement.Machine([placement.DeviceKind("acc", 1, memory=1)])
    none = placement.solve(placement.Instance(machine, [[1.0]], sizes=[2]))
    assert pickle.loads(pickle.dumps(none)).to_json() == none.to_json()


def test_pickle_keeps_stages_and_what_proves_the_bound():
    layers = WORKLOADS / "throughput" / "LayerGraphs"
    # The chain of a training graph, with both passes in each stage.
    training = placement.solve(layers / "bert24_training.json")
    again = pickle.loads(pickle.dumps(training))
    assert again.stages == training.stages
    assert again.to_json() == training.to_json()
    proved = placement.solve(layers / "bert24_inference.json", contiguous=False)
    assert proved.status == "optimal"
    state = placement._core.plan_state(proved._core)
    assert state[-2] is not None and state[-1]
    again = pickle.loads(pickle.dumps(proved))
    assert placement._core.plan_state(again._core) == state
    assert again.to_json() == proved.to_json()


def test_published_split():
    path = WORKLOADS / "throughput" / "LayerGraphs" / "bert24_inference.json"
    split = WORKLOADS / "experts" / "bert24_inference_expert.json"
    instance = placement.read_workload(path)
    assert placement.evaluate(instance, split).value >= placement.solve(path).value


def test_options(gnmt):
    assert len(placement.solve(gnmt, max_stages=2).stages) <= 2
    loose = placement.solve(gnmt, gap=0.5)
    assert loose.gap <= 0.5 and loose.value >= 32.9
    one = placement.solve(gnmt, algorithm="one-device")
    assert len(one.stages) == 1 and one.algorithm == "one-device"
    assert "auto" in placement.algorithms() and "contiguous" in placement.algorithms()
    stopped = placement.solve(gnmt, work_limit=0)
    assert stopped.stop == "time" and stopped.status in ("feasible", "unknown")
    best = placement.solve(gnmt)
    assert best.claimed_by is None and best.proven_bound == best.bound
    again = placement.solve(gnmt, warm_start=best, work_limit=0)
    assert again.value == best.value


@pytest.mark.parametrize(
    "options, said",
    [
        ({"algorithm": "magic"}, "magic"),
        ({"gap": -1}, "gap: is -1; give a number from 0"),
        ({"gap": float("nan")}, "gap: is nan"),
        ({"time_limit": "soon"}, "time_limit: is 'soon'"),
        ({"max_stages": 0}, "max_stages: is 0; give a whole number from 1"),
        ({"max_stages": 1.5}, "max_stages: is 1.5"),
        ({"seed": -1}, "seed: is -1"),
        ({"memory_limit": 0}, "memory_limit: is 0"),
        ({"threads": 0}, "threads: is 0; give a whole number from 1"),
        ({"provers": "me"}, "provers: is 'me'; give auto, own, highs, cpsat or all"),
        ({"algorithm": "mip", "worker": "/no/worker"}, "'/no/worker' is no program"),
        ({"alternatives": 1001}, "alternatives: is 1001; .* from 1 to 1000"),
        ({"interrupt": "never"}, "interrupt: is 'never'"),
    ],
)
def test_bad_options(gnmt, options, said):
    with pytest.raises(placement.InputError, match=said):
        placement.solve(gnmt, **options)
    with pytest.raises(TypeError):
        placement.solve(gnmt, no_such_option=1)


def test_bad_plans(gnmt, tmp_path):
    with pytest.raises(placement.InputError, match="either a file, or stages"):
        placement.evaluate(gnmt)
    with pytest.raises(placement.InputError, match="no_such.json"):
        placement.evaluate(gnmt, tmp_path / "no_such.json")
    nodes = np.zeros(gnmt.num_nodes, int)
    with pytest.raises(placement.InputError, match=r"stages\[0\].*no kind 'gpu'"):
        placement.evaluate(gnmt, stages=[("gpu", 0)], stage_of=nodes)
    with pytest.raises(placement.InputError, match=r"stages\[0\]: is 99"):
        placement.evaluate(gnmt, stages=[("acc", 99)], stage_of=nodes)
    with pytest.raises(placement.InputError, match=r"stage_of\[3\]: is 7"):
        nodes[3] = 7
        placement.evaluate(gnmt, stages=[("acc", 0)], stage_of=nodes)
    with pytest.raises(placement.InputError, match="without stages"):
        unknown = placement.solve(gnmt, work_limit=0, algorithm="contiguous")
        if unknown.value is not None:
            pytest.skip("even no step gives a plan")
        placement.solve(gnmt, warm_start=unknown)


def test_infeasible():
    machine = placement.Machine([placement.DeviceKind("acc", 2, memory=10)])
    instance = placement.Instance(machine, [[1], [1]], sizes=[9, 11])
    plan = placement.solve(instance)
    assert plan.status == "infeasible" and plan.explanation
    assert (plan.value, plan.gap, plan.bound) == (None, None, None)
    assert plan.stages == () and plan.stage_of.size == 0 and plan.devices == ()
    # A plan that breaks the rule is valued all the same.
    broken = placement.evaluate(
        instance, stages=[("acc", 0), ("acc", 1)], stage_of=[0, 1]
    )
    assert broken.status == "infeasible" and broken.value == 1
    assert any("bytes" in sentence for sentence in broken.explanation)


def test_threads_share_an_instance(gnmt):
    expected = placement.solve(gnmt).to_json()
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(placement.solve(gnmt).to_json()))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 8


def test_observer_hears_the_search(gnmt):
    events = []
    thread = threading.get_ident()

    def hear(event):
        assert threading.get_ident() == thread
        events.append(event)

    plan = placement.solve(gnmt, observer=hear)
    values = [e.value for e in events if e.kind == "incumbent"]
    bounds = [e.value for e in events if e.kind == "bound"]
    assert values == sorted(values, reverse=True) and bounds == sorted(bounds)
    assert values[-1] == pytest.approx(plan.value) and bounds[-1] <= plan.value
    assert [e.seconds for e in events] == sorted(e.seconds for e in events)
    assert {e.kind for e in events} == {"incumbent", "bound", "phase", "figure"}
    assert all(e.value is None for e in events if e.kind == "phase")
