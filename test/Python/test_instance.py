"""Instances from files and from arrays: what they hold, and what is refused."""

import json
import math
import pickle

import numpy as np
import placement
import pytest
from placement import DeviceKind, InputError, Instance, Machine, Nets, Weights

TWO = Machine([DeviceKind("acc", 2, 10**9, 1e9, 5.0), DeviceKind("cpu", 1)], "box")
OWN = {
    "version": 1,
    "timeUnit": "us",
    "machine": {
        "name": "box",
        "kinds": [
            {
                "name": "acc",
                "count": 2,
                "memory": 10**9,
                "link": {"bandwidth": 1e9, "latency": 5},
            },
            {"name": "cpu", "count": 1},
        ],
    },
    "nodes": [
        {"id": 10, "name": "a", "times": {"acc": 1.5, "cpu": 20}, "size": 4096},
        {"id": 11, "name": "b", "times": {"cpu": 3}, "group": 4},
        {"id": 12, "name": "c", "times": {"acc": 2, "cpu": 9}, "group": 4},
        {
            "id": 13,
            "name": "d",
            "times": {"acc": 2},
            "backward": True,
            "stash": 7,
            "transient": 9,
            "pin": {"kind": "acc", "index": 1},
        },
    ],
    "nets": [
        {"consumers": [10], "bytes": 2048},
        {"producer": 10, "consumers": [11, 12], "bytes": 8192},
        {"producer": 12, "consumers": [], "host": True, "bytes": 16},
    ],
    "weights": [{"bytes": 1e6, "users": [10, 12]}],
    "order": [[10, 13]],
    "inFlight": "suffix-stages",
}


def from_arrays(**changes):
    inf = math.inf
    arguments = {
        "machine": TWO,
        "times": [[1.5, 20], [inf, 3], [2, 9], [2, inf]],
        "nets": Nets.from_lists(
            [-1, 0, 2],
            [[0], [1, 2], []],
            bytes=[2048, 8192, 16],
            on_host=[True, False, True],
        ),
        "weights": Weights.from_lists([1e6], [[0, 2]]),
        "order": [[0, 3]],
        "sizes": [4096, 0, 0, 0],
        "stashes": [0, 0, 0, 7],
        "transients": [0, 0, 0, 9],
        "backward": [False, False, False, True],
        "groups": [-1, 4, 4, -1],
        "pins": [None, None, None, ("acc", 1)],
        "node_ids": [10, 11, 12, 13],
        "names": ["a", "b", "c", "d"],
        "time_unit": "us",
        "in_flight": "suffix-stages",
    }
    return Instance(**(arguments | changes))


def test_arrays_and_file_mean_the_same():
    file, arrays = Instance.from_json(json.dumps(OWN)), from_arrays()
    assert arrays.fingerprint == file.fingerprint
    assert arrays.to_json() == file.to_json()
    for instance in (file, arrays):
        assert instance.machine == TWO
        assert (instance.num_nodes, instance.num_nets) == (4, 3)
        assert instance.names == ["a", "b", "c", "d"]
        assert instance.node_ids.tolist() == [10, 11, 12, 13]
        assert instance.times.tolist() == [
            [1.5, 20],
            [math.inf, 3],
            [2, 9],
            [2, math.inf],
        ]
        assert instance.groups.tolist() == [-1, 0, 0, -1]
        assert instance.backward.tolist() == [False, False, False, True]
        assert instance.time_unit == "us" and instance.in_flight == "suffix-stages"
        nets = instance.nets
        assert nets.producers.tolist() == [-1, 0, 2]
        assert nets.offsets.tolist() == [0, 1, 3, 3]
        assert nets.consumers.tolist() == [0, 1, 2]
        assert nets.costs[:, 1].tolist() == [0, 0, 0]
        assert nets.costs[:, 0] == pytest.approx([7.048, 13.192, 5.016])
        assert nets.bytes.tolist() == [2048, 8192, 16]
        assert nets.on_host.tolist() == [True, False, True]
        assert instance.weights.bytes.tolist() == [1e6]
        assert instance.weights.users.tolist() == [0, 2]
    # What an instance gives can be given to the next.
    again = from_arrays(
        nets=file.nets, weights=file.weights, groups=file.groups, times=file.times
    )
    assert again.fingerprint == file.fingerprint


def test_views_cannot_change_the_instance():
    instance = from_arrays()
    for array in (instance.times, instance.node_ids, instance.nets.costs):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    times = instance.times
    del instance
    assert times[0, 0] == 1.5


def test_pickle_and_files(tmp_path):
    instance = from_arrays(source="mine")
    again = pickle.loads(pickle.dumps(instance))
    assert again.fingerprint == instance.fingerprint and again.source == "mine"
    instance.write(tmp_path / "i.json")
    assert placement.read_workload(tmp_path / "i.json").to_json() == instance.to_json()
    assert repr(instance) == "<Instance 'mine': 4 nodes, 3 nets, 2 acc + 1 cpu>"


