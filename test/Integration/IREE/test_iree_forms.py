"""Other forms than the whole program on promised devices, and what goes wrong."""

import numpy
import placement_check
import pytest
from placement.backends import iree
from placement.backends.iree_program import IreeProgram, ProgramArtifact
from placement.errors import InputError


@pytest.fixture(scope="module")
def compiled(tiny):
    return tiny.compile()[0]


@pytest.fixture(scope="module")
def expected(tiny):
    return tiny.reference("iree")


def test_devices_in_the_module(tiny, differ, expected):
    text = tiny.convert("devices=module targets=acc=local")
    module = iree.compile_module(text, [], {}, what="the program")
    artifact = ProgramArtifact(module, ("acc_0", "acc_1", "acc_2", "acc_3"))
    assert differ(IreeProgram(artifact)(tiny.arrays), expected) <= 1e-5


def test_results_on_one_device(tiny, differ, expected):
    artifact, _ = tiny.compile(tiny.convert("host=acc:0"))
    assert differ(IreeProgram(artifact)(tiny.arrays), expected) <= 1e-5


def test_stages_as_entry_points(tiny, differ, expected):
    """Each stage is called by itself; the caller moves the values."""
    artifact, _ = tiny.compile(tiny.convert("form=stages"))
    devices = [iree.create_device() for _ in artifact.devices]
    stages = tiny.placed.stages
    values = dict(enumerate(tiny.arrays))
    for call in stages.calls:
        run = IreeProgram(artifact, devices, function=call.function)
        made = run([values[v] for v in call.operands])
        values.update(zip(call.results, map(numpy.array, made), strict=True))
    results = [values[v] for v in stages.results]
    assert differ(results, expected) <= 1e-5
    with pytest.raises(InputError, match="the program has no function 'main'"):
        IreeProgram(artifact, devices)


def test_heterogeneous_targets(case, differ):
    """One device with IREE's portable bytecode, the others with machine code. (IREE
    3.13 crashes when it links more operations of bert_tiny for both.)"""
    model = case("mlp", layers=3, width=64, batch=8)
    vmvx = (
        '#hal.device.target<"local", {ordinal = 0 : index}, '
        '[#hal.executable.target<"vmvx", "vmvx-bytecode-fb">]>'
    )
    artifact, stream = model.compile(targets={"acc_0": vmvx})
    assert placement_check.misplaced(stream, model.placed.stages) == []
    results = IreeProgram(artifact)(model.arrays)
    assert differ(results, model.reference("iree")) <= 1e-5


def test_backend_runs_the_stages(tiny, differ, expected):
    """The same through the package: a stage is a module of its own."""
    assert differ([numpy.asarray(tiny.placed(*tiny.model.example(20)))], expected) <= (
        1e-5
    )


def test_launches_overlap(tiny, differ, expected):
    """Two calls are on their way at once; each has its own results."""
    artifact, _ = tiny.compile(fences=True)
    program = IreeProgram(artifact, [iree.create_pool_device(1) for _ in range(4)])
    inputs = [program.put(i, array) for i, array in enumerate(tiny.arrays)]
    launched = [program.launch(inputs) for _ in range(2)]
    for call in launched:
        assert differ(call.wait(60.0), expected) <= 1e-5


def test_missing_devices(compiled):
    with pytest.raises(
        InputError,
        match="the program runs on device 'acc_[123]', which is not among the 1 that",
    ):
        IreeProgram(compiled, [iree.create_device()])


def test_wrong_arguments(tiny, compiled):
    program = IreeProgram(compiled)
    with pytest.raises(InputError, match="the program takes 37 inputs, not 1"):
        program(tiny.arrays[:1])
    wrong = [tiny.arrays[0][:5], *tiny.arrays[1:]]
    with pytest.raises(InputError, match=r"argument 0 .* float32\[5\], not float32\["):
        program(wrong)
    with pytest.raises(InputError, match="has 37 arguments, and no 37"):
        program.put(37, tiny.arrays[0])
    with pytest.raises(InputError, match="compile it with fences=True"):
        program.launch([program.put(i, a) for i, a in enumerate(tiny.arrays)])


def test_compile_errors(tiny):
    from placement.backends.iree_program import compile_program

    with pytest.raises(InputError, match="the module promises no device"):
        compile_program(tiny.placed.as_text("input"))
    with pytest.raises(InputError, match="targets names 'gpu_0', which the module"):
        compile_program(tiny.convert(), targets={"gpu_0": "local"})
    with pytest.raises(InputError, match="iree-compile takes more than 0.01 s"):
        compile_program(tiny.convert(), timeout=0.01)
