"""Runs StableHLO text through JAX's public interface.

A dummy function of the right shapes is exported and its serialized module
replaced by the program: what `jax.export` would have deserialized from a file.
"""

import dataclasses
import re
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy
from jax import export
from jaxlib.mlir.dialects import stablehlo

# Old enough for every StableHLO operation of the models, and a version that
# jax.export accepts.
VERSION = "1.13.0"
ELEMENTS = {"f32": "float32", "i32": "int32", "i1": "bool"}


class Tensor(NamedTuple):
    shape: tuple[int, ...]
    element: str

    def aval(self):
        return jax.ShapeDtypeStruct(self.shape, numpy.dtype(ELEMENTS[self.element]))


def tensors(text):
    """The tensor types in a text, in order."""
    found = re.findall(r"tensor<((?:\d+x)*)(\w+)>", text)
    return [Tensor(tuple(map(int, dims.split("x")[:-1])), name) for dims, name in found]


def signature(function):
    """Types of arguments and results of a function in generic form."""
    match = re.search(
        r"function_type = \((.*?)\) -> (.*?), (?:res_attrs|sym_name)", function
    )
    return tensors(match.group(1)), tensors(match.group(2))


def functions(module):
    """Name -> text of each function of a module in generic form, in order.

    The printer indents functions of the module by two and everything in them by
    more, so a function ends at the first line that closes at its own depth.
    """
    parts = re.findall(r'^  "func\.func"\(\).*?^  \}\).*?$', module, re.M | re.S)
    return {re.search(r'sym_name = "([^"]*)"', part).group(1): part for part in parts}


def load(module, function):
    """A callable for `module`, whose public function has the text `function`."""
    arguments, results = signature(function)

    def dummy(*_):
        return [jnp.zeros(t.shape, t.aval().dtype) for t in results]

    exported = export.export(jax.jit(dummy, keep_unused=True))(
        *[t.aval() for t in arguments]
    )
    blob = stablehlo.serialize_portable_artifact_str(module, VERSION)
    return jax.jit(dataclasses.replace(exported, mlir_module_serialized=blob).call)


def load_alone(function):
    """A callable for one function that calls no other, under the name `main`."""
    text = re.sub(r'sym_name = "[^"]*"', 'sym_name = "main"', function, count=1)
    text = text.replace('sym_visibility = "private"', 'sym_visibility = "public"', 1)
    module = f'"builtin.module"() ({{\n{text}\n}}) : () -> ()'
    return load(module, text)


def weights(placed):
    """Numbers of the arguments of `main` that are weights."""
    main = functions(placed)["main"]
    listed = re.search(r"arg_attrs = \[(.*?)\], function_type", main)[1]
    return [
        number
        for number, attributes in enumerate(re.findall(r"\{.*?\}", listed))
        if 'placement.role = "weight"' in attributes
    ]
