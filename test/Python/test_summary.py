"""The plan of a placed program, read from the module."""

import json

import placement
import pytest

MACHINE = {
    "version": 1,
    "kinds": [
        {
            "name": "acc",
            "count": 2,
            "link": {"bandwidth": 1e9, "latency": 5},
            "roofline": {"peak": {"default": 1e12}, "bandwidth": 1e12},
        },
    ],
}


@pytest.mark.parametrize("name", ["box", "a-box", "box.2"])
def test_links_of_any_machine_count(name, models, tmp_path):
    """Names that MLIR quotes, too."""
    file = tmp_path / "machine.json"
    file.write_text(json.dumps({"name": name, **MACHINE}))
    placed = placement.place(models / "mlp.mlir", machine_file=file)
    plan = placed.plan
    assert plan.machine == name and plan.status == "optimal"
    # The outlined program pays what the solver counted.
    assert max(s.load for s in plan.stages) == pytest.approx(plan.value)
    assert all(s.inbound + s.outbound > 0 for s in plan.stages)
    assert f"@{name}" in placed.report()


THERE_AND_BACK = """
func.func @main(%x: tensor<64x64xf32> {placement.role = "activation"},
                %w: tensor<64x64xf32> {placement.role = "weight"}) -> tensor<64x64xf32> {
  %0 = "stablehlo.add"(%x, %w) {placement.pin = #placement.pin<"acc", 0>}
      : (tensor<64x64xf32>, tensor<64x64xf32>) -> tensor<64x64xf32>
  %1 = "stablehlo.tanh"(%0) {placement.pin = #placement.pin<"acc", 1>}
      : (tensor<64x64xf32>) -> tensor<64x64xf32>
  %2 = "stablehlo.multiply"(%1, %w) {placement.pin = #placement.pin<"acc", 0>}
      : (tensor<64x64xf32>, tensor<64x64xf32>) -> tensor<64x64xf32>
  %3 = "stablehlo.add"(%2, %0) {placement.pin = #placement.pin<"acc", 0>}
      : (tensor<64x64xf32>, tensor<64x64xf32>) -> tensor<64x64xf32>
  return %3 : tensor<64x64xf32>
}
"""


def test_stages_of_a_device_add_up():
    placed = placement.place(
        THERE_AND_BACK, machine={"name": "pair", **MACHINE}, contiguous=False
    )
    plan = placed.plan
    assert not plan.contiguous
    assert [(s.stage, str(s.device)) for s in plan.stages] == [
        (0, "acc:0"),
        (1, "acc:1"),
        (2, "acc:0"),
    ]
    first, second = plan.devices
    assert [s.stage for s in first.stages] == [0, 2]
    assert first.load == pytest.approx(plan.value) and second.load < first.load
    # A weight is no transfer, nor is what stage 0 leaves for stage 2.
    hop = 5 + 64 * 64 * 4 / 1e9 * 1e6
    assert [s.inbound for s in first.stages] == pytest.approx([hop, hop])
    assert [s.outbound for s in first.stages] == pytest.approx([hop, hop])
    report = placed.report()
    assert "  all  acc:0" in report and "no contiguous plan" not in report


def test_one_stage_a_device_breaks_such_pins():
    with pytest.raises(placement.InfeasibleError):
        placement.place(THERE_AND_BACK, machine={"name": "pair", **MACHINE})


TRAINING = """
#a = #placement.cost<times = {acc = 4.0 : f64}, output = 3000, source = "test">
#b = #placement.cost<times = {acc = 10.0 : f64}, output = 3000, source = "test">
#db = #placement.cost<times = {acc = 7.0 : f64}, output = 5000, source = "test">
#da = #placement.cost<times = {acc = 20.0 : f64}, output = 5000, source = "test">
func.func @main(%x: tensor<3000xi8> {placement.role = "activation"}) -> tensor<5000xi8> {
  %0 = "stablehlo.tanh"(%x) {placement.cost = #a, placement.colocate = "a"}
      : (tensor<3000xi8>) -> tensor<3000xi8>
  %1 = "stablehlo.exponential"(%0) {placement.cost = #b, placement.colocate = "b"}
      : (tensor<3000xi8>) -> tensor<3000xi8>
  %2 = "stablehlo.multiply"(%1, %0) {placement.cost = #db, placement.colocate = "b",
      placement.phase = #placement.phase<backward>}
      : (tensor<3000xi8>, tensor<3000xi8>) -> tensor<5000xi8>
  %3 = "stablehlo.negate"(%2) {placement.cost = #da, placement.colocate = "a",
      placement.phase = #placement.phase<backward>} : (tensor<5000xi8>) -> tensor<5000xi8>
  return %3 : tensor<5000xi8>
}
"""


@pytest.mark.parametrize("schedule", ["1f1b", "gpipe"])
@pytest.mark.parametrize("comm", ["sequential", "half-duplex", "full-duplex"])
def test_loads_are_those_of_the_model(comm, schedule):
    kinds = [{**MACHINE["kinds"][0], "link": {"bandwidth": 1e9, "latency": 0}}]
    placed = placement.place(
        TRAINING,
        machine={**MACHINE, "name": "pair", "kinds": kinds},
        comm=comm,
        schedule=schedule,
        microbatches=2 if schedule == "gpipe" else None,
    )
    plan = placed.plan
    assert (plan.communication, plan.schedule) == (comm, schedule)
    assert len(plan.devices) == 2
    together = max(d.forward for d in plan.devices) + max(
        d.backward for d in plan.devices
    )
    slowest = max(d.load for d in plan.devices)
    assert plan.value == pytest.approx(together if schedule == "gpipe" else slowest)
    assert (comm in placed.report()) == (comm != "sequential")
    assert (schedule in placed.report()) == (schedule != "1f1b")


def test_microbatches_belong_to_gpipe():
    with pytest.raises(placement.InputError, match="ask for the schedule gpipe"):
        placement.place(TRAINING, machine={"name": "pair", **MACHINE}, microbatches=2)
