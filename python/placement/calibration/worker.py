"""The process that measures: pinned first, then it imports a backend.

It reads a `Job` from its standard input and writes the answer to each item to its
standard output, pickled, as soon as it is there.
"""

from __future__ import annotations

import os
import pickle
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO

from placement.calibration.jobs import Failed, Input, Item, Job, Timing
from placement.errors import InputError
from placement.runtime import affinity

# A sample is as many calls as take this long, so that the clock tells it.
_SAMPLE_SECONDS = 100e-6
_MOST_SAMPLES = 1000
# Copies of a set of weights; with more, small weights would fill the memory.
_MOST_COPIES = 64

# Who reads the answers; when that process is gone, another number takes its place.
_PARENT = os.getppid()


def main() -> None:
    """Serves one job."""
    answers = os.fdopen(os.dup(1), "wb")
    # What libraries print must not get between the answers.
    os.dup2(2, 1)
    job: Job = pickle.load(sys.stdin.buffer)
    if job.core is not None:
        os.sched_setaffinity(0, {job.core})
    _serve(job, answers)


def _serve(job: Job, answers: BinaryIO) -> None:
    from placement.backends import base

    loader = _Loader(base.get(job.backend), job)
    for item in job.items:
        try:
            answer = _measure(loader.load(item), item, job.cache)
        except Exception as error:
            answer = Failed(f"{type(error).__name__}: {error}")
        data = pickle.dumps((item.name, answer))
        answers.write(len(data).to_bytes(8, "little") + data)
        answers.flush()


class _Loader:
    """Loads the items of a job, and an artifact of several of them once."""

    def __init__(self, backend: Any, job: Job) -> None:
        self._backend = backend
        self._job = job
        self._loaded: dict[int, Callable[[int], Any] | None] = {}

    def load(self, item: Item) -> Any:
        """The executable of an item."""
        if item.part is not None:
            load = self._artifact(item.part.artifact)
            if load is not None:
                return load(item.part.number)
        artifact = self._backend.compile(item.text, **self._job.options)
        return self._backend.load(artifact, device=0, threads=1)

    def _artifact(self, number: int) -> Callable[[int], Any] | None:
        """An artifact of several items. None where it cannot be loaded, which may be
        the fault of one of them: then each is compiled alone."""
        if number not in self._loaded:
            artifact = self._job.artifacts[number]
            try:
                loaded = self._backend.load_many(artifact, device=0, threads=1)
            except InputError:
                loaded = None
            self._loaded[number] = loaded
        return self._loaded[number]


def _measure(executable: Any, item: Item, cache: int) -> Timing:
    sets = _inputs(executable, item.inputs, cache)
    executable(sets[0])
    begin = time.perf_counter()
    executable(sets[-1])
    calls = max(1, int(_SAMPLE_SECONDS / max(time.perf_counter() - begin, 1e-7)))
    times: list[float] = []
    end = time.perf_counter() + item.budget
    turn = 0
    while len(times) < item.least or (
        time.perf_counter() < end and len(times) < _MOST_SAMPLES
    ):
        if os.getppid() != _PARENT:
            sys.exit("nobody waits for the answer any more")
        chosen = [sets[(turn + i) % len(sets)] for i in range(calls)]
        turn += calls
        with _Clock() as clock:
            for inputs in chosen:
                executable(inputs)
        times.append(clock.ns / (1e3 * calls))
    return Timing(min(times), statistics.median(times), len(times))


class _Clock:
    """Time in a `with` block, less that in which the processor was given to others.

    What the system tells of that is of all threads together, so no more is taken off
    than leaves the processor time that was used.
    """

    def __enter__(self) -> _Clock:
        self._delay = affinity.run_delay_ns(True)
        self._used = time.process_time_ns()
        self._begin = time.perf_counter_ns()
        return self

    def __exit__(self, *_: object) -> None:
        passed = time.perf_counter_ns() - self._begin
        unused = passed - (time.process_time_ns() - self._used)
        delay = affinity.run_delay_ns(True) - self._delay
        self.ns = passed - max(min(delay, unused), 0)


def _inputs(executable: Any, inputs: Sequence[Input], cache: int) -> list[list[Any]]:
    """Sets of arguments, with other weights in each.

    Together the weights fill the last cache twice, so that none is found there.
    """
    weights = sum(i.nbytes for i in inputs if i.weight)
    copies = min(_MOST_COPIES, max(1, -(-2 * cache // weights))) if weights else 1
    shared = [
        None if i.weight else executable.put(make_up(i, n))
        for n, i in enumerate(inputs)
    ]
    arrays = [make_up(i, n) if i.weight else None for n, i in enumerate(inputs)]
    return [
        [
            executable.put(array) if handle is None else handle
            for handle, array in zip(shared, arrays, strict=True)
        ]
        for _ in range(copies)
    ]


def make_up(value: Input, seed: int) -> Any:
    """An array of that type, the same for the same seed.

    Floats are in [0.01, 0.02): variances must be positive, sums must not overflow
    after fifty layers, and subnormal numbers would be slow. Integers are zeros,
    which index everything.
    """
    import numpy

    from placement.stages import dtype_of

    dtype = dtype_of(value.element)
    if dtype.kind in "biu":
        return numpy.zeros(value.shape, dtype)
    random = numpy.random.default_rng(seed)
    return (random.random(value.shape, "float32") * 0.01 + 0.01).astype(dtype)


if __name__ == "__main__":
    main()
