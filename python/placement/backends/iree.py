"""Runs stages with IREE on the CPU.

An artifact is a module of IREE as `iree-compile` writes it; `iree-run-module`
takes it, too. What its arguments and results are stands in the module. Whole
programs on several devices are in `placement.backends.iree_program`.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy

from placement import _core, extras
from placement.errors import InputError

# Says what to install where it is missing.
rt = extras.load("iree.runtime", "iree")

# A fused operation may need more than the default of 32 KiB on the stack, as an
# embedding with its layer norm does.
STACK_BYTES = 262144

# Element type of MLIR -> its name in numpy or ml_dtypes, which the runtime needs.
_ELEMENTS = {
    "i1": "bool",
    **{f"i{bits}": f"int{bits}" for bits in (8, 16, 32, 64)},
    **{f"f{bits}": f"float{bits}" for bits in (16, 32, 64)},
    "bf16": "bfloat16",
    "complex<f32>": "complex64",
    "f8E4M3FN": "float8_e4m3fn",
    "f8E5M2": "float8_e5m2",
}

_local = threading.local()


@dataclass(frozen=True)
class Type:
    """Shape and element type of an argument or a result."""

    shape: tuple[int, ...]
    dtype: numpy.dtype

    def __str__(self) -> str:
        return f"{self.dtype}[{','.join(map(str, self.shape))}]"


@dataclass(frozen=True)
class Signature:
    """What a function takes and returns.

    Attributes:
        arguments: Their types, in order.
        results: Their types, in order.
    """

    arguments: tuple[Type, ...]
    results: tuple[Type, ...]

    @classmethod
    def of(cls, function: Any) -> Signature:
        """Reads what the compiler wrote into the module.

        Raises:
            InputError: It takes or returns something else than tensors of static
                shape and of elements that a host array can hold.
        """
        declared = function.reflection.get("iree.abi.declaration", "")
        found: dict[str, list[Type]] = {"input": [], "output": []}
        for kind, number, text in re.findall(
            r"%(input|output)(\d+): (tensor<[^ {},)]*>|[^ {},)]+)", declared
        ):
            what = f"{'argument' if kind == 'input' else 'result'} {number}"
            found[kind].append(_parse_type(text, what))
        return cls(tuple(found["input"]), tuple(found["output"]))


def _parse_type(text: str, what: str) -> Type:
    match = re.fullmatch(r"tensor<((?:\d+x)*)([a-zA-Z]\w*(?:<\w+>)?)>", text)
    if not match:
        raise InputError(f"{what} of the module is no tensor of static shape: {text}")
    name = _ELEMENTS.get(match[2])
    if name is None:
        raise InputError(f"{what} of the module has elements of {match[2]}: {text}")
    shape = tuple(int(size) for size in match[1].split("x")[:-1])
    return Type(shape, _dtype(name))


def _dtype(name: str) -> numpy.dtype:
    # The runtime needs ml_dtypes itself.
    return numpy.dtype(
        name
        if hasattr(numpy, name)
        else getattr(extras.load("ml_dtypes", "iree"), name)
    )


# IREE's element type -> ours.
_DTYPES = {
    int(rt.dtypes.map_dtype_to_hal_element_type(dtype)): dtype
    for dtype in map(_dtype, _ELEMENTS.values())
}


def put(device: Any, array: numpy.ndarray) -> Any:
    """A copy of `array` on `device`, as a buffer view.

    Raises:
        InputError: IREE has no such element type.
    """
    if array.dtype.name not in _ELEMENTS.values():
        raise InputError(f"IREE has no elements of type {array.dtype}")
    # As integers, since not all types of elements can be handed over as buffers.
    plain = numpy.ascontiguousarray(array).reshape(array.shape)
    return device.allocator.allocate_buffer_copy(
        memory_type=rt.MemoryType.DEVICE_LOCAL,
        allowed_usage=rt.BufferUsage.DEFAULT | rt.BufferUsage.MAPPING,
        device=device,
        buffer=plain.view(f"u{array.dtype.itemsize}"),
        element_type=rt.dtypes.map_dtype_to_hal_element_type(array.dtype),
    )


def get(view: Any, kind: Type) -> numpy.ndarray:
    """A read-only array over the memory of a buffer view, which it keeps alive."""
    count = view.byte_length // kind.dtype.itemsize
    plain = view.map().asarray((count,), numpy.dtype(f"u{kind.dtype.itemsize}"))
    array = plain.view(kind.dtype).reshape(kind.shape)
    array.flags.writeable = False
    return array


def type_of(view: Any) -> Type:
    """What a buffer view holds."""
    dtype = _DTYPES.get(_signed(view.element_type))
    if dtype is None:
        raise InputError(f"IREE's element type {view.element_type:#x} is not supported")
    return Type(tuple(view.shape), dtype)


def _signed(element: int) -> int:
    """IREE's element type, with integers of no sign as signed ones."""
    plain, signed = int(rt.HalElementType.INT_8), int(rt.HalElementType.SINT_8)
    return element - plain + signed if element & ~0xFF == plain & ~0xFF else element


