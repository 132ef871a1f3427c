"""Runs stages with JAX.

An artifact is the stage in StableHLO's portable form, which any later jaxlib
reads, behind one line of JSON with the types of its arguments and results. It is
called through `jax.export`: a dummy of the right types is exported, and its
module replaced by the stage.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import math
import os
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import numpy

from placement import extras
from placement.errors import InputError
from placement.stages import TensorType, dtype_of

extras.load("jax", "jax")  # Says what to install where it is missing.

import jax  # noqa: E402
from jax import export  # noqa: E402
from jax.extend import mlir as jax_mlir  # noqa: E402
from jax.extend.mlir import ir  # noqa: E402
from jax.extend.mlir.dialects import stablehlo  # noqa: E402
from jax.interpreters import mlir as jax_lowering  # noqa: E402

MAGIC = "placement-jax"
VERSION = 1

_ENVIRONMENT = threading.Lock()


class JaxExecutable:
    """A stage on one JAX device; see `placement.backends.base.Executable`."""

    def __init__(
        self, call: Any, arguments: Sequence[TensorType], device: jax.Device
    ) -> None:
        self._call = call
        self._arguments = tuple(arguments)
        self._device = device

    def put(self, array: numpy.ndarray) -> jax.Array:
        # On a CPU, device_put may use the array's memory instead of a copy,
        # whatever `may_alias` says: it gets a copy that nobody else knows.
        with jax.enable_x64(True):
            copy = jax.device_put(numpy.array(array, copy=True), self._device)
        return copy.block_until_ready()

    def __call__(self, inputs: Sequence[jax.Array]) -> list[jax.Array]:
        return jax.block_until_ready(self.dispatch(inputs))

    @property
    def device(self) -> jax.Device:
        """The device that it runs on."""
        return self._device

    def dispatch(self, inputs: Sequence[jax.Array]) -> list[jax.Array]:
        """Starts the stage and returns at once; results are there when JAX says
        that they are ready. Whatever fails later is raised by those who wait."""
        self._check(inputs)
        return list(self._call(*inputs))

    def get(self, handle: jax.Array) -> numpy.ndarray:
        return numpy.asarray(handle)

    def _check(self, inputs: Sequence[jax.Array]) -> None:
        if len(inputs) != len(self._arguments):
            raise InputError(
                f"the stage takes {len(self._arguments)} inputs, not {len(inputs)}"
            )
        for number, (value, want) in enumerate(
            zip(inputs, self._arguments, strict=True)
        ):
            if value.shape != want.shape or value.dtype != want.dtype:
                found = TensorType(value.shape, value.dtype, value.nbytes)
                raise InputError(f"input {number} of the stage is {found}, not {want}")


class JaxBackend:
    """Compiles with XLA in the process that loads; see `placement.backends.base`."""

    name = "jax"

    def device_count(self) -> int:
        return jax.local_device_count()

    def compile(self, text: str, **options: Any) -> bytes:
        """The portable form of a stage; takes no options.

        XLA itself runs in `load`, since its executables fit only the processor
        that they were made on.
        """
        if options:
            raise InputError(
                f"the jax backend takes no option '{next(iter(options))}' to compile"
            )
        arguments, results = _signature(text)
        version = stablehlo.get_version_from_compatibility_requirement(
            stablehlo.StablehloCompatibilityRequirement.WEEK_4
        )
        try:
            program = jax_mlir.serialize_portable_artifact(text, version)
        except Exception as error:
            raise InputError(f"StableHLO cannot serialize the stage: {error}") from None
        header = {
            "format": MAGIC,
            "version": VERSION,
            "arguments": [[list(t.shape), t.dtype.name] for t in arguments],
            "results": [[list(t.shape), t.dtype.name] for t in results],
        }
        return json.dumps(header).encode() + b"\n" + program

    def load(
        self, artifact: bytes, *, device: int = 0, threads: int = 1
    ) -> JaxExecutable:
        """Compiles for a device of JAX's default platform and of this process.

        JAX sizes the thread pool of its CPU platform once, when the first device
        is used: the first `load` of a process decides, and no `threads` has an
        effect in a process that ran JAX before.
        """
        arguments, results, program = _read(artifact)
        devices = _devices(threads)
        if not 0 <= device < len(devices):
            raise InputError(
                f"there is no JAX device {device}; this process has "
                f"{len(devices)}: {', '.join(map(str, devices))}"
            )
        with jax.enable_x64(True):
            place = jax.sharding.SingleDeviceSharding(devices[device])
            specs = [
                jax.ShapeDtypeStruct(t.shape, t.dtype, sharding=place)
                for t in arguments
            ]
            function = _exported(arguments, results, program).call
            jitted = jax.jit(function, keep_unused=True, out_shardings=place)
            try:
                call = jitted.lower(*specs).compile()
            except jax.errors.JaxRuntimeError as error:
                raise InputError(f"XLA cannot compile the stage: {error}") from None
        return JaxExecutable(call, arguments, devices[device])


BACKEND = JaxBackend()


def _exported(
    arguments: Sequence[TensorType], results: Sequence[TensorType], program: bytes
) -> export.Exported:
    """What `jax.export` would have deserialized from a file that holds `program`."""

    def dummy(*_: Any) -> list[jax.Array]:
        return [jax.numpy.zeros(t.shape, t.dtype) for t in results]

    # The dummy's platform says nothing about where the stage can run.
    exporter = export.export(
        jax.jit(dummy, keep_unused=True),
        platforms=["cpu"],
        disabled_checks=[export.DisabledSafetyCheck.platform()],
    )
    exported = exporter(*[jax.ShapeDtypeStruct(t.shape, t.dtype) for t in arguments])
    return dataclasses.replace(exported, mlir_module_serialized=program)


def _devices(threads: int) -> list[jax.Device]:
    """This process's devices; if it has none yet, with a pool of that size."""
    # The environment belongs to the process, and stages may load in threads.
    with _ENVIRONMENT, _environment("NPROC", str(threads)):
        return jax.local_devices()


