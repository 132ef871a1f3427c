"""The report on predictions: its figures, and how it is asked for."""

import pytest
from placement.calibration import report
from placement.calibration.report import Row


def row(split="plan 0", chosen=False, period=10.0, model="m", **predicted):
    return Row(
        model=model,
        backend="jax",
        stages=2,
        split=split,
        chosen=chosen,
        period=period,
        predicted={source: 10.0 for source in report.SOURCES} | predicted,
        whole=20.0,
        health=1.0,
        co_run=(1.0, 1.25),
        transfers=(0.1, 0.1),
        run_delay=None,
    )


ROWS = [
    row(chosen=True, stages=9.0, roofline=20.0),
    row("equal-ops", period=12.5, stages=12.5),
    row("equal-weights", period=8.0),
]


def test_errors():
    found = report.errors(ROWS)
    assert found["stages"] == pytest.approx((0.1, 0.25))
    assert found["roofline"] == pytest.approx((0.25, 1.0))
    assert report.errors([]) == {}


def test_losses():
    assert report.losses(ROWS) == [
        "m on jax: equal-ops takes +25.0% against the choice, 'plan 0'",
        "m on jax: equal-weights takes -20.0% against the choice, 'plan 0'",
    ]
    # The choice of one model says nothing about another.
    naive = row("equal-ops", chosen=True, model="other")
    assert report.losses([naive]) == [
        "other on jax: the choice is a naive split, 'equal-ops'"
    ]


@pytest.mark.parametrize(
    "rows, expected",
    [
        ([], True),
        ([row(chosen=True), row("equal-ops", period=9.8)], True),
        # The choice loses; but not to a naive split, or to one of another model.
        ([row(chosen=True), row("equal-ops", period=9.6, stages=9.6)], False),
        ([row(chosen=True), row("plan 1", period=9.6, stages=9.6)], True),
        ([row(chosen=True), row(chosen=True, model="b", period=9.8)], True),
        # Predictions are off: median, worst, and what has no goal.
        ([row(chosen=True, stages=10.7)], False),
        ([row(chosen=True), row(), row(stages=11.3)], False),
        ([row(chosen=True), row(), row(roofline=99.0)], True),
        ([row(chosen=True, alone=99.0)], True),
    ],
)
def test_goals(rows, expected):
    assert report.reached(rows) == expected


def test_table():
    text = report.table(ROWS)
    assert "plan 0*" in text
    assert " 1.25" in text
    assert (
        "error of stages    median 10.0%, worst 25.0%  (goal: median 6%, worst 12%)"
        in (text)
    )


def test_command_line():
    flags = report.parse(["a.mlir", "--stages", "2,3", "--size", "layers=6"])
    assert flags.models == ["a.mlir"]
    assert flags.stages == [2, 3]
    assert dict(flags.size) == {"layers": 6}
    assert report.parse([]).models == ["bert_base", "gpt2", "resnet50"]
    for wrong in (["--stages", "two"], ["--size", "layers"], ["--size", "layers=x"]):
        with pytest.raises(SystemExit):
            report.parse(wrong)


def test_no_such_model(capsys):
    assert report.main(["abacus"]) == 1
    assert "no example model is called 'abacus'" in capsys.readouterr().err
