"""Runs a whole placed program with IREE on several devices of the CPU.

The program comes from the pass `convert-placement-to-iree`: one module that names
its devices. Each of them becomes a device of the CPU here, so that what was placed
for accelerators can be run and checked where there are none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy

from placement import extras
from placement.backends import iree
from placement.errors import InputError, StageTimeout

rt = extras.load("iree.runtime", "iree")


@dataclass(frozen=True)
class ProgramArtifact:
    """A compiled program; it can be pickled.

    Attributes:
        module: What `iree-compile` wrote.
        devices: Names of its devices. The first is `local[0]`, and so on.
    """

    module: bytes
    devices: tuple[str, ...]


def device_name(kind: str, index: int) -> str:
    """What convert-placement-to-iree calls a device unless it is told otherwise."""
    name = re.sub(r"[^A-Za-z0-9]", "_", f"{kind}_{index}")
    return f"_{name}" if name[0].isdigit() else name


def device_names(text: str) -> tuple[str, ...]:
    """Devices that a module names, in the order of their first mention.

    They are promised (`#hal.device.promise<@acc_0>`), as with `devices=flags`.
    """
    return tuple(dict.fromkeys(re.findall(r"#hal\.device\.promise<@(\w+)>", text)))


def compile_program(
    text: str,
    *,
    targets: Mapping[str, str] | None = None,
    fences: bool = False,
    **options: Any,
) -> ProgramArtifact:
    """Compiles what convert-placement-to-iree made with `devices=flags`.

    Args:
        text: The module, in generic form.
        targets: Device -> what it is to IREE, in place of `local[0]`,
            `local[1]`, ... in the order of `device_names`.
        fences: Whether calls return at once and signal a fence; see
            `IreeProgram.launch`.
        options: As for `IreeBackend.compile`.

    Raises:
        InputError: The module names no device, `targets` names others, or the
            compiler refuses the module.
    """
    names = device_names(text)
    if not names:
        raise InputError(
            "the module promises no device; run convert-placement-to-iree with "
            "devices=flags"
        )
    chosen = {name: f"local[{ordinal}]" for ordinal, name in enumerate(names)}
    unknown = set(targets or {}) - set(names)
    if unknown:
        raise InputError(
            f"targets names '{min(unknown)}', which the module doesn't; its devices "
            f"are: {', '.join(names)}"
        )
    flags = [
        f"--iree-hal-target-device={name}={target}"
        for name, target in (chosen | dict(targets or {})).items()
    ]
    if fences:
        flags.append("--iree-execution-model=async-external")
    module = iree.compile_module(text, flags, options, what="the program")
    return ProgramArtifact(module, names)


class IreeProgram:
    """A program on devices of the CPU.

    Args:
        artifact: What `compile_program` made.
        devices: Devices of IREE, in the order of `artifact.devices`; None makes
            them, and all work is done by the caller's thread.
        function: The entry point: the program, or one of its stages in the form
            `stages`.

    Raises:
        InputError: There are fewer devices than the program has, or it has no
            such function.
    """

    def __init__(
        self,
        artifact: ProgramArtifact,
        devices: Sequence[Any] | None = None,
        *,
        function: str = "main",
    ) -> None:
        if devices is None:
            devices = [iree.create_device() for _ in artifact.devices]
        self.devices = tuple(devices)
        self._context, module = iree.load_module(artifact.module, self.devices)
        self._function = module.lookup_function(function)
        if self._function is None:
            raise InputError(f"the program has no function '{function}'")
        declared = self._function.reflection.get("iree.abi.declaration", "")
        self.signature = iree.Signature.of(self._function)
        self._fenced = declared.startswith("async ")
        self._homes = [
            self._device_of(artifact, found)
            for found in re.findall(r"%input\d+: \S+( \{[^}]*\})?", declared)
        ]

    def _device_of(self, artifact: ProgramArtifact, attributes: str) -> Any:
        """Where an argument is handed in."""
        name = re.search(r"#hal\.device\.promise<@(\w+)>", attributes or "")
        if name is None or name[1] not in artifact.devices:
            return self.devices[0]
        return self.devices[artifact.devices.index(name[1])]

    def put(self, number: int, array: numpy.ndarray) -> Any:
        """A copy of an argument on the device where the program takes it.

        Raises:
            InputError: There is no such argument, or it has another type.
        """
        if not 0 <= number < len(self.signature.arguments):
            count = len(self.signature.arguments)
            raise InputError(f"the program has {count} arguments, and no {number}")
        want = self.signature.arguments[number]
        if array.shape != want.shape or array.dtype != want.dtype:
            found = iree.Type(array.shape, array.dtype)
            raise InputError(f"argument {number} of the program is {found}, not {want}")
        return iree.put(self._homes[number], array)

    def get(self, number: int, view: Any) -> numpy.ndarray:
        """A copy of result `number`."""
        # Not a view of it, which had to go before the devices.
        return numpy.array(iree.get(view, self.signature.results[number]))

    def launch(self, inputs: Sequence[Any]) -> Launch:
        """Starts a program that was compiled with `fences`; does not wait.

        Args:
            inputs: What `put` made, for each argument.
        """
        if not self._fenced:
            raise InputError(
                "the program can only be called; compile it with fences=True"
            )
        iree.check(inputs, self.signature.arguments, "the program")
        given = rt.VmVariantList(len(inputs) + 2)
        for view in inputs:
            given.push_ref(view)
        # The last device has nothing to do with it; a fence needs one.
        semaphore = self.devices[-1].create_semaphore(0)
        done = rt.HalFence.create_at(semaphore, 1)
        given.push_ref(rt.HalFence(0))
        given.push_ref(done)
        made = rt.VmVariantList(len(self.signature.results))
        self._context.invoke(self._function, given, made)
        return Launch(self, tuple(inputs), semaphore, done, made)

    def __call__(self, inputs: Sequence[Any]) -> list[numpy.ndarray]:
        """Runs the program.

        Args:
            inputs: Arrays, or what `put` made, for each argument.

        Returns:
            Its results, each an array of its own.
        """
        if len(inputs) != len(self.signature.arguments):
            raise InputError(
                f"the program takes {len(self.signature.arguments)} inputs, "
                f"not {len(inputs)}"
            )
        views = [
            self.put(number, given) if isinstance(given, numpy.ndarray) else given
            for number, given in enumerate(inputs)
        ]
        if self._fenced:
            return self.launch(views).wait(600.0)
        iree.check(views, self.signature.arguments, "the program")
        given = rt.VmVariantList(len(views))
        for view in views:
            given.push_ref(view)
        made = rt.VmVariantList(len(self.signature.results))
        self._context.invoke(self._function, given, made)
        return self._results(made)

    def _results(self, made: Any) -> list[numpy.ndarray]:
        return [
            self.get(number, made.get_as_object(number, rt.HalBufferView))
            for number in range(len(self.signature.results))
        ]


class Launch:
    """A call that may still run; it keeps what the call uses."""

    def __init__(
        self,
        program: IreeProgram,
        inputs: tuple[Any, ...],
        semaphore: Any,
        done: Any,
        made: Any,
    ) -> None:
        # In the order in which they have to go: a semaphore that outlives its device
        # crashes (IREE 3.13).
        self._made = made
        self._done = done
        self._semaphore = semaphore
        self._inputs = inputs
        self._program = program

    def wait(self, timeout: float) -> list[numpy.ndarray]:
        """The results.

        Args:
            timeout: The most seconds to wait.

        Raises:
            StageTimeout: They are not there yet; one may wait again.
            RuntimeError: IREE says that the call failed.
        """
        if not self._done.wait(timeout=max(int(timeout * 1e9), 0)):
            raise StageTimeout(f"the program has no result after {timeout:g} s")
        return self._program._results(self._made)
