"""Pipelines on IREE: a process or thread for each stage, and one program with
fences."""

import dataclasses
import os
from pathlib import Path

import numpy
import placement
import pytest
from placement.errors import InputError, StageTimeout
from placement.runtime import Pipeline

ENGINES = ["process", "thread", "fences"]


def weights_and_sample(tiny, number):
    program = tiny.placed.stages
    generator = numpy.random.default_rng(number)
    sample = [
        generator.integers(0, 1000, tiny.arrays[a].shape).astype(tiny.arrays[a].dtype)
        for a in program.activations
    ]
    return [tiny.arrays[a] for a in program.weights], sample


def name_of(task):
    """The name of a thread; empty when it has ended meanwhile."""
    try:
        return (task / "comm").read_text()
    except OSError:
        return ""


def workers():
    tasks = Path("/proc/self/task").iterdir()
    return [task for task in tasks if name_of(task).startswith("iree-")]


@pytest.mark.parametrize("engine", ENGINES)
def test_pipeline(tiny, differ, engine):
    program = tiny.placed.stages
    samples = [weights_and_sample(tiny, n)[1] for n in range(7)]
    weights, _ = weights_and_sample(tiny, 0)
    before = len(workers())
    with Pipeline(program, weights, backend="iree", engine=engine, depth=2) as pipeline:
        results = list(pipeline.map(samples))
        again = list(pipeline.map(samples[:2]))
        stats = pipeline.stats()
    assert len(workers()) == before
    assert stats.engine == engine and stats.microbatches == 9
    for number, sample in enumerate(samples):
        arrays = list(tiny.arrays)
        for argument, array in zip(program.activations, sample, strict=True):
            arrays[argument] = array
        tiny_case = type(tiny)(tiny.name, tiny.sizes, False, tiny.folder)
        tiny_case.__dict__.update(placed=tiny.placed, arrays=arrays)
        if number in (0, 6):
            expected = tiny_case.reference("jax")
            assert differ(results[number], expected) <= 1e-4
            assert differ(results[3], expected) > 1e-4
    assert differ(again[1], results[1]) == 0


def test_training_with_fences(case, differ):
    """Forward and backward calls, donated weights, two steps in flight."""
    step = case("mlp_train", donate=True, layers=3, width=64, batch=8, rate=1000.0)
    program = step.placed.stages
    weights = [step.arrays[a] for a in program.weights]
    sample = [step.arrays[a] for a in program.activations]
    expected = step.reference("jax")
    with Pipeline(program, weights, backend="iree", engine="fences") as pipeline:
        for result in pipeline.map([sample] * 4):
            assert differ(result, expected) <= 1e-4
        mean = pipeline.accumulate([sample] * 3, mean=True)
    assert differ(mean, expected) <= 1e-4


def test_fences_with_several_stages_on_a_device(case, differ):
    """One device of IREE for each of the plan, whatever stages are on it."""
    model = case("bert_tiny_train", anywhere=True, layers=1, rate=1000.0)
    program = model.placed.stages
    assert len(program.devices) == 3 < len(program.stages)
    weights = [model.arrays[a] for a in program.weights]
    sample = [model.arrays[a] for a in program.activations]
    expected = model.reference("jax")
    before = set(workers())
    with Pipeline(program, weights, backend="iree", engine="fences") as pipeline:
        pools = [t for t in set(workers()) - before if "iree-worker" in name_of(t)]
        assert len(pools) == 3
        for result in pipeline.map([sample] * 6):
            assert differ(result, expected) <= 1e-4


def test_fences_pin_a_pool_for_each_device(tiny):
    weights, sample = weights_and_sample(tiny, 0)
    program = tiny.placed.stages
    core = min(os.sched_getaffinity(0))
    before = set(workers())
    with Pipeline(
        program, weights, backend="iree", engine="fences", cores=[core] * 4
    ) as pipeline:
        made = [t for t in set(workers()) - before]
        pools = [t for t in made if name_of(t).startswith("iree-worker")]
        assert len(pools) == 4
        for task in pools:
            assert os.sched_getaffinity(int(task.name)) == {core}
        assert list(pipeline.map([sample]))
        assert "4 devices share 1 cores" in pipeline.stats().notes
    assert os.sched_getaffinity(0) != {core} or os.cpu_count() == 1


def test_fences_refuse(tiny):
    weights, _ = weights_and_sample(tiny, 0)
    program = tiny.placed.stages
    with pytest.raises(InputError, match="runs IREE, not the backend 'jax'"):
        Pipeline(program, weights, backend="jax", engine="fences")
    plain = dataclasses.replace(program, outlined=None)
    with pytest.raises(InputError, match="compiles the whole program"):
        Pipeline(plain, weights, backend="iree", engine="fences")


# Two products that keep a core busy for far longer than the limit.
SLOW = """
func.func @main(%x: tensor<2048x2048xf32> {placement.role = "activation"},
                %v: tensor<2048x2048xf32> {placement.role = "weight"},
                %w: tensor<2048x2048xf32> {placement.role = "weight"})
    -> tensor<2048x2048xf32> {
  %0 = "stablehlo.dot_general"(%x, %v) <{dot_dimension_numbers = #stablehlo.dot<
      lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [0]>}>
      : (tensor<2048x2048xf32>, tensor<2048x2048xf32>) -> tensor<2048x2048xf32>
  %1 = "stablehlo.dot_general"(%0, %w) <{dot_dimension_numbers = #stablehlo.dot<
      lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [0]>}>
      : (tensor<2048x2048xf32>, tensor<2048x2048xf32>) -> tensor<2048x2048xf32>
  return %1 : tensor<2048x2048xf32>
}
"""


def test_fences_wait_no_longer_than_asked(machine):
    placed = placement.place(SLOW, machine_file=machine, max_stages=2, backend="iree")
    array = numpy.ones((2048, 2048), numpy.float32)
    with (
        Pipeline(
            placed.stages, [array] * 2, backend="iree", engine="fences", timeout=1e-3
        ) as pipeline,
        pytest.raises(StageTimeout, match="microbatch 0 has no result from stages"),
    ):
        list(pipeline.map([[array]]))
