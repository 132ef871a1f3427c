"""Runs the stages of a program as a pipeline over microbatches."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy

from placement.errors import InputError, PlacementError
from placement.options import whole_number
from placement.runtime import engine as engines
from placement.runtime.accumulate import Mode, finish, is_float, sum_type
from placement.runtime.engine import Setup
from placement.runtime.samples import Sample, Source, check_arrays
from placement.runtime.schedule import make_schedule
from placement.runtime.stats import Completions, Stats, busy_notes

if TYPE_CHECKING:
    from placement.backends.base import Backend
    from placement.runtime.measure import Alone
    from placement.stages import StageProgram

# Seconds that the system can wait at once, rounded down.
LONGEST = 1_000_000


class Pipeline:
    """A program whose devices run side by side, each on its microbatch.

    Use it in a `with` block, or call `close`: afterwards nothing is left running.
    It belongs to one thread at a time.

    Args:
        program: The stages, as `StageProgram.from_text` reads them.
        weights: One array for each weight argument, in order; shape and element
            type as the program says. They are copied.
        backend: Name of a backend, or a backend of your own, which has to be
            importable where the stages run.
        engine: `process` (a process for each device, pinned to a core), `thread`
            (a thread for each), `ray` (an actor for each, on a cluster), `devices`
            (JAX's devices in this process), or another of
            `placement.runtime.engine.names`.
        depth: Microbatches in flight are the stages plus `depth - 1`. With one,
            stages wait for each other's transfers; beyond three nothing is won.
        cores: A core for each device; None takes those available in turn. An
            engine that pins nothing refuses it.
        threads: The most threads that a call may keep busy.
        timeout: Seconds that `map` waits for the next result.
        start_timeout: Seconds that loading all stages may take.
        compile_options: Options of the backend's `compile`.
        engine_options: Options of the engine; see its module.
        artifacts: Function -> what the backend's `compile` made of it, where that
            was done before.
        whole: The program before it was placed, for `measure_alone`: a module as
            text, or as one stage.

    Raises:
        InputError: An argument is wrong, or the backend refuses a stage.
        StageError: A stage could not be loaded.
        StageTimeout: Loading takes too long.
    """

    def __init__(
        self,
        program: StageProgram,
        weights: Sequence[numpy.ndarray],
        *,
        backend: str | Backend = "jax",
        engine: str = "process",
        depth: int = 2,
        cores: Sequence[int] | None = None,
        threads: int = 1,
        timeout: float = 60.0,
        start_timeout: float = 600.0,
        compile_options: Mapping[str, Any] | None = None,
        engine_options: Mapping[str, Any] | None = None,
        artifacts: Mapping[str, bytes] | None = None,
        whole: str | StageProgram | None = None,
    ) -> None:
        self.program = program
        whole_number("depth", depth, 1)
        self.schedule = make_schedule(program, depth)
        self._weights = check_arrays(program, weights, "weight", self.schedule.weights)
        for name, limit in ("timeout", timeout), ("start_timeout", start_timeout):
            if not isinstance(limit, Real) or not 0 < limit <= LONGEST:
                raise InputError(
                    f"{name} is {limit!r}; it is more than zero seconds and at most "
                    f"{LONGEST:,}"
                )
        whole_number("threads", threads, 1)
        unknown = set(artifacts or {}) - {call.function for call in program.calls}
        if unknown:
            raise InputError(
                f"artifacts: the program calls no @{', @'.join(sorted(unknown))}"
            )
        self.whole = whole
        self.setup = Setup(
            program=program,
            schedule=self.schedule,
            weights=self._weights,
            backend=backend,
            cores=cores,
            threads=threads,
            timeout=timeout,
            start_timeout=start_timeout,
            compile_options=dict(compile_options or {}),
            engine_options=dict(engine_options or {}),
            artifacts=dict(artifacts or {}),
        )
        self._engine_name = engine
        self._engine = engines.find(engine)(self.setup)
        self._flight: deque[dict[int, numpy.ndarray]] = deque()
        self._completions = Completions()
        self._running: object | None = None
        self._closed: str | None = None
        self._alone: Alone | None = None
        with self._fragile("starting failed"):
            self._engine.start()

    def __enter__(self) -> Pipeline:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends all stages. A second call does nothing."""
        self._closed = self._closed or "it was closed"
        self._engine.close()

    def map(self, samples: Iterable[Sample]) -> Iterator[list[numpy.ndarray]]:
        """Runs samples through the stages and gives their results, in order.

        Samples are taken as there is room for them, a few more than results were
        given; whatever `samples` raises comes after the results of the samples
        before. An iterator that is left before its end costs nothing but what was
        in flight.

        Args:
            samples: For each microbatch one array for each activation argument,
                in order; they are copied.

        Raises:
            InputError: A sample has other shapes or element types than the program
                says. Samples before it give their results first.
            StageError: A stage failed; the pipeline is closed.
            StageTimeout: A result takes longer than `timeout`; it is closed.
        """
        return self._run(samples, None)

    def accumulate(
        self,
        samples: Iterable[Sample],
        *,
        mean: bool = False,
        results: Sequence[int] | None = None,
    ) -> list[numpy.ndarray]:
        """Runs samples and adds their results up, where the stages make them.

        With a training step this is gradient accumulation. Of a step that returns
        new weights, the mean is the new weights for the mean gradient, as long as
        they depend linearly on the gradient (plain SGD).

        Args:
            samples: As in `map`; at least one.
            mean: Divide by their number.
            results: Numbers of the results to return; None returns all.

        Returns:
            One array for each, of its own element type; floats shorter than 32
            bits are added up in 32.

        Raises:
            InputError: There is no sample, a result has no such number, or cannot
                be added up; else as `map`.
        """
        chosen = range(len(self.schedule.results)) if results is None else results
        for number in chosen:
            self._check_sum(number, mean)
        with contextlib.closing(self._run(samples, mean)) as run:
            sums = next(run, None)
        if sums is None:
            raise InputError("there is no sample to accumulate")
        return [sums[number] for number in chosen]

    def set_weights(self, weights: Sequence[numpy.ndarray]) -> None:
        """Replaces the weights, as after a training step.

        Args:
            weights: As for the pipeline itself.

        Raises:
            InputError: Their number, a shape or an element type is wrong.
            PlacementError: A `map` is under way, or the pipeline is closed.
            StageError: A stage failed; the pipeline is closed.
        """
        checked = check_arrays(self.program, weights, "weight", self.schedule.weights)
        self._drain()
        with self._fragile("a stage failed"):
            self._engine.set_weights(checked)
        self._weights = checked

    def stats(self) -> Stats:
        """What was measured since the start or the last `reset_stats`."""
        backend = self.setup.backend
        stages = self._engine.stage_stats()
        return Stats(
            engine=self._engine_name,
            backend=backend if isinstance(backend, str) else backend.name,
            microbatches=self._completions.count,
            period_ms=self._completions.period_ms(),
            throughput=self._completions.throughput(),
            stages=stages,
            notes=(*self._engine.notes(), *busy_notes(stages)),
            alone=self._alone,
        )

    def measure_alone(self, sample: Sample, *, runs: int = 10) -> Alone:
        """Runs each stage, and the whole program, alone on one core.

        What it finds is part of `stats` from then on, which then can tell a
        speed-up. Nothing else should run on the machine meanwhile, the pipeline
        included.

        Args:
            sample: Activation arguments, as in `map`.
            runs: Timed runs of each; the median counts.

        Raises:
            InputError: The sample is wrong, or the pipeline was made without
                `whole`.
            StageError: A stage failed.
            StageTimeout: Loading or running takes too long.
        """
        from placement.runtime import measure

        if self.whole is None:
            raise InputError(
                "measure_alone needs the program before it was placed: make the "
                "pipeline with whole=TEXT"
            )
        inputs = self._sample(sample)
        if isinstance(self.whole, str):
            from placement.stages import single_stage

            self.whole = single_stage(self.whole)
        self._drain()
        self._alone = measure.alone(self.setup, self.whole, inputs, runs=runs)
        return self._alone

    def reset_stats(self) -> None:
        """Forgets what was measured, after a warm-up say."""
        self._completions = Completions()
        self._engine.reset_stats()

    def _run(
        self, samples: Iterable[Sample], mean: bool | None
    ) -> Iterator[list[numpy.ndarray]]:
        """Runs samples; with `mean` not None adds results up and gives the sums."""
        self._drain()
        self._running = token = object()
        self._completions.begin()
        self._engine.begin()
        try:
            yield from (
                self._each(samples) if mean is None else self._added(samples, mean)
            )
        finally:
            if self._running is token:
                self._running = None

    def _each(self, samples: Iterable[Sample]) -> Iterator[list[numpy.ndarray]]:
        source = Source(samples, self._sample)
        while True:
            while len(self._flight) < self.schedule.limit and source.more():
                self._submit(source.take())
            if not self._flight:
                break
            results = self._collect()
            # Before the caller gets them, so that stages work meanwhile.
            if source.more():
                self._submit(source.take())
            yield results
        source.finish()

    def _added(
        self, samples: Iterable[Sample], mean: bool
    ) -> Iterator[list[numpy.ndarray]]:
        if not self._engine.accumulates:
            yield from self._added_here(samples, mean)
            return
        # Looking ahead must not change a sample that was not sent yet.
        source = Source(samples, self._own_sample)
        first = Mode.FIRST
        results = None
        while True:
            while len(self._flight) < self.schedule.limit and source.more():
                inputs = source.take()
                mode = Mode.ADD | first | (Mode.MEAN if mean else Mode.DELIVER)
                # The last one is known when there is no next.
                if not source.more():
                    mode |= Mode.LAST
                self._submit(inputs, mode)
                first = Mode.DELIVER
            if not self._flight:
                break
            results = self._collect()
        source.finish()
        if results is not None:
            yield results

    def _added_here(
        self, samples: Iterable[Sample], mean: bool
    ) -> Iterator[list[numpy.ndarray]]:
        sums: list[numpy.ndarray] = []
        count = 0
        for results in self._each(samples):
            count += 1
            if not sums:
                sums = [r.astype(sum_type(r.dtype)) for r in results]
                continue
            for total, result in zip(sums, results, strict=True):
                numpy.add(total, result, out=total)
        if count:
            yield [
                finish(total, count if mean else 1).astype(self._result_type(i))
                for i, total in enumerate(sums)
            ]

    def _submit(
        self, inputs: dict[int, numpy.ndarray], mode: Mode = Mode.DELIVER
    ) -> None:
        own = {v: inputs[v].copy() for v in self.schedule.results if v in inputs}
        with self._fragile("a stage failed or was interrupted"):
            self._engine.submit(inputs, mode)
            self._flight.append(own)

    def _collect(self) -> list[numpy.ndarray]:
        with self._fragile("a stage failed or was interrupted"):
            done = self._engine.collect(self.setup.timeout)
            inputs = self._flight.popleft()
        self._completions.add(done.when)
        return [
            self._result(value, done.values, inputs) for value in self.schedule.results
        ]

    def _result(
        self,
        value: int,
        made: Mapping[int, numpy.ndarray],
        inputs: Mapping[int, numpy.ndarray],
    ) -> numpy.ndarray:
        if value in made:
            return made[value]
        if value in inputs:
            return inputs[value]
        if value in self._weights:
            return self._weights[value].copy()
        # Only added up; what it is does not matter.
        kind = self.schedule.types[value]
        return numpy.empty(kind.shape, kind.dtype)

    def _sample(self, sample: Sample) -> dict[int, numpy.ndarray]:
        return check_arrays(
            self.program, sample, "activation", self.schedule.activations
        )

    def _own_sample(self, sample: Sample) -> dict[int, numpy.ndarray]:
        return {value: array.copy() for value, array in self._sample(sample).items()}

    def _check_sum(self, number: int, mean: bool) -> None:
        results = self.schedule.results
        if not 0 <= number < len(results):
            raise InputError(
                f"there is no result {number}; the program has {len(results)}"
            )
        value = results[number]
        dtype = self._result_type(number)
        if self.program.producer(value) is None:
            raise InputError(
                f"result {number} is an argument, there is nothing to add up: name "
                "the others in results="
            )
        if dtype.kind == "b" or (mean and not is_float(dtype)):
            raise InputError(
                f"result {number} has element type {dtype}, of which there is no "
                f"{'mean' if mean else 'sum'}: name the others in results="
            )

    def _result_type(self, number: int) -> numpy.dtype:
        return self.schedule.types[self.schedule.results[number]].dtype

    def _drain(self) -> None:
        """Makes sure that nothing is in flight; what was left there is dropped."""
        if self._running is not None:
            raise PlacementError(
                "another map of this pipeline is under way: take all its results, or "
                "close its iterator"
            )
        while self._flight:
            with self._fragile("a stage failed or was interrupted"):
                self._engine.collect(self.setup.timeout)
                self._flight.popleft()

    @contextlib.contextmanager
    def _fragile(self, why: str) -> Iterator[None]:
        """Whatever goes wrong inside ends the pipeline."""
        if self._closed is not None:
            raise PlacementError(f"the pipeline is closed: {self._closed}")
        try:
            yield
        except BaseException:
            self._closed = why
            self._engine.close()
            raise
