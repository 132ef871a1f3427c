"""What an outlined program does: its stages, and who calls them with what.

The same thing as a file is described in docs/Formats.md, "Stage programs".
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy

from placement import _core, extras
from placement.errors import InputError

VERSION = 1

# Element types of MLIR that numpy has, and those that ml_dtypes adds.
_NUMPY = {
    "i1": "bool",
    **{
        f"{sign}i{bits}": f"int{bits}" for sign in ("", "s") for bits in (8, 16, 32, 64)
    },
    **{f"ui{bits}": f"uint{bits}" for bits in (8, 16, 32, 64)},
    **{f"f{bits}": f"float{bits}" for bits in (16, 32, 64)},
    "complex<f32>": "complex64",
    "complex<f64>": "complex128",
}
_ML_DTYPES = {
    "bf16": "bfloat16",
    **{f"{sign}i{bits}": f"int{bits}" for sign in ("", "s") for bits in (2, 4)},
    **{f"ui{bits}": f"uint{bits}" for bits in (2, 4)},
    "f8E3M4": "float8_e3m4",
    "f8E4M3": "float8_e4m3",
    "f8E4M3B11FNUZ": "float8_e4m3b11fnuz",
    "f8E4M3FN": "float8_e4m3fn",
    "f8E4M3FNUZ": "float8_e4m3fnuz",
    "f8E5M2": "float8_e5m2",
    "f8E5M2FNUZ": "float8_e5m2fnuz",
    "f8E8M0FNU": "float8_e8m0fnu",
    "f6E2M3FN": "float6_e2m3fn",
    "f6E3M2FN": "float6_e3m2fn",
    "f4E2M1FN": "float4_e2m1fn",
}

# Anything that prices all operations: there is nothing to choose.
_ONE_DEVICE = {
    "version": 1,
    "name": "whole",
    "kinds": [
        {
            "name": "cpu",
            "count": 1,
            "roofline": {"peak": {"default": 1e12}, "bandwidth": 1e12},
        }
    ],
}


def dtype_of(element: str) -> numpy.dtype:
    """The numpy type for an element type as MLIR spells it (`f32`, `bf16`).

    Raises:
        InputError: No array can hold such elements.
        MissingExtraError: Only ml_dtypes has that type, and it isn't installed.
    """
    if element in _NUMPY:
        return numpy.dtype(_NUMPY[element])
    if element in _ML_DTYPES:
        return numpy.dtype(
            getattr(extras.load("ml_dtypes", "jax"), _ML_DTYPES[element])
        )
    raise InputError(f"no array can hold elements of type '{element}'")


def element_of(dtype: numpy.dtype) -> str:
    """How MLIR spells the elements of such an array; the inverse of `dtype_of`.

    Raises:
        InputError: MLIR has no such elements.
    """
    for element, name in (*_NUMPY.items(), *_ML_DTYPES.items()):
        if name == dtype.name and not element.startswith("si"):
            return element
    raise InputError(f"MLIR has no type for elements of {dtype}")


@dataclass(frozen=True)
class TensorType:
    """Shape and element type of a value; `nbytes` is its size on the host."""

    shape: tuple[int, ...]
    dtype: numpy.dtype
    nbytes: int

    def __str__(self) -> str:
        return f"{self.dtype}[{','.join(map(str, self.shape))}]"


@dataclass(frozen=True)
class Device:
    """One device of the machine: a kind, and a number among those of the kind."""

    kind: str
    index: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.index}"


# Where a value can be.
Place: TypeAlias = Device | Literal["host"]


@dataclass(frozen=True)
class Argument:
    """An argument of the program; `value` is its number among all values.

    A `weight` is there before the first microbatch, an `activation` comes with
    each.
    """

    value: int
    role: Literal["activation", "weight"]


@dataclass(frozen=True)
class Stage:
    """A position in the order of stages, and the device that it is on.

    Under latency `start` and `finish` say when the plan has it run, in the plan's
    unit, and `concurrent` whether its calls may run beside others of the device.
    """

    stage: int
    device: Device
    concurrent: bool = False
    start: float | None = None
    finish: float | None = None


@dataclass(frozen=True)
class Call:
    """One call of a stage function; operands and results are values.

    `phase` is None outside of training.
    """

    function: str
    stage: int
    phase: Literal["forward", "backward"] | None
    operands: tuple[int, ...]
    results: tuple[int, ...]


@dataclass(frozen=True)
class Transfer:
    """A value that goes from one place to another."""

    value: int
    source: Place
    target: Place


@dataclass(frozen=True)
class StageProgram:
    """The driver of an outlined module, and its stages as modules.

    Values are numbered: arguments first, then results of calls in order. A value
    keeps its number wherever it is transferred to.

    Attributes:
        values: Type of each value.
        arguments: Arguments of the program in order.
        stages: Stages in an order of calls; a device may have several.
        calls: Calls in an order in which they can run.
        transfers: Every hand-over between devices, from and to the host.
        results: The values that the program returns; an argument may be among
            them, and one value may be there several times.
        texts: Function name -> module in generic form whose public function is
            `main`.
        function: Name of the driver.
        machine: Name of the machine; None if there is no stage.
        outlined: The module that it was read from; None if it came from files.
    """

    values: tuple[TensorType, ...]
    arguments: tuple[Argument, ...]
    stages: tuple[Stage, ...]
    calls: tuple[Call, ...]
    transfers: tuple[Transfer, ...]
    results: tuple[int, ...]
    texts: Mapping[str, str]
    function: str = "main"
    machine: str | None = None
    outlined: str | None = None

    @staticmethod
    def from_text(outlined: str) -> StageProgram:
        """Reads a module as placement-outline-stages leaves it.

        Raises:
            InputError: The module cannot be parsed or is not outlined, or a value
                that stages hand over is no array; the message says where.
        """
        program = StageProgram.from_json(
            _core.stage_program(outlined), _core.extract_stages(outlined)
        )
        return replace(program, outlined=outlined)

    @staticmethod
    def from_json(text: str, texts: Mapping[str, str]) -> StageProgram:
        """Reads `program.json` of placement-export-stages.

        Args:
            text: The content of the file.
            texts: Function name -> module of each function that is called.

        Raises:
            InputError: It is of another version, or a module is missing.
        """
        data = json.loads(text)
        if data.get("version") != VERSION:
            raise InputError(
                f"the stage program has version {data.get('version')}; this "
                f"package reads version {VERSION}: export the stages again"
            )
        missing = {call["function"] for call in data["calls"]} - texts.keys()
        if missing:
            raise InputError(
                f"there is no module for the stage function '{min(missing)}'"
            )
        return StageProgram(
            values=tuple(
                TensorType(tuple(v["shape"]), dtype_of(v["dtype"]), v["bytes"])
                for v in data["values"]
            ),
            arguments=tuple(Argument(**a) for a in data["arguments"]),
            stages=tuple(
                Stage(
                    s["stage"],
                    Device(**s["device"]),
                    s.get("concurrent", False),
                    s.get("start"),
                    s.get("finish"),
                )
                for s in data["stages"]
            ),
            calls=tuple(
                Call(
                    c["function"],
                    c["stage"],
                    c["phase"],
                    tuple(c["operands"]),
                    tuple(c["results"]),
                )
                for c in data["calls"]
            ),
            transfers=tuple(
                Transfer(t["value"], _place(t["from"]), _place(t["to"]))
                for t in data["transfers"]
            ),
            results=tuple(data["results"]),
            texts=dict(texts),
            function=data["function"],
            machine=data["machine"],
        )

    @cached_property
    def weights(self) -> tuple[int, ...]:
        """Numbers of the arguments that are weights, in order."""
        return self._arguments_of("weight")

    @cached_property
    def activations(self) -> tuple[int, ...]:
        """Numbers of the arguments that come with each microbatch, in order."""
        return self._arguments_of("activation")

    def weights_of(self, stage: int) -> tuple[int, ...]:
        """Numbers of the weight arguments that the calls of `stage` take.

        Each is there once, in order. A weight may be taken by several stages.
        """
        used = {v for call in self.calls_of(stage) for v in call.operands}
        return tuple(a for a in self.weights if self.arguments[a].value in used)

    def calls_of(self, stage: int) -> tuple[Call, ...]:
        """The calls of `stage`, in the order of the program."""
        return tuple(call for call in self.calls if call.stage == stage)

    @cached_property
    def devices(self) -> tuple[Device, ...]:
        """The devices in the order of their first stages."""
        return tuple(dict.fromkeys(stage.device for stage in self.stages))

    def stages_on(self, device: Device) -> tuple[int, ...]:
        """Numbers of the stages on a device, in order."""
        return tuple(s.stage for s in self.stages if s.device == device)

    def device_of(self, stage: int) -> Device:
        """The device that `stage` is on.

        Raises:
            KeyError: There is no such stage.
        """
        return self._device_of[stage]

    def producer(self, value: int) -> Call | None:
        """The call that makes a value; None for arguments."""
        return self._producers.get(value)

    def consumers(self, value: int) -> tuple[Call, ...]:
        """The calls that take a value, in order; each once."""
        return self._consumers.get(value, ())

    def operand_types(self, function: str) -> tuple[TensorType, ...]:
        """Types of the arguments of a stage function.

        Raises:
            KeyError: No call is of that function.
        """
        return tuple(self.values[v] for v in self._calls_by_name[function].operands)

    def _arguments_of(self, role: str) -> tuple[int, ...]:
        return tuple(i for i, a in enumerate(self.arguments) if a.role == role)

    @cached_property
    def _device_of(self) -> dict[int, Device]:
        return {stage.stage: stage.device for stage in self.stages}

    @cached_property
    def _producers(self) -> dict[int, Call]:
        return {value: call for call in self.calls for value in call.results}

    @cached_property
    def _calls_by_name(self) -> dict[str, Call]:
        return {call.function: call for call in self.calls}

    @cached_property
    def _consumers(self) -> dict[int, tuple[Call, ...]]:
        found: dict[int, list[Call]] = {}
        for call in self.calls:
            for value in dict.fromkeys(call.operands):
                found.setdefault(value, []).append(call)
        return {value: tuple(calls) for value, calls in found.items()}

    def __getstate__(self) -> dict[str, Any]:
        # Without what was looked up: workers make their own.
        return {name: self.__dict__[name] for name in self.__dataclass_fields__}


def single_stage(text: str) -> StageProgram:
    """The unplaced program as one call of one stage, on a device of kind `cpu`.

    In training too it is one call: nothing has to run between forward and backward
    operations of one device. Weights are the arguments that carry the role, or that placement-pipeline takes
    for weights.

    Args:
        text: A module whose only public function is to run.

    Raises:
        InputError: The module is not right; the message says where.
    """
    with tempfile.TemporaryDirectory(prefix="placement-") as folder:
        machine = Path(folder) / "machine.json"
        machine.write_text(json.dumps(_ONE_DEVICE))
        outlined, _ = _core.run_pipeline(
            text, f'placement-pipeline{{machine-file="{machine}" phase=inference}}'
        )
    return StageProgram.from_text(outlined)


def _place(data: Any) -> Place:
    return "host" if data == "host" else Device(**data)
