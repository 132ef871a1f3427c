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
