"""Functions of JAX as programs: any function that `jax.jit` takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy

from placement import extras
from placement.errors import InputError
from placement.frontends.jax_signature import JaxSignature, Leaves
from placement.frontends.program import Program
from placement.frontends.trees import Tree, path_of
from placement.stages import TensorType

extras.load("jax", "jax")  # Says what to install where it is missing.

import jax  # noqa: E402
from jax import export  # noqa: E402
from jax.extend.mlir import ir  # noqa: E402

# Calls back into the Python process that made the program: no other can run them.
CALLBACK = re.compile(r'call_target_name = "(\w*python\w*callback\w*)"')

TARGET = re.compile(r'call_target_name = "([^"]*)"')

# Never static: they cannot be hashed, or stand for what cannot.
_ARRAYS = (jax.Array, numpy.ndarray, numpy.generic, jax.ShapeDtypeStruct)


def trace(
    function: Callable[..., Any],
    args: Sequence[Any],
    kwargs: Mapping[str, Any] | None = None,
    *,
    weights: Sequence[int] | None = None,
    static_argnums: Sequence[int] = (),
    static_argnames: Sequence[str] = (),
    locations: bool = True,
) -> Program:
    """The program of a function for arguments of these shapes.

    Args:
        function: A function, jitted or not. Donated arguments and shardings of a
            jitted one, and its static arguments, stay what they are.
        args: Positional arguments: arrays, or `jax.ShapeDtypeStruct` in their place.
        kwargs: Keyword arguments.
        weights: Numbers of the positional arguments that hold weights; without it
            all but the last, when there are several. Everything else is an
            activation.
        static_argnums: Numbers of the static arguments of a function that is not
            jitted.
        static_argnames: Their names, where they are given by name.
        locations: Keep where each operation comes from. A training step needs it:
            its backward operations are found by their locations.

    Raises:
        InputError: The function takes arguments other than these, has effects that
            no other process can have, or an argument that is no array.
        Exception: Whatever the function itself raises while it is traced.
    """
    args, kwargs = tuple(args), dict(kwargs or {})
    if hasattr(function, "lower"):
        if static_argnums or static_argnames:
            raise InputError(
                "the function is jitted: give its static arguments to jax.jit, not here"
            )
        jitted = function
    else:
        # With keep_unused, JAX would keep dead code, too.
        jitted = jax.jit(
            function,
            static_argnums=tuple(static_argnums),
            static_argnames=tuple(static_argnames),
        )
    lowered = jitted.lower(*args, **kwargs)
    positions = _dynamic_positions(jitted, lowered, args, kwargs)
    dynamic_kwargs = lowered.args_info[1]
    static: dict[int | str, Any] = {
        number: args[number] for number in range(len(args)) if number not in positions
    }
    static |= {name: v for name, v in kwargs.items() if name not in dynamic_kwargs}

    infos = jax.tree.leaves(lowered.args_info)
    inputs = Tree.of(lowered.in_tree)
    paths = inputs.paths()
    leaves = tuple(
        _leaf_type(info, path_of(path, positions))
        for info, path in zip(infos, paths, strict=True)
    )
    for result in jax.tree.leaves(lowered.out_info):
        _leaf_type(result, "a result")
    module = lowered.compiler_ir("stablehlo")
    kept = _kept(jitted, module, len(leaves), args, kwargs)
    holders = _weight_positions(weights, len(args), positions)
    roles = ["weight" if _position(path) in holders else "activation" for path in paths]
    _set_roles(module, [roles[number] for number in kept])
    text = module.operation.get_asm(
        print_generic_op_form=True, enable_debug_info=locations
    )
    # A lambda's name has brackets of its own.
    name = getattr(function, "__name__", type(function).__name__).strip("<>")
    if found := CALLBACK.search(text):
        raise InputError(
            f"the function {name} calls back into Python ({found[1]}: jax.debug.print, "
            "pure_callback or the like), which a stage in another process cannot do"
        )
    signature = JaxSignature(
        Leaves(inputs, leaves, kept, positions),
        Tree.of(lowered.out_tree),
        static,
        tuple(sorted(holders)),
    )
    return Program(text, f"<{name}>", signature)


def _leaf_type(info: Any, path: str) -> TensorType:
    """The type of a leaf, which must be a plain array of static shape."""
    if not all(isinstance(extent, int) for extent in info.shape):
        raise InputError(f"{path} has no static shape: {info.shape}")
    if jax.dtypes.issubdtype(info.dtype, jax.dtypes.extended):
        raise InputError(
            f"{path} has elements of type {info.dtype}: take plain arrays, for a "
            "random key jax.random.key_data"
        )
    dtype = numpy.dtype(info.dtype)
    count = int(numpy.prod(info.shape, dtype=numpy.int64))
    return TensorType(tuple(info.shape), dtype, count * dtype.itemsize)


def _position(path: Sequence[Any]) -> int | None:
    """The place of a leaf among the dynamic positional arguments."""
    return path[1].idx if path[0].idx == 0 else None


def _weight_positions(
    weights: Sequence[int] | None, count: int, positions: Sequence[int]
) -> set[int]:
    """Places, among the dynamic positional arguments, of those that hold weights."""
    if weights is None:
        return set(range(len(positions) - 1))
    chosen = set()
    for number in weights:
        if not -count <= number < count:
            raise InputError(
                f"weights={tuple(weights)}: there is no argument {number}; the function "
                f"has {count} positional arguments"
            )
        number %= count
        if number not in positions:
            raise InputError(f"weights={tuple(weights)}: argument {number} is static")
        chosen.add(positions.index(number))
    return chosen


def _dynamic_positions(
    jitted: Any, lowered: Any, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> tuple[int, ...]:
    """Numbers of the positional arguments that are not static.

    JAX says only how many there are. Arrays never are static, as they cannot be
    hashed; where that doesn't settle it, each argument in doubt is replaced by an
    array, which a static one refuses to be.
    """
    everyone = tuple(range(len(args)))
    count = len(lowered.args_info[0])
    if count == len(args):
        return everyone
    doubtful = [n for n in everyone if not _holds_arrays(args[n])]
    if len(args) - len(doubtful) == count:
        return tuple(n for n in everyone if n not in doubtful)
    static = {n for n in doubtful if _refuses_array(jitted, n, args, kwargs)}
    positions = tuple(n for n in everyone if n not in static)
    if len(positions) != count:
        raise InputError(
            f"JAX takes {count} of the {len(args)} positional arguments as arrays, and "
            "it is not clear which: give the static ones by name"
        )
    return positions


def _holds_arrays(argument: Any) -> bool:
    return any(isinstance(leaf, _ARRAYS) for leaf in jax.tree.leaves(argument))


def _refuses_array(
    jitted: Any, number: int, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> bool:
    changed = [*args]
    changed[number] = numpy.zeros(())
    try:
        jitted.trace(*changed, **kwargs)
    except ValueError as error:
        return "hashable" in str(error)
    except Exception:  # The function itself does not like the array: it got it.
        return False
    return False


def _kept(
    jitted: Any,
    module: Any,
    count: int,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
) -> tuple[int, ...]:
    """Numbers of the leaves that the text's function takes."""
    taken = len(_main(module).regions[0].blocks[0].arguments)
    if taken == count:
        return tuple(range(count))
    # Only jax.export says which they are.
    targets = set(TARGET.findall(module.operation.get_asm(print_generic_op_form=True)))
    checks = [
        export.DisabledSafetyCheck.platform(),
        *(export.DisabledSafetyCheck.custom_call(target) for target in sorted(targets)),
    ]
    exported = export.export(jitted, disabled_checks=checks)(*args, **kwargs)
    return tuple(exported.module_kept_var_idx)


def _functions(module: Any) -> Iterator[Any]:
    for operation in module.body.operations:
        if operation.operation.name == "func.func":
            yield operation


def _main(module: Any) -> Any:
    """The public function of a module that JAX made."""
    for function in _functions(module):
        if ir.StringAttr(function.attributes["sym_name"]).value == "main":
            return function
    raise AssertionError("JAX made a module without main")


def _set_roles(module: Any, roles: Sequence[str]) -> None:
    """Writes `placement.role` on each argument."""
    function = _main(module)
    with module.context:
        attributes = []
        for old, role in zip(function.attributes["arg_attrs"], roles, strict=True):
            entries = {entry.name: entry.attr for entry in old}
            entries["placement.role"] = ir.StringAttr.get(role)
            attributes.append(ir.DictAttr.get(entries))
        function.attributes["arg_attrs"] = ir.ArrayAttr.get(attributes)
