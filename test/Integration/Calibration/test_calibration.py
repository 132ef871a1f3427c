"""Profiles measured with a real backend, and plans chosen by the clock.

Times are only checked for what holds on a busy machine, too.
"""

import dataclasses
import json
import subprocess
import sys

import placement
import pytest
from placement import InputError
from placement.backends import base
from placement.calibration import links, ops, process, whole
from placement.calibration.hardware import Hardware
from placement.calibration.jobs import Failed, Input, Item, Job, Timing
from placement.calibration.links import Link
from placement.stages import single_stage

LINK = Link(20.0, 5e9)


@pytest.fixture(scope="module")
def jax(need):
    return need("jax")


@pytest.fixture(scope="module")
def text(models):
    return (models / "bert_tiny.stablehlo.mlir").read_text()


@pytest.fixture(scope="module")
def profile(jax, text, tmp_path_factory):
    path = tmp_path_factory.mktemp("profile") / "profile.json"
    found = placement.profile(text, backend="jax", link=LINK, path=path)
    assert placement.Profile.load(path) == found
    return found


def test_every_operation_has_a_price(profile, text):
    assert not profile.failures
    assert all(e.time is not None for e in profile.entries)
    assert all(e.time >= 0 for e in profile.entries)
    counts = whole.signature_counts(text)
    # 26 million operations take more than a microsecond and less than a second.
    for source in ("profile", "alone", "roofline"):
        assert 1 < profile.predict(counts, source) < 1e6
    # Light operations are not dearer fused than alone, on the whole.
    assert profile.predict(counts) < profile.predict(counts, "alone")
    profile.check("jax")


def test_the_passes_read_it(profile, text):
    with profile.as_file() as path:
        _, said = placement.run_pipeline(
            text, f"placement-annotate-costs{{machine=quad profile={path}}}"
        )
        message = " ".join(d.message for d in said)
        # The preset has kinds that were not measured.
        assert "machine @quad" in message
        machine = path.with_name("machine.json")
        machine.write_text(json.dumps(profile.machine(2)))
        _, said = placement.run_pipeline(
            text,
            f"placement-pipeline{{machine-file={machine} profile={path}}}",
        )
    assert any("by source: profile" in d.message for d in said)


def test_whole_stages(profile, text):
    program = single_stage(text)
    times = whole.measure([program, program], "jax", budget=0.1)
    (timing,) = times.values()
    assert timing.samples >= 5
    assert 0 < timing.least <= timing.median
    # Known times are not taken again.
    assert whole.measure([program], "jax", known=dict(times)) == times


def test_hand_overs(jax):
    found = links.measure("jax", sizes=(4096, 1 << 20), microbatches=12)
    assert [h.nbytes for h in found] == [4096, 1 << 20]
    link = links.fit(found)
    assert 0 <= link.latency < 1e5
    assert link.bandwidth > 1e6


def item(name, text, **changes):
    return Item(name, text, (Input((4,), "f32", 16, False),), **changes)


NEGATE = """
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = "stablehlo.negate"(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}
"""


def test_failures_are_told_and_the_rest_is_measured(jax):
    items = (
        item("wrong", "this is no module"),
        item("right", NEGATE, budget=0.01),
        dataclasses.replace(item("inputs", NEGATE), inputs=()),
        item("again", NEGATE, budget=0.01),
    )
    answers = process.run(Job("jax", {}, None, 0, items))
    assert isinstance(answers["wrong"], Failed)
    assert isinstance(answers["inputs"], Failed)
    assert isinstance(answers["right"], Timing)
    assert isinstance(answers["again"], Timing)


PARTLY = """
func.func @main(%x: tensor<4x4xf32>, %w: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %0 = "stablehlo.add"(%x, %w) : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %1 = "stablehlo.cholesky"(%0) {lower = true} : (tensor<4x4xf32>) -> tensor<4x4xf32>
  %2 = "stablehlo.tanh"(%1) : (tensor<4x4xf32>) -> tensor<4x4xf32>
  %3 = "stablehlo.multiply"(%2, %w) : (tensor<4x4xf32>, tensor<4x4xf32>)
    -> tensor<4x4xf32>
  return %3 : tensor<4x4xf32>
}
"""


def test_what_iree_cannot_compile_costs_only_itself(need, monkeypatch):
    """All the rest is compiled at once; IREE knows no Cholesky decomposition."""
    need("iree.compiler")
    iree = base.get("iree")
    together = []
    compile_many = type(iree).compile_many

    def spy(self, texts, **options):
        artifact = compile_many(self, texts, **options)
        together.extend(texts)
        return artifact

    monkeypatch.setattr(type(iree), "compile_many", spy)
    found = placement.profile(PARTLY, backend="iree", link=LINK, groups=False)
    assert ["cholesky" in e.signature for e in found.entries if e.time is None] == [
        True
    ]
    assert len(found.entries) == 4
    assert sum(e.time is not None for e in found.entries) == 3
    ((name, reason),) = found.failures.items()
    assert name == "op_1"
    assert "iree-compile refuses" in reason
    assert "cholesky" in reason
    # Three operations and two empty functions, at most two of them left over alone.
    assert 3 <= len(together) <= 5


