"""ONNX models as programs, by way of IREE's importer and torch-mlir's passes.

What comes out is linalg on plain tensors, which IREE runs. Initializers become
arguments of the program, so that stages hold only their own, and the model brings
their values along. Names of nodes get lost on the way; those of inputs and outputs
do not.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy

from placement import _core, extras
from placement.errors import InputError
from placement.frontends.program import Program, check_array
from placement.stages import TensorType

extras.load("onnx", "onnx")  # Says what to install where it is missing.

import onnx  # noqa: E402
from onnx import numpy_helper  # noqa: E402

TO_LINALG = (
    "builtin.module(torch-onnx-to-torch-backend-pipeline,"
    "torch-backend-to-linalg-on-tensors-backend-pipeline,canonicalize,cse)"
)
LIMIT_SECONDS = 600

_FLOATS = (
    onnx.TensorProto.FLOAT,
    onnx.TensorProto.FLOAT16,
    onnx.TensorProto.BFLOAT16,
    onnx.TensorProto.DOUBLE,
)
# Other initializers than floats are weights from this size on; smaller ones are
# shapes, axes and the like, which the importer has to know.
_LARGE = 1024
# Operations whose floats say what shape they make.
_SHAPED_BY_FLOATS = ("Resize", "Upsample")


@dataclass(frozen=True)
class OnnxSignature:
    """Inputs in order or by name, and a dict of outputs.

    Attributes:
        inputs: Name of each input.
        outputs: Name of each output.
        types: Type of each input, then of each initializer that is an argument.
        initializers: Name -> value of each of those, in order.
    """

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    types: tuple[TensorType, ...]
    initializers: Mapping[str, numpy.ndarray]

    def flatten(
        self, args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> list[numpy.ndarray]:
        if len(args) > len(self.inputs):
            raise InputError(
                f"the model takes {len(self.inputs)} inputs, not {len(args)}"
            )
        given = dict(zip(self.inputs, args, strict=False))
        for name, value in kwargs.items():
            if name not in self.inputs:
                raise InputError(
                    f"the model has no input '{name}'; it has: {', '.join(self.inputs)}"
                )
            if name in given:
                raise InputError(f"input '{name}' is given twice")
            given[name] = value
        arrays = []
        for name, wanted in zip(self.inputs, self.types, strict=False):
            if name not in given:
                raise InputError(f"input '{name}' is missing")
            arrays.append(check_array(given[name], wanted, f"input '{name}'"))
        return arrays + list(self.initializers.values())

    def flatten_weights(self, weights: Sequence[Any]) -> list[numpy.ndarray]:
        if weights:
            raise InputError("an ONNX model brings its own weights: give none")
        return list(self.initializers.values())

    def flatten_sample(self, sample: Any) -> list[numpy.ndarray]:
        if isinstance(sample, Mapping):
            flat = self.flatten((), sample)
        else:
            alone = not isinstance(sample, (tuple, list))
            flat = self.flatten((sample,) if alone else sample, {})
        return flat[: len(self.inputs)]

    def unflatten(self, results: Sequence[numpy.ndarray]) -> dict[str, numpy.ndarray]:
        return dict(zip(self.outputs, results, strict=True))

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": "onnx",
            "inputs": list(self.inputs),
            "outputs": list(self.outputs),
            "types": [[list(t.shape), t.dtype.name, t.nbytes] for t in self.types],
            "initializers": list(self.initializers),
        }

    def arrays(self) -> list[numpy.ndarray]:
        return list(self.initializers.values())

    @staticmethod
    def from_json(
        data: Mapping[str, Any], arrays: Sequence[numpy.ndarray]
    ) -> OnnxSignature:
        types = tuple(
            TensorType(tuple(shape), numpy.dtype(name), nbytes)
            for shape, name, nbytes in data["types"]
        )
        weights = types[len(data["inputs"]) :]
        return OnnxSignature(
            tuple(data["inputs"]),
            tuple(data["outputs"]),
            types,
            {
                # numpy stores elements of ml_dtypes without their name.
                name: array.view(wanted.dtype)
                for name, array, wanted in zip(
                    data["initializers"], arrays, weights, strict=True
                )
            },
        )


def read(path: str | os.PathLike[str]) -> Program:
    """The program of an ONNX file.

    Raises:
        InputError: The file is no valid model, an input has no static shape, or
            the importer does not know an operation.
        MissingExtraError: IREE's compiler is not installed.
    """
    extras.load("iree.compiler", "onnx")
    name = os.fspath(path)
    try:
        model = onnx.load(name)
        onnx.checker.check_model(model)
    except OSError as error:
        raise InputError(f"{name}: {error.strerror or error}") from None
    except Exception as error:  # protobuf's and onnx's own kinds.
        first = str(error).strip().partition("\n")[0]
        raise InputError(f"{name}: this is no valid ONNX model: {first}") from None
    initializers = _take_initializers(model)
    count = len(model.graph.input) - len(initializers)
    types = [_type(value, name) for value in model.graph.input]
    linalg = _to_linalg(model, name)
    listed = ",".join(str(count + number) for number in range(len(initializers)))
    option = f"weights={listed}" if listed else ""
    text, _ = _core.run_pipeline(
        linalg, f"placement-set-roles{{{option}}}", source=name
    )
    signature = OnnxSignature(
        tuple(value.name for value in model.graph.input[:count]),
        tuple(value.name for value in model.graph.output),
        tuple(types),
        initializers,
    )
    return Program(text, name, signature, backend="iree")


def _take_initializers(model: Any) -> dict[str, numpy.ndarray]:
    """Turns weights among the initializers into inputs behind the others; returns
    their values."""
    graph = model.graph
    needed = {
        name
        for node in graph.node
        if node.op_type in _SHAPED_BY_FLOATS
        for name in node.input[1:]
    }
    taken, left = {}, []
    for tensor in graph.initializer:
        array = numpy_helper.to_array(tensor)
        is_float = tensor.data_type in _FLOATS and array.ndim > 0
        if (is_float or array.nbytes >= _LARGE) and tensor.name not in needed:
            taken[tensor.name] = (array, tensor.data_type)
        else:
            left.append(tensor)
    # Old models list initializers among the inputs, too.
    own = {tensor.name for tensor in graph.initializer}
    inputs = [value for value in graph.input if value.name not in own]
    weights = [
        onnx.helper.make_tensor_value_info(name, element, array.shape)
        for name, (array, element) in taken.items()
    ]
    del graph.initializer[:], graph.input[:]
    graph.initializer.extend(left)
    graph.input.extend(inputs + weights)
    return {name: array for name, (array, _) in taken.items()}


def _type(value: Any, name: str) -> TensorType:
    """The type of an input."""
    tensor = value.type.tensor_type
    if not value.type.HasField("tensor_type") or not tensor.HasField("shape"):
        raise InputError(f"{name}: input '{value.name}' is no tensor of known rank")
    for extent in tensor.shape.dim:
        if not extent.HasField("dim_value"):
            raise InputError(
                f"{name}: input '{value.name}' has no static shape: its dimension "
                f"'{extent.dim_param or '?'}' must be fixed "
                "(onnx.tools.update_model_dims, or in the program that exports)"
            )
    shape = tuple(extent.dim_value for extent in tensor.shape.dim)
    dtype = numpy.dtype(onnx.helper.tensor_dtype_to_np_dtype(tensor.elem_type))
    return TensorType(shape, dtype, int(numpy.prod(shape)) * dtype.itemsize)


def _to_linalg(model: Any, name: str) -> str:
    """The model in linalg, in generic form."""
    from iree.compiler.tools.binaries import find_tool

    with tempfile.TemporaryDirectory(prefix="placement-") as folder:
        source, imported = Path(folder) / "model.onnx", Path(folder) / "model.mlir"
        onnx.save(model, source)
        importer = [sys.executable, "-m", "iree.compiler.tools.import_onnx"]
        _call([*importer, str(source), "-o", str(imported)], name)
        passes = f"--pass-pipeline={TO_LINALG}"
        generic = "--mlir-print-op-generic"
        return _call([find_tool("iree-opt"), str(imported), passes, generic], name)


def _call(command: Sequence[str], name: str) -> str:
    """Standard output of a program of IREE's."""
    try:
        run = subprocess.run(
            command,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=LIMIT_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise InputError(
            f"{name}: IREE did not import the model within {LIMIT_SECONDS} seconds"
        ) from None
    if run.returncode:
        lines = [line for line in run.stderr.splitlines() if line.strip()]
        errors = [line for line in lines if "error:" in line or "Error:" in line]
        reason = (errors or lines or [f"status {run.returncode}"])[0]
        # Positions are those of a file that is gone.
        reason = reason.partition("error: ")[2] or reason
        raise InputError(f"{name}: IREE cannot import the model: {reason}")
    return run.stdout
