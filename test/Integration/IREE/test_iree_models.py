"""Five models and training steps on IREE: dispatches and numbers."""

import dataclasses

import numpy
import placement_check
import pytest
from placement.backends.iree_program import IreeProgram

# Stages are compiled as the whole program is, but sums may be ordered otherwise.
SAME_COMPILER, OTHER_COMPILER = 1e-5, 1e-4


@pytest.mark.parametrize(
    "name", ["bert_tiny", "bert_base", "gpt2", "resnet50", "inceptionv3"]
)
def test_model(case, differ, name):
    """The whole program on four devices: each dispatch on the planned one, and the
    numbers of the unplaced program in IREE and in JAX."""
    model = case(name)
    stages = model.placed.stages
    assert len(stages.stages) == 4
    artifact, stream = model.compile()
    assert placement_check.misplaced(stream, stages) == []

    results = [numpy.array(r) for r in IreeProgram(artifact)(model.arrays)]
    assert differ(results, model.reference("iree")) <= SAME_COMPILER
    expected = model.reference("jax")
    assert differ(results, expected) <= OTHER_COMPILER
    # The comparison is awake: it sees an argument that is a little off.
    moved = [
        a * numpy.float32(1.01) if a.dtype == numpy.float32 and a.ndim > 1 else a
        for a in model.arrays
    ]
    assert differ(IreeProgram(artifact)(moved), expected) > OTHER_COMPILER


@pytest.mark.parametrize("donate", [False, True])
def test_training_step(case, differ, donate):
    """With a rate this large the new weights are the gradients. Donated weights are
    overwritten, so they are handed in anew."""
    model = case("bert_tiny_train", donate=donate, rate=1000.0)
    text = model.convert()
    assert ("tf.aliasing_output" in text) == donate
    assert any(call.phase == "backward" for call in model.placed.stages.calls)
    artifact, stream = model.compile(text)
    assert placement_check.misplaced(stream, model.placed.stages) == []
    expected = model.reference("jax")
    program = IreeProgram(artifact)
    for _ in range(2):
        assert differ(program(model.arrays), expected) <= OTHER_COMPILER


@pytest.mark.parametrize(
    ("name", "sizes"),
    [("bert_tiny", {}), ("bert_tiny_train", {"layers": 1, "rate": 1000.0})],
)
def test_devices_with_several_stages(case, differ, name, sizes):
    """Each stage is a function of its own, and several are on one device: all of
    their dispatches are there."""
    model = case(name, anywhere=True, **sizes)
    stages = model.placed.stages
    assert len(stages.devices) == 3 < len(stages.stages)
    artifact, stream = model.compile()
    assert placement_check.misplaced(stream, stages) == []
    counts = {}
    for function, devices in placement_check.dispatches(stream).items():
        call = next((c for c in stages.calls if c.function == function), None)
        if call:
            device = placement_check.device_name(stages.device_of(call.stage))
            counts.setdefault(device, []).append(len(devices))
    assert len(counts) == 3 and max(map(len, counts.values())) > 1
    results = [numpy.array(r) for r in IreeProgram(artifact)(model.arrays)]
    assert differ(results, model.reference("jax")) <= OTHER_COMPILER

    # The check is awake: it sees a stage that is taken for one of another device.
    first, second = stages.devices[:2]
    swapped = {first: second, second: first}
    moved = dataclasses.replace(
        stages,
        stages=tuple(
            dataclasses.replace(s, device=swapped.get(s.device, s.device))
            for s in stages.stages
        ),
    )
    assert placement_check.misplaced(stream, moved)