def test_profile_with_iree(need, text):
    """All that a model needs is compiled in one module."""
    need("iree.compiler")
    found = placement.profile(text, backend="iree", link=LINK)
    assert not found.failures
    assert all(e.time is not None for e in found.entries)
    assert 1 < found.predict(whole.signature_counts(text)) < 1e6
    found.check("iree")


def test_a_module_that_takes_too_long(jax):
    """It is given up, and a new process goes on with the next."""
    items = (item("slow", NEGATE, least=10**9), item("quick", NEGATE, budget=0.01))
    answers = process.run(Job("jax", {}, None, 0, items), timeout=30)
    assert answers["slow"] == Failed("gave no answer for 30 s")
    assert isinstance(answers["quick"], Timing)


def test_a_process_that_dies(jax, monkeypatch):
    monkeypatch.setattr(process, "_BOOT", "import os; os._exit(3)")
    with pytest.raises(
        placement.PlacementError, match=r"ended with status 3 \(no message\) before"
    ):
        process.run(Job("jax", {}, None, 0, (item("any", NEGATE),)))


def test_wrong_backend(text):
    with pytest.raises(InputError, match="no backend is called 'abacus'"):
        placement.profile(text, backend="abacus")


def test_wrong_module(jax):
    with pytest.raises(InputError, match="no public function"):
        placement.profile("module {}", backend="jax")


def test_operations_of_a_training_step(jax, models):
    """Operations of both passes can be measured."""
    text = (models / "bert_tiny_train_locs.stablehlo.mlir").read_text()
    extraction = ops.extract(text)
    chosen = ops.Extraction(extraction.operations[:30], ())
    measured = ops.measure(chosen, "jax", hardware=Hardware.here("jax"))
    assert not measured.failures


def test_pipelines_refuse_profiles_of_other_hardware(profile, text, tmp_path):
    other = dataclasses.replace(profile.hardware, processor="Abacus 3000")
    foreign = dataclasses.replace(profile, hardware=other)
    machine = foreign.machine(2)
    for given in (foreign, foreign.save(tmp_path / "profile.json")):
        placed = placement.place(text, machine=machine, profile=given)
        with pytest.raises(
            InputError,
            match="the profile of this program is for other hardware .processor "
            "'Abacus 3000' instead of .*give any_hardware=True",
        ):
            placed.pipeline()
    # It is stored, too.
    again = placement.load(placed.save(tmp_path / "placed.zip"))
    assert again.hardware == other
    with pytest.raises(InputError, match="Abacus"):
        again.pipeline()
    # For another backend the prices are as wrong.
    placed = placement.place(text, machine=machine, profile=profile)
    assert placed.hardware == profile.hardware
    with pytest.raises(InputError, match="backend 'jax' instead of 'iree'"):
        placed.pipeline(backend="iree")


def test_tune(profile, text):
    """The choice is the best of what was timed, and computes the same."""
    tuned = placement.tune(text, profile, devices=2, alternatives=3, budget=0.1)
    names = [m.candidate.name for m in tuned.measured]
    assert "plan 0" in names
    periods = [m.period for m in tuned.measured]
    assert periods == sorted(periods)
    assert tuned.best is tuned.measured[0]
    assert tuned.whole > 0
    assert 0.2 < tuned.health() < 5
    placed = tuned.placed
    assert len(placed.stages.stages) <= 2
    assert placed.hardware == profile.hardware
    for line in (*names, "whole program"):
        assert line in tuned.table()


def test_tune_with_wrong_arguments(profile, text):
    with pytest.raises(InputError, match="at least one alternative"):
        placement.tune(text, profile, alternatives=0)
    other = dataclasses.replace(profile.hardware, version="0")
    with pytest.raises(InputError, match="version '0' instead of"):
        placement.tune(text, dataclasses.replace(profile, hardware=other))


def test_command(jax, models, tmp_path):
    """The command writes a profile and a machine that go together."""
    small = tmp_path / "small.mlir"
    small.write_text(NEGATE)
    run = subprocess.run(
        [sys.executable, "-m", "placement", "profile", small]
        + ["-o", tmp_path / "profile.json", "--machine", tmp_path / "machine.json"]
        + ["--devices", "3", "--kind", "acc", "--no-groups"],
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("1 signatures measured on ")
    placed = placement.place(
        small,
        machine_file=tmp_path / "machine.json",
        profile=tmp_path / "profile.json",
    )
    assert placed.hardware == Hardware.here("jax")
    assert placement.Profile.load(tmp_path / "profile.json").kind == "acc"


def test_command_with_a_wrong_file(jax, tmp_path):
    run = subprocess.run(
        [sys.executable, "-m", "placement", "profile", tmp_path / "none.mlir"]
        + ["-o", tmp_path / "profile.json"],
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert run.returncode == 1
    assert "none.mlir" in run.stderr
    assert list(tmp_path.iterdir()) == []
