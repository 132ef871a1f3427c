"""Runs a program call by call in this process, in the driver's order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy

from placement import backends
from placement.backends.base import Backend, Executable
from placement.errors import PlacementError, StageError
from placement.stages import Call, Device, StageProgram


class Sequential:
    """All stages of a program, loaded here.

    Each device of the machine is one of the backend's devices in this process, in
    turn; there may be fewer of those than stages.
    """

    def __init__(self, program: StageProgram, backend: str | Backend) -> None:
        """Compiles and loads every stage.

        Raises:
            InputError: The backend refuses a stage; the message says which.
        """
        self.program = program
        self._backend = backends.get(backend) if isinstance(backend, str) else backend
        self._devices = {
            device: number for number, device in enumerate(program.devices)
        }
        self._executables: dict[str, Executable] = {}
        self._last_use = self._find_last_uses()
        for call in program.calls:
            if call.function not in self._executables:
                self._executables[call.function] = self._load(call)

    def run(self, arguments: Sequence[numpy.ndarray]) -> list[numpy.ndarray]:
        """Results of the program for one array for each of its arguments.

        Arrays must have the types that the program says.

        Raises:
            StageError: A stage failed.
        """
        values = {
            argument.value: array
            for argument, array in zip(self.program.arguments, arguments, strict=True)
        }
        kept = set(self.program.results)
        for number, call in enumerate(self.program.calls):
            executable = self._executables[call.function]
            try:
                inputs = [executable.put(values[operand]) for operand in call.operands]
                outputs = [executable.get(handle) for handle in executable(inputs)]
            except Exception as error:
                device = self.program.device_of(call.stage)
                raise StageError(
                    f"stage {call.stage} on {device}, function @{call.function}: {error}"
                ) from error
            values.update(zip(call.results, outputs, strict=True))
            for operand in set(call.operands) - kept:
                if self._last_use[operand] == number:
                    del values[operand]
        return [values[result] for result in self.program.results]

    def _load(self, call: Call) -> Executable:
        device = self.program.device_of(call.stage)
        try:
            artifact = self._backend.compile(self.program.texts[call.function])
            return self._backend.load(artifact, device=self._number(device))
        except PlacementError as error:
            raise type(error)(
                f"stage {call.stage} on {device}, function @{call.function}: {error}"
            ) from error

    def _number(self, device: Device) -> int:
        return self._devices[device] % self._backend.device_count()

    def _find_last_uses(self) -> dict[int, int]:
        return {
            operand: number
            for number, call in enumerate(self.program.calls)
            for operand in call.operands
        }