def check(inputs: Sequence[Any], arguments: Sequence[Type], what: str) -> None:
    """Whether buffer views fit arguments.

    Raises:
        InputError: Names the input that doesn't.
    """
    if len(inputs) != len(arguments):
        raise InputError(f"{what} takes {len(arguments)} inputs, not {len(inputs)}")
    for number, (view, want) in enumerate(zip(inputs, arguments, strict=True)):
        found = type_of(view)
        if found != want:
            raise InputError(f"input {number} of {what} is {found}, not {want}")


class IreeExecutable:
    """A stage on one device; see `placement.backends.base.Executable`."""

    def __init__(self, device: Any, context: Any, function: Any) -> None:
        self._device = device
        self._context = context
        self._function = function
        self._signature = Signature.of(function)
        # Results that are an argument's memory; known after the first call.
        self._shared: tuple[int, ...] | None = None

    def put(self, array: numpy.ndarray) -> Any:
        return put(self._device, array)

    def __call__(self, inputs: Sequence[Any]) -> list[Any]:
        check(inputs, self._signature.arguments, "the stage")
        given = rt.VmVariantList(len(inputs))
        for view in inputs:
            given.push_ref(view)
        made = rt.VmVariantList(len(self._signature.results))
        self._context.invoke(self._function, given, made)
        results = [
            made.get_as_object(i, rt.HalBufferView)
            for i in range(len(self._signature.results))
        ]
        if self._shared is None:
            taken = {_address(view) for view in inputs}
            self._shared = tuple(
                i for i, view in enumerate(results) if _address(view) in taken
            )
        for i in self._shared:
            results[i] = self.put(get(results[i], self._signature.results[i]))
        return results

    def get(self, handle: Any) -> numpy.ndarray:
        return get(handle, type_of(handle))


def _address(view: Any) -> int:
    """Where the memory of a buffer view begins; distinct for empty ones."""
    if not view.byte_length:
        return -id(view)
    memory = view.map().asarray((view.byte_length,), numpy.dtype("u1"))
    return memory.__array_interface__["data"][0]


class IreeBackend:
    """Compiles for the CPU, and runs with one thread or more."""

    name = "iree"

    def device_count(self) -> int:
        return 1

    def compile(self, text: str, **options: Any) -> bytes:
        """The module of a stage for IREE.

        Args:
            text: See `placement.backends.base.Backend.compile`.
            options: `target`: `llvm-cpu` (default) or `vmvx`, a portable bytecode
                that is slow; `target_cpu`: `host` (default) for the processor that
                compiles, `generic` for any of its kind, or a name that LLVM knows;
                `flags`: further arguments of `iree-compile`; `timeout`: seconds
                that it may take, 600 if not given.

        Raises:
            InputError: An option is unknown, or the compiler refuses the text,
                crashes or takes too long.
        """
        return compile_module(
            text, ["--iree-hal-target-device=local"], options, what="the stage"
        )

    def load(
        self, artifact: bytes, *, device: int = 0, threads: int = 1
    ) -> IreeExecutable:
        """Loads a stage for the CPU.

        With one thread, the caller's does all the work (`local-sync`). With more,
        a pool of that size is made for each thread that loads; its threads start
        with the caller's set of cores.
        """
        return _load(artifact, device, threads)("main")

    def compile_many(
        self, texts: Sequence[str], *, limit: float, **options: Any
    ) -> bytes:
        """One module with a function `main_<i>` for each text; the options are those
        of `compile`, and `timeout` can only shorten the limit."""
        options["timeout"] = min(float(options.get("timeout", limit)), limit)
        return compile_module(
            _core.join_modules(list(texts)),
            ["--iree-hal-target-device=local"],
            options,
            what="one of the modules",
        )

    def load_many(
        self, artifact: bytes, *, device: int = 0, threads: int = 1
    ) -> Callable[[int], IreeExecutable]:
        """Loads what `compile_many` made, once for all its functions."""
        executable = _load(artifact, device, threads)
        return lambda number: executable(f"main_{number}")


BACKEND = IreeBackend()


def _load(
    artifact: bytes, device: int, threads: int
) -> Callable[[str], IreeExecutable]:
    """Loads a module; what is returned gives its functions by name."""
    if device != 0:
        raise InputError(f"there is no IREE device {device}; the CPU is device 0")
    key = f"device_{threads}"
    made = getattr(_local, key, None)
    if made is None:
        made = create_device(threads)
        setattr(_local, key, made)
    context, module = load_module(artifact, [made])

    def executable(name: str) -> IreeExecutable:
        function = module.lookup_function(name)
        if function is None:
            raise InputError(f"the module has no function '{name}'")
        return IreeExecutable(made, context, function)

    return executable


