"""What a backend offers: one stage compiled, loaded and called.

A backend is found by its name, so that a worker process needs to be sent no more
than a string, the artifact and the weights. It is imported when it is asked for.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from importlib import metadata
from typing import Any, Protocol, TypeAlias, runtime_checkable

import numpy

from placement.errors import InputError

# A value on a device; what it is, only its backend knows. Every executable that the
# same thread loaded for the same device takes it, not only the one that made it: in
# training the backward call of a stage takes what the forward call left there, and
# both share the weights.
Handle: TypeAlias = Any

# Where other packages name backends of theirs.
ENTRY_POINTS = "placement.backends"

_MODULES = {
    "iree": "placement.backends.iree",
    "jax": "placement.backends.jax",
}


@runtime_checkable
class Executable(Protocol):
    """One stage on one device, ready to be called, in the process that loaded it.

    Calls are synchronous and belong to one thread at a time.
    """

    def put(self, array: numpy.ndarray) -> Handle:
        """A copy of `array` on the device.

        The array may be overwritten as soon as this returns. Its shape and
        element type are those of the input that it is for; nothing is converted.

        Raises:
            InputError: The device cannot hold the element type.
        """
        ...

    def __call__(self, inputs: Sequence[Handle]) -> list[Handle]:
        """Runs the stage and returns when all results are computed.

        Inputs are in the order of the stage's arguments and stay valid; results
        are in the order of its results, and new: none shares memory with an
        input.

        Raises:
            InputError: Their number, a shape or an element type is wrong; the
                message says which input.
        """
        ...

    def get(self, handle: Handle) -> numpy.ndarray:
        """The value as an array of the host.

        It may be a read-only view of the device's memory, which then lives as
        long as the array does.
        """
        ...


@runtime_checkable
class Backend(Protocol):
    """Compiles stages and loads what it compiled."""

    @property
    def name(self) -> str:
        """The name that `get` finds it by."""
        ...

    def device_count(self) -> int:
        """How many devices `load` can name in this process; at least one."""
        ...

    def compile(self, text: str, **options: Any) -> bytes:
        """The artifact of one stage, which may be stored and sent elsewhere.

        Args:
            text: A module in generic form whose public function is `main`, as
                `_core.extract_stages` makes it: tensors of static shape in and
                out.
            options: The backend's own; its `compile` documents them.

        Raises:
            InputError: The compiler refuses the text; the message is the
                compiler's.
        """
        ...

    def load(self, artifact: bytes, *, device: int = 0, threads: int = 1) -> Executable:
        """Loads an artifact in the process that shall run it.

        A process that is to keep to certain cores must be pinned before.

        Args:
            artifact: What `compile` of this backend returned.
            device: Number of the device among those that the runtime sees.
            threads: The most threads that one call may keep busy.

        Raises:
            InputError: This is no artifact of this backend, or there is no such
                device.
        """
        ...


@runtime_checkable
class JointBackend(Backend, Protocol):
    """A backend that also compiles several modules at once.

    Worth it where the compiler takes longer to start than for a small module.
    """

    def compile_many(
        self, texts: Sequence[str], *, limit: float, **options: Any
    ) -> bytes:
        """One artifact of several modules.

        What becomes of each is what `compile` makes of it alone. Whatever the
        compiler does, this process survives.

        Args:
            texts: As for `compile`; one at least.
            limit: Seconds that the compiler may take.
            options: As for `compile`.

        Raises:
            InputError: The compiler refuses one of them or takes too long.
        """
        ...

    def load_many(
        self, artifact: bytes, *, device: int = 0, threads: int = 1
    ) -> Callable[[int], Executable]:
        """Loads what `compile_many` made; otherwise like `load`.

        Returns:
            What gives the executable of a module by its number among the texts. It
            raises InputError where there is none or it cannot be called.
        """
        ...


def names() -> list[str]:
    """The names that `get` knows, installed or not."""
    others = {point.name for point in metadata.entry_points(group=ENTRY_POINTS)}
    return sorted(others | set(_MODULES))


def get(name: str) -> Backend:
    """The backend of that name.

    Packages add their own through the entry point group `placement.backends`:
    a module with an attribute `BACKEND`.

    Raises:
        InputError: No backend has that name.
        MissingExtraError: The backend needs a package that is not installed; the
            message says how to install it.
    """
    if name in _MODULES:
        return importlib.import_module(_MODULES[name]).BACKEND
    for point in metadata.entry_points(group=ENTRY_POINTS, name=name):
        return point.load().BACKEND
    raise InputError(f"no backend is called '{name}'; there are: {', '.join(names())}")
