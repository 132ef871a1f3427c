"""What is extracted to be timed, and how prices come of times."""

import json
import subprocess

import pytest
from placement import run_pipeline
from placement.calibration import ops, whole
from placement.calibration.ops import Extraction, Group, Measured, Operation
from placement.stages import StageProgram, single_stage

ITEM = ops._empty(1)


def operation(timing, count=1):
    return Operation(timing, count, timing, None if timing == "free" else ITEM)


def measured(alone, groups):
    return Measured(tuple(alone), tuple(groups), (0.0,) * len(alone), 1.0, {})


def test_light_operations_share_what_a_group_adds():
    extraction = Extraction(
        (operation("heavy"), operation("light"), operation("light")),
        (Group((0, 1, 2), 1, ITEM),),
    )
    prices = ops.share(extraction, measured([100, 30, 10], [108]))
    assert prices == pytest.approx([100, 6, 2])


def test_a_group_that_is_faster_than_its_heavy_operation():
    extraction = Extraction(
        (operation("heavy"), operation("light")), (Group((0, 1), 1, ITEM),)
    )
    prices = ops.share(extraction, measured([100, 30], [90]))
    assert prices == pytest.approx([90, 0])


def test_prices_add_up_to_the_groups():
    extraction = Extraction(
        (operation("heavy", 3), operation("light", 5), operation("free")),
        (Group((0, 1), 1, ITEM), Group((0, 1, 1), 2, ITEM)),
    )
    prices = ops.share(extraction, measured([100, 30, None], [104, 110]))
    assert prices[2] == 0
    assert 3 * prices[0] + 5 * prices[1] == pytest.approx(104 + 2 * 110)


def test_what_was_not_measured():
    extraction = Extraction(
        (operation("heavy"), operation("light"), operation("unmeasured")),
        (Group((0, 1), 1, ITEM), Group((0, 1, 1), 1, ITEM)),
    )
    # Neither a group without a time nor one whose members have none counts.
    prices = ops.share(extraction, measured([100, 30, None], [None, None]))
    assert prices == [100, 30, None]
    prices = ops.share(extraction, measured([None, 30, None], [104, 120]))
    assert prices == [None, 30, None]


def test_extract(models, programs, tmp_path):
    text = (models / "bert_tiny.stablehlo.mlir").read_text()
    extraction = ops.extract(text)
    path = tmp_path / "signatures.json"
    subprocess.run(
        [
            programs / "placement-opt",
            models / "bert_tiny.stablehlo.mlir",
            "--placement-inline",
            f"--placement-print-op-signatures=file={path}",
            "-o",
            "/dev/null",
        ],
        check=True,
        capture_output=True,
    )
    entries = json.loads(path.read_text())["entries"]
    assert [(o.signature, o.count) for o in extraction.operations] == [
        (e["signature"], e["info"]["count"]) for e in entries
    ]
    assert all(
        (o.item is None) == (o.timing in ("free", "unmeasured"))
        for o in extraction.operations
    )
    heavy = [o for o in extraction.operations if o.timing == "heavy"]
    assert sum(o.operations * o.count for o in heavy) > 2.5e7
    # In a layer: four projections, two products of attention, two of the rest.
    assert sum(g.count for g in extraction.groups) == 2 * 8 + 1
    assert not ops.extract(text, groups=False).groups


def test_counts_of_stages(models):
    """Stages together have the operations of the whole, and perhaps copies."""
    text = (models / "bert_tiny.stablehlo.mlir").read_text()
    whole_counts = whole.stage_counts(single_stage(text), 0)
    outlined, _ = run_pipeline(text, "placement-pipeline{machine=quad max-stages=2}")
    program = StageProgram.from_text(outlined)
    parts = [whole.stage_counts(program, s.stage) for s in program.stages]
    assert all(sum(p[s] for p in parts) >= n for s, n in whole_counts.items())
    heavy = [s for s in whole_counts if s.startswith("stablehlo.dot_general")]
    assert all(sum(p[s] for p in parts) == whole_counts[s] for s in heavy)


@pytest.mark.parametrize(
    "cores, expected", [(None, 5), (4, 5), (3, 5), (2, 8), (1, 11)]
)
def test_period(cores, expected):
    assert whole.period([3, 2, 5, 1][:4], cores) == expected
