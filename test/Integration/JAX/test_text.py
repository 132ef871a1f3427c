"""Programs that come as text, artifacts and files."""

import io

import numpy
import placement
import pytest
from placement.frontends import text as front_end

PRETTY = """
module @jit_f {
  func.func public @main(%w: tensor<4x4xf32>, %x: tensor<4x4xf32>) -> tensor<4x4xf32> {
    %0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
    %1 = stablehlo.tanh %0 : tensor<4x4xf32>
    return %1 : tensor<4x4xf32>
  }
}
"""

LINALG = """
func.func @main(%w: tensor<4x4xf32>, %x: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<4x4xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<4x4xf32>) -> tensor<4x4xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<4x4xf32>, tensor<4x4xf32>)
    outs(%start : tensor<4x4xf32>) -> tensor<4x4xf32>
  %1 = math.tanh %0 : tensor<4x4xf32>
  return %1 : tensor<4x4xf32>
}
"""


@pytest.fixture(scope="module")
def lowered(jax):
    def function(w, x):
        return jax.numpy.tanh(x @ w)

    return jax.jit(function).lower(*[numpy.ones((4, 4), "f")] * 2)


def expect_tanh(source, **options):
    generator = numpy.random.default_rng(3)
    w, x = (generator.standard_normal((4, 4), numpy.float32) for _ in range(2))
    placed = placement.place(source, **options)
    (result,) = placed(w, x)
    assert isinstance(result, numpy.ndarray)
    assert numpy.allclose(result, numpy.tanh(x @ w), atol=1e-6)
    return placed


def test_generic_text(lowered):
    module = lowered.compiler_ir("stablehlo").operation
    expect_tanh(module.get_asm(print_generic_op_form=True))


def test_pretty_text(lowered):
    expect_tanh(PRETTY)
    expect_tanh(lowered.as_text())
    placed = expect_tanh(lowered.as_text(debug_info=True))
    assert "tanh" in placed.as_text("input").split("#loc", 1)[1]


def test_artifact(lowered, jax):
    exported = jax.export.export(jax.jit(lambda w, x: jax.numpy.tanh(x @ w)))
    struct = jax.ShapeDtypeStruct((4, 4), "float32")
    whole = exported(struct, struct)
    expect_tanh(whole.mlir_module_serialized)
    assert expect_tanh(whole).program.name == "<lambda>"


def test_files(lowered, tmp_path, jax):
    path = tmp_path / "model.mlir"
    path.write_text(PRETTY)
    placed = expect_tanh(path)
    assert placed.program.name == str(path)
    expect_tanh(str(path))
    artifact = tmp_path / "model.mlirbc"
    exported = jax.export.export(jax.jit(lambda w, x: jax.numpy.tanh(x @ w)))
    struct = jax.ShapeDtypeStruct((4, 4), "float32")
    artifact.write_bytes(exported(struct, struct).mlir_module_serialized)
    expect_tanh(artifact)


def test_linalg_is_placed():
    placed = placement.place(LINALG)
    assert placed.plan.status == "optimal"
    assert "linalg.matmul" in placed.stages.texts["main_stage0"]


def test_roles_of_arguments():
    def roles(**options):
        placed = placement.place(PRETTY, **options)
        return "".join(a.role[0] for a in placed.stages.arguments)

    # Without a word about them the last argument is the activation.
    assert roles() == "wa"
    assert roles(weights=(1,)) == "aw"
    assert roles(weights=()) == "aa"
    with pytest.raises(placement.InputError, match="there is no argument 2"):
        roles(weights=(2,))


def test_wrong_arguments():
    placed = placement.place(PRETTY)
    good = numpy.ones((4, 4), "f")
    with pytest.raises(placement.InputError, match="takes 2 arguments, not 1"):
        placed(good)
    with pytest.raises(placement.InputError, match="no argument by name, and got 'x'"):
        placed(good, x=good)
    with pytest.raises(placement.InputError, match=r"argument 1 is float64\[4,4\]"):
        placed(good, numpy.ones((4, 4)))
    with pytest.raises(placement.InputError, match=r"argument 0 is float64\[\]"):
        placed(1.0, good)


def test_a_text_takes_no_example_arguments():
    with pytest.raises(placement.InputError, match="args is for functions"):
        placement.place(PRETTY, (1, 2))
    with pytest.raises(placement.InputError, match="static_argnums is for functions"):
        placement.place(PRETTY, static_argnums=(1,))


def test_foreign_bytecode_is_refused(lowered):
    file = io.BytesIO()
    lowered.compiler_ir("stablehlo").operation.write_bytecode(file)
    with pytest.raises(placement.InputError, match="bytecode by 'MLIR.*generic form"):
        front_end.read(file.getvalue())


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (b"", "there is nothing in it"),
        ("\n", "there is nothing in it"),
        (b"HloModule jit_f", "this is HLO text: convert it"),
        ("HloModule jit_f {\n}", "this is HLO text"),
        (b"PK\x03\x04", "a zip file"),
        (b"\x7fELF", "a compiled program"),
        (b"\xff\xfe\x00", "neither text nor MLIR bytecode"),
        (b"ML\xefR\rStableHLO_v1.0.0\x00broken", "cannot read this artifact"),
        ("no/such/file.mlir", "no/such/file.mlir: No such file"),
        ("module { func.func @main( }", "<text>:1:.*expected"),
        ("module {\n %0 = stablehlo.foo %1\n}", "'stablehlo.foo' is unknown"),
        ("hello {\n}", "<text>:1:1: error"),
    ],
)
def test_what_is_no_program(source, message, jax):
    with pytest.raises(placement.InputError, match=message):
        front_end.read(source)


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(placement.InputError, match="directory"):
        front_end.read(tmp_path)