def test_smallest():
    instance = Instance(Machine([DeviceKind("acc", 1)]), [[1]])
    assert instance.names == [] and instance.nets.costs.shape == (0, 1)
    assert placement.solve(instance).value == 1


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"times": [[1, 2], [3]]}, "times: rows of different lengths"),
        ({"times": [1, 2]}, r"times: has the shape \(2,\); give a table"),
        ({"times": [["x", 1]] * 4}, "times: holds .* no numbers"),
        ({"times": [[-1, 1]] * 4}, "instance: .*10.*-1"),
        ({"times": [[math.nan, 1]] * 4}, "nan"),
        ({"sizes": [1, 2]}, r"sizes: has the shape \(2,\)"),
        ({"groups": [0, 0, 0, -2]}, r"groups\[3\]: is -2"),
        ({"groups": [0.5] * 4}, "groups: holds float64, not whole numbers"),
        ({"backward": [2, 0, 0, 0]}, r"backward\[0\]: is 2; give 0 or 1"),
        ({"names": ["a"]}, "names: give a string"),
        ({"node_ids": [1, 1, 2, 3]}, "instance: .*1"),
        ({"pins": [None]}, "pins: has 1 entries"),
        ({"pins": [3, None, None, None]}, r"pins\[0\]: is 3; give a kind, a pair"),
        ({"pins": [("acc", "x"), None, None, None]}, r"pins\[0\]: index .* is 'x'"),
        ({"machine": Machine([DeviceKind("acc", 1.5)])}, "count: is 1.5; give a whole"),
        ({"machine": Machine([DeviceKind(7, 1)])}, "kind 7: the name is no string"),
        ({"pins": ["gpu", None, None, None]}, r"pins\[0\]: the machine has no kind"),
        (
            {"pins": [("acc", 2), None, None, None]},
            r"pins\[0\]: index among 'acc': is 2; .* to 1",
        ),
        ({"order": [[0, 4]]}, r"order\[:, 1\]\[0\]: is 4; give node indices below 4"),
        ({"order": [0, 1]}, "order: has the shape"),
        ({"in_flight": "many"}, "in_flight: is 'many'"),
        ({"time_unit": "weeks"}, "kind 'acc': has a link, which needs a time_unit"),
        ({"nets": Nets([0], [0, 1], [1])}, "neither costs nor bytes"),
        ({"nets": Nets([4], [0, 1], [1], bytes=[1])}, r"nets.producers\[0\]: is 4"),
        ({"nets": Nets([0], [0, 2], [1], bytes=[1])}, r"nets.offsets\[1\]: is 2"),
        ({"nets": Nets([0], [1, 1], [1], bytes=[1])}, "nets.offsets: give 2 offsets"),
        ({"nets": Nets([0], [0, 1], [9], bytes=[1])}, r"nets.consumers\[0\]: is 9"),
        ({"nets": Nets([0], [0, 1], [1], bytes=[1, 2])}, "nets.bytes: has the shape"),
        ({"nets": Nets([0], [0, 1], [1], costs=[1.0])}, "nets.costs: has the shape"),
        ({"nets": Nets([0], [0, 1], [0], bytes=[1])}, "instance: "),
        ({"weights": Weights([1], [0, 1], [7])}, r"weights.users\[0\]: is 7"),
        ({"machine": Machine([DeviceKind("acc", -1)])}, "kind 'acc': count: is -1"),
        ({"machine": Machine([DeviceKind("acc", 1, memory=-5)])}, "memory -5"),
        (
            {"machine": Machine([DeviceKind("acc", 1, bandwidth=0.0)])},
            "bandwidth of 0.0",
        ),
    ],
)
def test_bad_arrays(changes, said):
    with pytest.raises(InputError, match=said):
        from_arrays(**changes)


def test_bad_lists():
    with pytest.raises(InputError, match=r"consumers\[1\]: is no list of indices"):
        Nets.from_lists([0, 1], [[1], [0.5]], bytes=[1, 1])


def test_bad_files(tmp_path):
    with pytest.raises(InputError, match="no_such.json"):
        placement.read_workload(tmp_path / "no_such.json")
    bad = tmp_path / "bad.json"
    bad.write_text('{"version": 1, "machine": {"kinds": []}, "nodes": [{"id": "x"}]}')
    with pytest.raises(InputError, match=r"bad\.json: "):
        placement.read_workload(bad)
    with pytest.raises(InputError, match=r"t\.json"):
        Instance.from_json("{", "t.json")
    with pytest.raises(TypeError):
        placement.read_workload(7)


def test_machine_file(tmp_path):
    file = tmp_path / "m.json"
    file.write_text(json.dumps(OWN["machine"]))
    assert Machine.read(file) == TWO
    file.write_text('{"name": "x", "kinds": [{"name": "acc", "count": 0}]}')
    with pytest.raises(InputError, match=r"m\.json: kinds\[0\]\.count"):
        Machine.read(file)


def test_linear_in_size():
    nodes = 50_000
    nets = Nets(
        np.arange(nodes - 1),
        np.arange(nodes),
        np.arange(1, nodes),
        bytes=np.full(nodes - 1, 8),
    )
    instance = Instance(TWO, np.ones((nodes, 2)), nets=nets, time_unit="us")
    assert instance.num_nodes == nodes and instance.nets.costs.shape == (nodes - 1, 2)
