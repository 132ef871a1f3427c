"""What Shardy's parser read means the program that was placed.

The driver in MPMD form is walked as jaxlib has it, not as we wrote it: each
fragment call runs its function, each transfer hands its value on.
"""

import numpy
import pytest
from mpmd_programs import SMALL, converted, outlined, shardy
from placement import backends
from placement.stages import StageProgram, single_stage


@pytest.fixture(autouse=True, scope="module")
def jax(need):
    return need("jax")


def arrays(program):
    """Arguments of a program, small enough for every function of the models."""
    random = numpy.random.default_rng(7)
    return [
        random.integers(0, 4, t.shape).astype(t.dtype)
        if t.dtype.kind in "iu"
        else (random.standard_normal(t.shape) * 0.1).astype(t.dtype)
        for t in (program.values[i] for i in range(len(program.arguments)))
    ]


def execute(text, inputs):
    backend = backends.get("jax")
    executable = backend.load(backend.compile(text))
    results = executable([executable.put(array) for array in inputs])
    return [executable.get(result) for result in results]


def module_of(ir, function):
    """A module in which that function is public and called main."""
    module = ir.Module.create()
    copy = function.clone()
    module.body.append(copy)
    copy.attributes["sym_name"] = ir.StringAttr.get("main")
    for name in ("mesh_shape", "arg_attrs", "res_attrs"):
        if name in copy.attributes:
            del copy.attributes[name]
    return module.operation.get_asm(print_generic_op_form=True)


def walk(text, inputs):
    """Results of the driver, and the meshes of its calls in order."""
    meshes = []
    with shardy() as ir:
        module = ir.Module.parse(text)
        functions = {
            ir.StringAttr(op.attributes["sym_name"]).value: op.operation
            for op in module.body.operations
            if op.operation.name == "func.func"
        }
        body = functions["main"].regions[0].blocks[0]
        values = dict(zip(body.arguments, inputs, strict=True))
        for op in body.operations:
            operation = op.operation
            operands = [values[value] for value in operation.operands]
            if operation.name == "func.return":
                return operands, meshes
            if operation.name == "mpmd.transfer":
                made = operands
            else:
                assert operation.name == "mpmd.fragment_call"
                callee = ir.FlatSymbolRefAttr(operation.attributes["callee"]).value
                meshes.append(ir.StringAttr(operation.attributes["mesh_name"]).value)
                made = execute(module_of(ir, functions[callee]), operands)
            values.update(zip(operation.results, made, strict=True))
    raise AssertionError("the driver does not return")


@pytest.mark.parametrize(
    "name", ["bert_tiny", "bert_tiny_train_locs", "pieces", "virtual"]
)
def test_same_numbers(name, models):
    source = SMALL.get(name) or (models / f"{name}.stablehlo.mlir").read_text()
    whole = single_stage(source)
    inputs = arrays(whole)
    values = dict(enumerate(inputs))
    for call in whole.calls:
        made = execute(whole.texts[call.function], [values[v] for v in call.operands])
        values.update(zip(call.results, made, strict=True))

    results, meshes = walk(converted(name), inputs)
    program = StageProgram.from_text(outlined(name))
    assert meshes == [
        f"{device.kind}{device.index}"
        for device in (program.device_of(call.stage) for call in program.calls)
    ]
    for got, want in zip(results, (values[v] for v in whole.results), strict=True):
        assert numpy.abs(want).max() > 0
        numpy.testing.assert_allclose(got, want, rtol=1e-4, atol=1e-5)
