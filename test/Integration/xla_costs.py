"""Compares the work that placement-annotate-costs counts with XLA's own count.

Each case is a small jax function. XLA's numbers come from
`Lowered.cost_analysis()`, which runs HloCostAnalysis on the program as jax
lowered it; ours from the summary remark on the same program in generic form.
Products and convolutions are also counted in linalg, as jaxlib converts them:
padding, dilations and groups take quite another form there.

usage: xla_costs.py PLACEMENT_OPT [-v]
"""

import dataclasses
import functools
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable

os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp
from jax import lax
from jaxlib.mlir import ir
from jaxlib.mlir._mlir_libs import _stablehlo
from jaxlib.mlir.passmanager import PassManager

# Goes into every module, in the generic form that the rest is in.
MACHINE = """
"placement.machine"() <{sym_name = "m"}> ({
  "placement.device_kind"() <{kind = "acc", count = 1 : i64, roofline =
    #placement.roofline<peak = {f32 = 1.0e12 : f64}, bandwidth = 1.0e12>}>
    : () -> ()
}) : () -> ()
"""
REMARK = re.compile(r"remark: priced .*?: (\d+) flops, (\d+) transcendentals")


@dataclasses.dataclass
class Case:
    name: str
    function: Callable
    shapes: list
    dtype: object = jnp.float32
    # Where docs/CostModels.md says that the two differ: ours as a multiple of
    # XLA's, and flops that XLA folds away while it reads the program
    # (multiplications by one, arithmetic on constants).
    factor: float = 1.0
    folded: int = 0
    # Whether linalg counts the same: reductions don't, since there every element
    # is combined with an initial value.
    linalg: bool = False

    def lower(self):
        arguments = [
            shape
            if isinstance(shape, jax.ShapeDtypeStruct)
            else jax.ShapeDtypeStruct(shape, self.dtype)
            for shape in self.shapes
        ]
        return jax.jit(self.function).lower(*arguments)


def ints(*shape):
    return jax.ShapeDtypeStruct(shape, jnp.int32)


def bools(*shape):
    return jax.ShapeDtypeStruct(shape, jnp.bool_)


CASES = []


def case(name, function, *shapes, **options):
    CASES.append(Case(name, function, list(shapes), **options))


def product(name, function, *shapes, **options):
    case(name, function, *shapes, linalg=True, **options)


def conv(strides=(1, 1), padding="VALID", layout=("NHWC", "HWIO", "NHWC"), **options):
    return functools.partial(
        lax.conv_general_dilated,
        window_strides=strides,
        padding=padding,
        dimension_numbers=layout,
        **options,
    )


# Elementwise.
for unary in [
    "abs",
    "ceil",
    "cbrt",
    "cos",
    "exp",
    "expm1",
    "floor",
    "is_finite",
    "log",
    "log1p",
    "logistic",
    "neg",
    "round",
    "rsqrt",
    "sign",
    "sin",
    "sqrt",
    "tan",
    "tanh",
]:
    case(unary, getattr(lax, unary), (5, 7))
for binary in ["add", "atan2", "div", "max", "min", "mul", "pow", "rem", "sub"]:
    case(binary, getattr(lax, binary), (5, 7), (5, 7))
for binary in ["bitwise_and", "bitwise_or", "bitwise_xor", "shift_left"]:
    case(binary, getattr(lax, binary), ints(6), ints(6))
case("population_count", lax.population_count, ints(6))
case("clz", lax.clz, ints(6))
case("integer_pow", lambda x: x**3, (9,))
case("compare", lax.lt, (5, 7), (5, 7))
case("select", lambda c, x, y: lax.select(c, x, y), bools(4, 4), (4, 4), (4, 4))
case("clamp", lambda x: jnp.clip(x, 0, 1), (4, 4))
case("convert", lambda x: x.astype(jnp.bfloat16), (4, 4))
case("reduce_precision", lambda x: lax.reduce_precision(x, 8, 7), (4, 4))
case("complex", lambda x, y: lax.abs(lax.complex(x, y)), (4, 4), (4, 4))
case("gelu", jax.nn.gelu, (16, 32))
case("silu", jax.nn.silu, (16, 32))
case("softmax", jax.nn.softmax, (16, 32))
case("layer_norm", lambda x: jax.nn.standardize(x), (16, 32))

# Products.
product("matmul", jnp.matmul, (32, 48), (48, 16))
product("matvec", jnp.matmul, (32, 48), (48,))
product("inner", jnp.inner, (48,), (48,))
product("outer", jnp.outer, (48,), (16,))
product("batch_matmul", jnp.matmul, (3, 4, 8, 16), (3, 4, 16, 5))
product("einsum", lambda a, b: jnp.einsum("bthd,bshd->bhts", a, b), *[(2, 9, 3, 8)] * 2)
product("two_contracted", lambda a, b: jnp.tensordot(a, b, 2), (5, 6, 7), (6, 7, 3))
product("int_matmul", jnp.matmul, ints(8, 8), ints(8, 8))
product("bf16_matmul", jnp.matmul, (8, 8), (8, 8), dtype=jnp.bfloat16)
product(
    "gradient_of_matmul",
    jax.grad(lambda w, x: jnp.tanh(x @ w).sum()),
    (8, 4),
    (6, 8),
    folded=24,
)

