"""A pinned process that runs functions by order, and times them."""

from __future__ import annotations

import pickle
import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy

from placement.errors import StageError, StageTimeout
from placement.runtime import affinity, parcel, spawn
from placement.runtime.engine import Setup
from placement.runtime.parcel import Parcel
from placement.runtime.spawn import Child, Line


@dataclass(frozen=True)
class BenchStart:
    """What a measuring worker loads; its parcel comes along.

    Attributes:
        backend: Pickled: the name of a backend, or a backend.
        parcel: Artifacts and weights.
        threads: The most threads that a call may keep busy.
    """

    backend: bytes
    parcel: Parcel
    threads: int


@dataclass(frozen=True)
class Order:
    """One function to run.

    Attributes:
        function: Its name.
        inputs: Values that the worker does not have yet.
        operands: Ids, in order; what was computed before stays there.
        results: Ids, in order.
        wanted: Ids of values to send back.
        runs: How many times.
    """

    function: str
    inputs: dict[int, numpy.ndarray]
    operands: tuple[int, ...]
    results: tuple[int, ...]
    wanted: tuple[int, ...] = ()
    runs: int = 1


@dataclass(frozen=True)
class Answer:
    """What came of an order: nanoseconds of each run, and wanted values."""

    times: list[int]
    values: dict[int, numpy.ndarray]


def serve(line: Line, start: object, fds: list[int]) -> None:
    """A measuring worker: takes orders until the line ends.

    Raises:
        EOFError: It has ended.
    """
    from placement.runtime import worker

    if not isinstance(start, BenchStart):
        raise TypeError(f"a worker is not started with {type(start).__name__}")
    artifacts, arrays = start.parcel.open(fds[0])
    backend = worker.load_backend(start.backend)
    executables = {
        name: backend.load(artifact, device=0, threads=start.threads)
        for name, artifact in artifacts.items()
    }
    put = next(iter(executables.values())).put
    values = {value: put(array) for value, array in arrays.items()}
    del arrays
    line.send("ready")
    while True:
        order, _ = line.receive()
        executable = executables[order.function]
        for value, array in order.inputs.items():
            values[value] = executable.put(array)
        inputs = [values[value] for value in order.operands]
        times = []
        for _ in range(order.runs):
            begin = time.monotonic_ns()
            results = executable(inputs)
            times.append(time.monotonic_ns() - begin)
        values.update(zip(order.results, results, strict=True))
        wanted = {v: numpy.array(executable.get(values[v])) for v in order.wanted}
        line.send(Answer(times, wanted))


class Bench:
    """A process on one core that runs functions and times them.

    Args:
        setup: Backend and limits.
        artifacts: Function -> artifact.
        weights: Id -> array.
        core: Where to pin it; None does not.
        label: How messages name it.
    """

    def __init__(
        self,
        setup: Setup,
        artifacts: Mapping[str, bytes],
        weights: Mapping[int, numpy.ndarray],
        core: int | None,
        label: str,
    ) -> None:
        self._setup = setup
        self._label = label
        packed, segment = parcel.pack(artifacts, weights)
        start = BenchStart(pickle.dumps(setup.backend), packed, setup.threads)
        with segment:
            self._child = Child(core, affinity.environment(setup.threads))
            self._ends = spawn.watch(self, [self._child])
            try:
                self._child.line.send(start, [segment.fd], setup.start_timeout)
            except OSError:
                raise self._gone() from None

    def ready(self) -> None:
        """Waits until it is loaded.

        Raises:
            StageError: It could not be loaded.
            StageTimeout: That takes longer than `start_timeout`.
        """
        self._hear(self._setup.start_timeout)

    def order(self, order: Order) -> None:
        """Begins an order.

        Raises:
            StageError: The process is gone.
        """
        try:
            self._child.line.send(order, timeout=self._setup.timeout)
        except OSError:
            raise self._gone() from None

    def answer(self, runs: int = 1) -> Answer:
        """Waits for what came of the order, at most `timeout` for each run.

        Raises:
            StageError: It failed.
            StageTimeout: It takes too long.
        """
        return self._hear(self._setup.timeout * runs)

    def run(self, order: Order) -> Answer:
        """`order` and `answer`."""
        self.order(order)
        return self.answer(order.runs)

    def close(self) -> None:
        """Ends the process."""
        self._ends()

    def _hear(self, timeout: float) -> Answer:
        from placement.runtime.worker import Failure

        try:
            message, _ = self._child.line.receive(timeout)
        except TimeoutError:
            raise StageTimeout(
                f"{self._label}, measured alone, gives no answer for {timeout:g} s"
            ) from None
        except (EOFError, OSError):
            raise self._gone() from None
        if isinstance(message, Failure):
            error = StageError(f"{self._label}, measured alone, failed: {message.what}")
            error.add_note(message.trace.rstrip())
            raise error
        return message

    def _gone(self) -> StageError:
        how = self._child.ended(timeout=spawn.GRACE) or "closed its line"
        return StageError(
            f"{self._label}, measured alone: its process {self._child.pid} {how}"
        )