@contextlib.contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    """Sets an environment variable for the time being."""
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


def _read(artifact: bytes) -> tuple[list[TensorType], list[TensorType], bytes]:
    """Types of arguments, types of results, and the portable module."""
    line, _, program = bytes(artifact).partition(b"\n")
    try:
        header = json.loads(line)
    except ValueError:
        header = None
    if not isinstance(header, dict) or header.get("format") != MAGIC:
        raise InputError("this is no artifact of the jax backend")
    if header["version"] != VERSION:
        raise InputError(
            f"the artifact has version {header['version']} of the jax backend's "
            f"format; this package reads version {VERSION}: compile the stage again"
        )
    types = [
        [_tensor(tuple(shape), jax.numpy.dtype(name)) for shape, name in header[key]]
        for key in ("arguments", "results")
    ]
    return types[0], types[1], program


def _signature(text: str) -> tuple[list[TensorType], list[TensorType]]:
    """Types of the arguments and results of `main`."""
    with jax_lowering.make_ir_context():
        try:
            module = ir.Module.parse(text)
        except ir.MLIRError as error:
            raise InputError(f"StableHLO cannot read the stage: {error}") from None
        for function in module.body.operations:
            name = function.attributes.get("sym_name")
            if name is not None and ir.StringAttr(name).value == "main":
                break
        else:
            raise InputError("the stage has no function 'main'")
        signature = ir.FunctionType(
            ir.TypeAttr(function.attributes["function_type"]).value
        )
        arguments = [_type(t, f"argument {i}") for i, t in enumerate(signature.inputs)]
        results = [_type(t, f"result {i}") for i, t in enumerate(signature.results)]
    return arguments, results


def _type(mlir_type: ir.Type, what: str) -> TensorType:
    """The type of a tensor of static shape."""
    if not isinstance(mlir_type, ir.RankedTensorType):
        raise InputError(f"{what} of the stage is no ranked tensor: {mlir_type}")
    if not mlir_type.has_static_shape:
        raise InputError(f"{what} of the stage has no static shape: {mlir_type}")
    try:
        dtype = dtype_of(str(mlir_type.element_type))
    except InputError as error:
        raise InputError(f"{what} of the stage: {error}") from None
    return _tensor(tuple(mlir_type.shape), dtype)


def _tensor(shape: tuple[int, ...], dtype: numpy.dtype) -> TensorType:
    return TensorType(shape, dtype, math.prod(shape) * dtype.itemsize)