# Convolutions.
product("conv_valid", conv(), (2, 12, 13, 3), (3, 4, 3, 8))
product("conv_same", conv(padding="SAME"), (2, 12, 13, 3), (3, 4, 3, 8))
product("conv_stride", conv((2, 3), "SAME"), (2, 12, 13, 3), (5, 4, 3, 8))
product("conv_stem", conv((2, 2), "SAME"), (1, 56, 56, 3), (7, 7, 3, 16))
product("conv_pad", conv((1, 2), [(3, 0), (1, 5)]), (1, 9, 9, 2), (3, 3, 2, 4))
product("conv_crop", conv((1, 1), [(-1, 2), (0, -2)]), (1, 9, 9, 2), (3, 3, 2, 4))
product(
    "conv_dilated",
    conv(padding="SAME", rhs_dilation=(2, 3)),
    *[(1, 14, 15, 2), (3, 3, 2, 4)],
)
product(
    "conv_transposed",
    conv(padding=[(2, 2), (2, 1)], lhs_dilation=(2, 3)),
    *[(1, 7, 6, 2), (3, 4, 2, 4)],
)
product(
    "conv_everything",
    conv((3, 2), [(4, 3), (1, 6)], lhs_dilation=(2, 3), rhs_dilation=(3, 2)),
    (2, 7, 9, 4),
    (3, 4, 4, 6),
)
product(
    "conv_groups",
    conv(padding="SAME", feature_group_count=4),
    (1, 8, 8, 8),
    (3, 3, 2, 12),
)
product(
    "conv_depthwise",
    conv((2, 2), "SAME", feature_group_count=8),
    (1, 9, 9, 8),
    (3, 3, 1, 8),
)
product("conv_batch_groups", conv(batch_group_count=2), (4, 8, 8, 3), (3, 3, 3, 6))
product(
    "conv_nchw", conv(layout=("NCHW", "OIHW", "NCHW")), (2, 3, 12, 13), (8, 3, 3, 4)
)
product("conv_1d", conv((2,), "SAME", ("NWC", "WIO", "NWC")), (2, 31, 3), (5, 3, 8))
product(
    "conv_3d",
    conv((1, 2, 1), "SAME", ("NDHWC", "DHWIO", "NDHWC")),
    (1, 5, 6, 7, 2),
    (3, 3, 3, 2, 4),
)
product("conv_pointwise", conv(), (2, 12, 13, 16), (1, 1, 16, 8))
product("conv_whole_image", conv(), (2, 7, 7, 4), (7, 7, 4, 8))
product(
    "gradients_of_conv",
    jax.grad(lambda w, x: (conv((2, 2), "SAME")(x, w) ** 2).sum(), argnums=(0, 1)),
    (3, 3, 3, 8),
    (2, 11, 12, 3),
    folded=2 * 6 * 6 * 8,
)

# Reductions and windows.
case("sum", lambda x: x.sum(), (7, 9))
case("sum_axis", lambda x: x.sum(1), (7, 9, 4))
case("max_axis", lambda x: x.max(0), (7, 9))
case("argmax", lambda x: jnp.argmax(x, 1), (7, 9))
case("mean_variance", lambda x: (x.mean(), x.var()), (7, 9), folded=1)
case("logsumexp", lambda x: jax.nn.logsumexp(x, 1), (7, 9))
case("all", lambda x: x.all(), bools(7, 9))


def pool(init, operation, padding):
    return lambda x: lax.reduce_window(
        x, init, operation, (1, 3, 3, 1), (1, 2, 2, 1), padding
    )


case("max_pool_valid", pool(-jnp.inf, lax.max, "VALID"), (1, 13, 13, 4))
case("sum_pool_valid", pool(0.0, lax.add, "VALID"), (1, 13, 13, 4))
# XLA counts taps on padding here (and in cumsum), though not in convolutions.
case(
    "max_pool_same",
    pool(-jnp.inf, lax.max, "SAME"),
    (1, 13, 13, 4),
    factor=(19 * 19 - 49) / (49 * 8),
)
case(
    "gradient_of_max_pool",
    jax.grad(lambda x: pool(-jnp.inf, lax.max, "VALID")(x).sum()),
    (1, 13, 13, 4),
)
case("cumsum", lambda x: jnp.cumsum(x, 1), (4, 16), factor=0.5)
case("sort", lambda x: jnp.sort(x, 1), (4, 16))
case("argsort", lambda x: jnp.argsort(x), (100,))

