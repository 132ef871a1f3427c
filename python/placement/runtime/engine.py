"""What an engine is: it takes microbatches in, and gives their results in order.

`Pipeline` checks inputs, limits what is in flight and counts; an engine runs the
stages. Engines are found by name; `register` adds one.
"""

from __future__ import annotations

import importlib
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy

from placement import backends
from placement.errors import InputError
from placement.runtime.accumulate import Mode
from placement.runtime.schedule import Schedule
from placement.runtime.stats import StageStats

if TYPE_CHECKING:
    from placement.backends.base import Backend
    from placement.stages import StageProgram

# Name -> module and class.
_ENGINES = {
    "devices": "placement.runtime.devices:DevicesEngine",
    "fences": "placement.runtime.fences:FencesEngine",
    "process": "placement.runtime.process:ProcessEngine",
    "ray": "placement.runtime.ray:RayEngine",
    "thread": "placement.runtime.thread:ThreadEngine",
}


@dataclass(frozen=True)
class Setup:
    """What an engine is made of.

    Attributes:
        program: The stages.
        schedule: What they do.
        weights: Id of the value -> array, for all weight arguments.
        backend: A backend, or the name of one.
        cores: A core for each device; None lets the engine choose.
        threads: The most threads that a call may keep busy.
        timeout: Seconds that one answer may take.
        start_timeout: Seconds that loading may take.
        compile_options: For the backend's `compile`.
        engine_options: For the engine; each documents those that it knows.
        artifacts: Function -> what it was compiled to, where that is done already.
    """

    program: StageProgram
    schedule: Schedule
    weights: Mapping[int, numpy.ndarray]
    backend: Backend | str
    cores: Sequence[int] | None = None
    threads: int = 1
    timeout: float = 60.0
    start_timeout: float = 600.0
    compile_options: Mapping[str, Any] = field(default_factory=dict)
    engine_options: Mapping[str, Any] = field(default_factory=dict)
    artifacts: Mapping[str, bytes] = field(default_factory=dict)
    _artifacts: dict[str, bytes] = field(default_factory=dict, repr=False)

    def load_backend(self) -> Backend:
        """The backend itself."""
        if isinstance(self.backend, str):
            return backends.get(self.backend)
        return self.backend

    def compile(self) -> dict[str, bytes]:
        """The artifact of each function that is called; compiled the first time.

        Raises:
            InputError: The backend refuses one; the message names it.
        """
        backend = self.load_backend()
        artifacts = self._artifacts
        for call in self.program.calls:
            name = call.function
            if name in artifacts:
                continue
            if name in self.artifacts:
                artifacts[name] = self.artifacts[name]
                continue
            text = self.program.texts[name]
            try:
                artifacts[name] = backend.compile(text, **self.compile_options)
            except InputError as error:
                raise InputError(f"@{name}: {error}") from error
        return dict(artifacts)


@dataclass(frozen=True)
class Completion:
    """What came out for one microbatch.

    Attributes:
        values: Id -> array, for the results that stages make; the caller's own.
            Empty where they were only added up.
        when: Monotonic nanoseconds at which the last of them was ready.
    """

    values: dict[int, numpy.ndarray]
    when: int


class Engine(ABC):
    """Runs the stages of a program.

    An engine is made without effect; `start` begins. `close` may be called at any
    time, several times, and after it nothing of the engine is left running. After
    an exception of `submit`, `collect` or `set_weights` it is closed.
    """

    # Whether `submit` knows other modes than `DELIVER`; if not, sums are made by
    # the caller.
    accumulates: ClassVar[bool] = False
    # Names of the options that the engine knows.
    options: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, setup: Setup) -> None:
        for name in setup.engine_options:
            if name not in self.options:
                known = ", ".join(sorted(self.options)) or "none"
                raise InputError(
                    f"the engine has no option '{name}'; its options: {known}"
                )
        self.setup = setup

    @abstractmethod
    def start(self) -> None:
        """Loads the stages; returns when all can run.

        Raises:
            InputError: The backend refuses something.
            StageError: A stage could not be loaded.
            StageTimeout: Loading takes longer than `start_timeout`.
        """

    def begin(self) -> None:
        """A run begins; before, stages had nothing to wait for."""
        return None

    @abstractmethod
    def submit(
        self, inputs: Mapping[int, numpy.ndarray], mode: Mode = Mode.DELIVER
    ) -> None:
        """Starts the next microbatch.

        Never waits: at most `schedule.limit` microbatches are in flight.

        Args:
            inputs: Id -> array, of all activations, checked; only borrowed.
            mode: What to do with its results.

        Raises:
            StageError: A stage is gone.
        """

    @abstractmethod
    def collect(self, timeout: float) -> Completion:
        """Waits for the oldest microbatch in flight.

        Raises:
            StageError: A stage failed; the message names it and its device.
            StageTimeout: It is not through after `timeout` seconds.
        """

    @abstractmethod
    def set_weights(self, weights: Mapping[int, numpy.ndarray]) -> None:
        """Replaces all weights; nothing is in flight.

        Raises:
            StageError: A stage failed.
            StageTimeout: It takes longer than `start_timeout`.
        """

    @abstractmethod
    def close(self) -> None:
        """Ends everything that the engine started."""

    def stage_stats(self) -> tuple[StageStats, ...]:
        """Times of each stage since the last `reset_stats`; empty where the engine
        does not measure."""
        return ()

    def reset_stats(self) -> None:
        """Forgets what was measured."""
        return None

    def notes(self) -> tuple[str, ...]:
        """What a reader of the statistics should know."""
        return ()


def register(name: str, home: str) -> None:
    """Adds an engine, or replaces one.

    Args:
        name: What `Pipeline` is asked for.
        home: `module:class`, imported when it is asked for.
    """
    _ENGINES[name] = home


def names() -> list[str]:
    """The names of all engines."""
    return sorted(_ENGINES)


def find(name: str) -> type[Engine]:
    """The engine of that name.

    Raises:
        InputError: There is none.
        MissingExtraError: It needs a package that is not installed.
    """
    home = _ENGINES.get(name)
    if home is None:
        raise InputError(
            f"no engine is called '{name}'; there are: {', '.join(names())}"
        )
    module, _, attribute = home.partition(":")
    return getattr(importlib.import_module(module), attribute)
