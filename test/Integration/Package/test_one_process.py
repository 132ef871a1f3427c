"""Other packages with an MLIR of their own live in the same process."""

import itertools
import subprocess
import sys

import pytest

USES = {
    "placement": """
import placement
text = '''func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = "stablehlo.tanh"(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}'''
assert "func.func" in placement.run_pipeline(text, "placement-pipeline")[0]
""",
    "jax": """
import jax, jax.numpy as jnp
assert float(jax.jit(lambda x: jnp.tanh(x) + 1)(0.0)) == 1
assert "stablehlo" in jax.jit(jnp.sin).lower(1.0).as_text()
""",
    "iree.compiler": """
import iree.compiler as compiler
assert compiler.compile_str(
    "func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> { return %x : tensor<4xf32> }",
    target_backends=["vmvx"])
import iree.compiler.ir as ir
with ir.Context() as context:
    assert str(ir.Module.parse("module {}"))
""",
}


@pytest.mark.parametrize("order", list(itertools.permutations(USES)), ids=", ".join)
def test_import_order(order, need):
    for name in order:
        need(name)
    # Twice: what one initialises must not break another's second use.
    program = "".join(USES[name] for name in order * 2)
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120
    )
    assert run.returncode == 0, run.stderr