# Data movement.
case("transpose", lambda x: x.T, (5, 7))
case("reshape", lambda x: x.reshape(35), (5, 7))
case("broadcast", lambda x: jnp.broadcast_to(x, (3, 5, 7)), (5, 7))
case("concatenate", lambda x, y: jnp.concatenate([x, y], 1), (5, 7), (5, 2))
case("pad", lambda x: jnp.pad(x, 2), (5, 7))
case("slice", lambda x: x[1:4:2, 2:], (5, 7))
case("reverse", lambda x: x[::-1], (5, 7))
case("iota", lambda: jnp.arange(10))
case("dynamic_slice", lambda x, i: lax.dynamic_slice(x, (i, i), (2, 2)), (5, 7), ints())
case(
    "dynamic_update",
    lambda x, u, i: lax.dynamic_update_slice(x, u, (i, i)),
    (5, 7),
    (2, 2),
    ints(),
)
case("gather", lambda x, i: x[i], (50, 8), ints(6))
case("embedding", lambda x, i: jnp.take(x, i, axis=0), (50, 8), ints(2, 6))
case("scatter_add", lambda x, i, u: x.at[i].add(u), (50, 8), ints(6), (6, 8))
case("scatter_set", lambda x, i, u: x.at[i].set(u), (50, 8), ints(6), (6, 8))

# Linear algebra and the like, as far as it is one op.
case("fft", lambda x: jnp.fft.fft(x), (4, 32), dtype=jnp.complex64)
case("fft2", lambda x: jnp.fft.fft2(x), (4, 8, 16), dtype=jnp.complex64)

# Control flow; XLA counts one iteration of any loop, we as many as are known.
case("cond", lambda p, x: lax.cond(p, lambda v: v @ v, jnp.sin, x), bools(), (8, 8))
case(
    "switch",
    lambda i, x: lax.switch(i, [jnp.sin, lambda v: v @ v, lambda v: v + 1], x),
    ints(),
    (8, 8),
)
case(
    "while", lambda x: lax.while_loop(lambda v: v[0, 0] < 9, lambda v: v @ v, x), (8, 8)
)
case(
    "fori_loop", lambda x: lax.fori_loop(3, 10, lambda i, v: v @ v, x), (8, 8), factor=7
)
case(
    "scan",
    lambda x: lax.scan(lambda c, v: (c @ v, c.sum()), x[0], x),
    (5, 8, 8),
    factor=5,
)
case("call", lambda x: jax.jit(jnp.tanh)(jax.jit(lambda v: v + v)(x)), (8, 8))

# Whole layers.
case(
    "attention",
    lambda q, k, v: jax.nn.softmax(q @ k.T / 8.0) @ v,
    *[(32, 64)] * 3,
)
case(
    "training_step",
    lambda w, x: w - 0.1 * jax.grad(lambda p: jax.nn.relu(x @ p).mean())(w),
    (16, 8),
    (4, 16),
    folded=1,
)


def count(program, module):
    """Our flops, transcendentals and guesses for a module in generic form."""
    head, body = module.split("({", 1)
    with tempfile.NamedTemporaryFile("w", suffix=".mlir") as file:
        file.write(head + "({" + MACHINE + body)
        file.flush()
        passes = ["--placement-inline", "--placement-annotate-costs=machine=m"]
        run = subprocess.run(
            [program, file.name, *passes, "-o", os.devnull],
            capture_output=True,
            text=True,
        )
    found = REMARK.search(run.stderr)
    if run.returncode != 0 or not found:
        raise RuntimeError(run.stderr + module)
    guesses = [line for line in run.stderr.splitlines() if "is an estimate" in line]
    return int(found.group(1)), int(found.group(2)), guesses


LINALG = "builtin.module(stablehlo-legalize-to-linalg,canonicalize,cse)"


def to_linalg(module, text):
    """The module in linalg, in generic form."""
    with module.context:
        converted = ir.Module.parse(text)
        PassManager.parse(LINALG).run(converted.operation)
        return converted.operation.get_asm(print_generic_op_form=True)


def close(ours, theirs):
    return abs(ours - theirs) <= 1e-6 * max(abs(theirs), 1)


def main():
    program, verbose = sys.argv[1], "-v" in sys.argv
    _stablehlo.register_stablehlo_passes()
    differing = linalg = 0
    for test in CASES:
        lowered = test.lower()
        module = lowered.compiler_ir("stablehlo")
        text = module.operation.get_asm(print_generic_op_form=True)
        cost = lowered.cost_analysis()
        expected = (
            cost.get("flops", 0.0) * test.factor + test.folded,
            cost.get("transcendentals", 0.0) * test.factor,
        )
        *ours, guesses = count(program, text)
        agree = all(close(a, b) for a, b in zip(ours, expected, strict=True))
        if agree and test.linalg:
            *ours, guesses = count(program, to_linalg(module, text))
            agree = all(close(a, b) for a, b in zip(ours, expected, strict=True))
            linalg += 1
        if not agree or verbose:
            print(
                f"{'ok' if agree else 'DIFFERS'} {test.name}: ours {ours}, XLA {expected}"
            )
            for guess in guesses:
                print("   ", guess)
        if not agree:
            differing += 1
            print(text)
    print(f"{len(CASES) - differing} of {len(CASES)} cases agree with XLA,")
    print(f"{linalg} of them in linalg, too")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
