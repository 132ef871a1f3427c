"""jaxlib's own parser and verifier take what the pass writes, and refuse what a
pass could get wrong.
"""

import re

import numpy
import placement
import pytest
from mpmd_programs import ALL, FORMS, MACHINE, converted, outlined, verify
from placement.stages import StageProgram


@pytest.fixture(autouse=True, scope="module")
def jax(need):
    return need("jax")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ALL)
def test_accepted(name, form):
    text = verify(converted(name, form))
    program = StageProgram.from_text(outlined(name))
    # Pretty form: what was opaque here has become operations and types there.
    operation = {
        "fragment-calls": r"mpmd\.fragment_call<mesh=",
        "fragments": r"mpmd\.fragment<mesh=",
        "named-computations": r"mpmd\.named_computation<",
    }[form]
    assert len(re.findall(operation, text)) == len(program.calls)
    assert "placement" not in text


@pytest.mark.parametrize("name", ALL)
def test_transfers(name):
    """Every hand-over between devices is a transfer, and nothing else is, except
    arguments that several meshes use."""
    program = StageProgram.from_text(outlined(name))
    between = [t for t in program.transfers if "host" not in (t.source, t.target)]
    shared = 0
    for number in range(len(program.arguments)):
        stages = [call.stage for call in program.consumers(number)]
        shared += max(len({program.device_of(s) for s in stages}) - 1, 0)
    text = verify(converted(name))
    assert text.count("mpmd.transfer ") == len(between) + shared


def replaced(text, old, new, count=1):
    assert old in text
    return text.replace(old, new, count)


def call_of_other_mesh(text):
    return replaced(text, 'mesh_name = "acc1"', 'mesh_name = "acc0"')


def mesh_without_topology(text):
    return replaced(text, '<"acc1" :', '<"acc9" :')


def no_topology(text):
    return replaced(text, "topology = #mpmd.topology", "topologie = #mpmd.topology")


def other_mesh_shape(text):
    return replaced(
        text, 'mesh_shape = #sdy.mesh<["x"=1]>', 'mesh_shape = #sdy.mesh<["x"=2]>'
    )


def no_mesh_shape(text):
    return replaced(text, "mesh_shape = #sdy.mesh", "shape = #sdy.mesh")


def other_tensor_sent(text):
    transfer = re.search(r'%\S+ = ("mpmd.transfer".* -> .*tensor<)', text)
    wrong = f"%wrong = {transfer.group(1)}7xf32>>\n"
    return text[: transfer.start()] + wrong + text[transfer.start() :]


def missing_stage(text):
    return replaced(text, "callee = @main_stage1", "callee = @main_stage9")


def other_stage(text):
    return replaced(text, "callee = @main_stage1", "callee = @main_stage0")


def plain_origin(text):
    return replaced(text, '#mpmd.user_origin<"stage0">', '"stage0"')


def value_of_other_mesh(text):
    """What a transfer brings is taken from where it was."""
    transfer = re.search(
        r'(%\S+) = "mpmd.transfer"\((%\S+)\) : \((.*?)\) -> (\S+ .*?>>)', text
    )
    result, operand = transfer.group(1), transfer.group(2)
    after = text[transfer.end() :]
    return text[: transfer.end()] + re.sub(
        rf"{re.escape(result)}(?=[,)])", operand, after, count=1
    )


def no_meshes(text):
    return re.sub(r"topology<.*>>>", "topology<>", text, count=1)


# From corruptions of the fragment form to what the verifier says of them.
WRONG = {
    call_of_other_mesh: "expected the mesh name of the operand to match that of the "
    "fragment op: acc1 != acc0",
    mesh_without_topology: "Topology doesn't have a mesh with name: acc1",
    no_topology: "Function does not have a topology attribute: main",
    other_mesh_shape: "Expected mesh of fragment call and callee function to match",
    no_mesh_shape: "Function does not have a mesh_shape attribute: main_stage0",
    other_tensor_sent: "global tensor types are different",
    missing_stage: "does not reference a valid function",
    other_stage: "must match the number of",
    plain_origin: "attribute 'origin' failed to satisfy constraint",
    value_of_other_mesh: "use of value '%\\S+' expects different type",
    no_meshes: "failed to parse Mpmd_Topology parameter 'meshes'",
}


@pytest.mark.parametrize("corrupt", WRONG, ids=lambda f: f.__name__)
def test_refused(corrupt):
    text = converted("bert_tiny")
    verify(text)
    wrong = corrupt(text)
    assert wrong != text
    with pytest.raises(Exception, match=WRONG[corrupt]):
        verify(wrong)


def test_refused_sharding():
    text = replaced(converted("mixed"), '<["x"=2]>>, <"cpu0"', '<["z"=2]>>, <"cpu0"')
    with pytest.raises(Exception, match="unknown axis name"):
        verify(text)


@pytest.mark.parametrize("form", ["fragments", "named-computations"])
def test_refused_regions(form):
    """A region returns the types of the operation's results."""
    text = converted("pieces", form)
    returned = re.search(r'"mpmd.return"\(%\S+\)', text).group()
    message = "number of returned values must match the number of results"
    with pytest.raises(Exception, match=message):
        verify(
            replaced(
                text,
                returned + " : (tensor<4xf32>)",
                '"mpmd.return"() : ()',
            )
        )


@pytest.mark.parametrize("form", ["mpmd", "mpmd-named"])
def test_from_python(form):
    """What `placement.place` prints."""

    def layers(weights, x):
        for weight in weights:
            x = x @ weight
        return x

    weights = [numpy.ones((64, 64), "float32")] * 4
    arguments = weights, numpy.ones((8, 64), "float32")
    placed = placement.place(layers, arguments, machine_file=MACHINE)
    text = verify(placed.as_text(form))
    operation = "named_computation<" if form == "mpmd-named" else "fragment_call<"
    assert text.count(f"mpmd.{operation}") == len(placed.stages.stages) > 1