def create_device(threads: int = 1) -> Any:
    """A CPU device of its own: without a thread of its own where `threads` is one,
    else with a pool of that many.

    Raises:
        InputError: `threads` is below one.
    """
    if threads < 1:
        raise InputError(f"threads is {threads}; it is at least 1")
    if threads == 1:
        return rt.get_driver("local-sync").create_default_device()
    return create_pool_device(threads)


def create_pool_device(threads: int) -> Any:
    """A CPU device with a pool of `threads` of its own, also where that is one.

    `rt.get_driver` keeps one driver, and with it one pool, for all.
    """
    rt.flags.parse_flags(f"--task_topology_group_count={threads}")
    return rt._binding.create_hal_driver("local-task").create_default_device()


def load_module(artifact: bytes, devices: Sequence[Any]) -> tuple[Any, Any]:
    """A context with the module on those devices, and the module.

    Raises:
        InputError: This is no module of IREE, or it needs other devices.
    """
    instance = rt.VmInstance()
    hal = rt.create_hal_module(instance, devices=list(devices))
    try:
        module = rt.VmModule.copy_buffer(instance, bytes(artifact))
    except (ValueError, RuntimeError) as error:
        raise InputError(f"this is no module of IREE: {_first_line(error)}") from None
    try:
        return rt.VmContext(instance, modules=[hal, module]), module
    except (ValueError, RuntimeError) as error:
        missing = re.search(r"HAL device `(\w+)` not found or unavailable", str(error))
        if missing:
            raise InputError(
                f"the program runs on device '{missing[1]}', which is not among the "
                f"{len(devices)} that it was loaded on"
            ) from None
        raise InputError(f"IREE cannot load the module: {_first_line(error)}") from None


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def compile_module(
    text: str, flags: Sequence[str], options: dict[str, Any], *, what: str
) -> bytes:
    """Runs `iree-compile`; see `IreeBackend.compile` for options and errors."""
    options = {"target": "llvm-cpu", "target_cpu": "host", "flags": ()} | options
    limit = float(options.pop("timeout", 600.0))
    target, cpu = options.pop("target"), options.pop("target_cpu")
    more = options.pop("flags")
    if options:
        raise InputError(
            f"the iree backend takes no option '{next(iter(options))}' to compile; "
            "its options are: target, target_cpu, flags, timeout"
        )
    if isinstance(more, str):
        raise InputError("flags is a list of arguments, not a string")
    _refuse_unsigned(text, what)
    tools = extras.load("iree.compiler.tools.binaries", "iree")
    with tempfile.TemporaryDirectory(prefix="placement-iree-") as folder:
        output = Path(folder) / "module.vmfb"
        command = [
            tools.find_tool("iree-compile"),
            "-",
            f"-o={output}",
            *flags,
            f"--iree-hal-local-target-device-backends={target}",
            f"--iree-llvmcpu-target-cpu={cpu}",
            f"--iree-llvmcpu-stack-allocation-limit={STACK_BYTES}",
            # What goes in and out is what the program says.
            "--iree-input-demote-f64-to-f32=false",
            "--iree-input-demote-i64-to-i32=false",
            *more,
        ]
        try:
            run = subprocess.run(
                command, input=text.encode(), capture_output=True, timeout=limit
            )
        except subprocess.TimeoutExpired:
            raise InputError(
                f"iree-compile takes more than {limit:g} s for {what}; "
                "timeout is the limit"
            ) from None
        if run.returncode == 0:
            return output.read_bytes()
    raise InputError(f"iree-compile {_verdict(run)} {what}{_complaint(run.stderr)}")


def _refuse_unsigned(text: str, what: str) -> None:
    """IREE's modules do not tell unsigned integers from signed ones."""
    for line in text.splitlines():
        if '"func.func"() <{' not in line or 'sym_visibility = "private"' in line:
            continue
        found = re.search(r"function_type = (.*?), (?:no_inline|res_attrs|sym_)", line)
        unsigned = re.search(r"tensor<[^ ]*?(ui\d+)>", found[1]) if found else None
        if unsigned:
            raise InputError(
                f"{what} takes or returns a tensor of {unsigned[1]}, and modules of "
                "IREE do not tell unsigned from signed integers; convert it to signed "
                "ones in the program"
            )


def _verdict(run: subprocess.CompletedProcess[bytes]) -> str:
    return "crashed on" if run.returncode < 0 else "refuses"


def _complaint(stderr: bytes) -> str:
    """What the compiler said, without the IR that it prints along."""
    errors = re.findall(r"error: .*", stderr.decode(errors="replace"))
    shown = [line[:500] for line in errors[:5]]
    return ": " + "\n".join(shown) if shown else ""
