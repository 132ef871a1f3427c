"""Times of stages, and of the whole program, each alone on a pinned core.

What a pipeline wins is only worth the name when the parts together are as good as
the whole: compilers sometimes make a part far better than its share of the whole.
"""

from __future__ import annotations

import contextlib
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy

from placement.errors import InputError
from placement.runtime import affinity
from placement.runtime.bench import Bench, Order
from placement.runtime.engine import Setup

if TYPE_CHECKING:
    from placement.stages import Call, StageProgram

# Runs of a turn, the first of which is not counted: what ran before on this core
# left its own data in the caches.
_TURN = 4


@dataclass(frozen=True)
class Alone:
    """What ran alone, in milliseconds for one microbatch.

    Attributes:
        stages_ms: Each stage's calls.
        whole_ms: The whole program in one call.
        core: The core on which all of that ran; None where it was not pinned.
    """

    stages_ms: tuple[float, ...]
    whole_ms: float
    core: int | None

    @property
    def ratio(self) -> float:
        """What all stages take, over the whole."""
        return sum(self.stages_ms) / self.whole_ms

    def __str__(self) -> str:
        stages = " + ".join(f"{ms:.3f}" for ms in self.stages_ms)
        return f"alone: stages {stages} ms, whole {self.whole_ms:.3f} ms ({self.ratio:.2f})"


def whole_order(
    program: StageProgram,
    whole: StageProgram,
    values: Mapping[int, numpy.ndarray],
    runs: int = 1,
) -> Order:
    """The order that runs the whole program on arguments of the placed one.

    Args:
        program: The placed program.
        whole: The same program as one call.
        values: Arguments by their ids in `program`; those left out are weights
            that the bench has.
        runs: How many times.

    Raises:
        InputError: It is not the same program, or more than one call.
    """
    check_whole(program, whole)
    call = whole.calls[0]
    inputs = {
        theirs.value: values[ours.value]
        for ours, theirs in zip(program.arguments, whole.arguments, strict=True)
        if ours.value in values
    }
    return Order(call.function, inputs, call.operands, call.results, runs=runs)


def check_whole(program: StageProgram, whole: StageProgram) -> None:
    """Raises InputError unless `whole` is `program` as one call."""
    if len(whole.calls) != 1:
        raise InputError(
            f"whole has {len(whole.calls)} calls; placement.stages.single_stage makes "
            "it one"
        )
    ours, theirs = (
        [p.values[a.value] for a in p.arguments] + [p.values[r] for r in p.results]
        for p in (program, whole)
    )
    if ours != theirs:
        raise InputError("whole is another program: arguments or results differ")


def whole_setup(setup: Setup, whole: StageProgram) -> tuple[dict[str, bytes], dict]:
    """Artifacts of the whole program, and its weights by its own ids."""
    check_whole(setup.program, whole)
    call = whole.calls[0]
    backend = setup.load_backend()
    artifact = backend.compile(whole.texts[call.function], **setup.compile_options)
    weights = {
        theirs.value: setup.weights[ours.value]
        for ours, theirs in zip(setup.program.arguments, whole.arguments, strict=True)
        if ours.value in setup.weights and theirs.value in call.operands
    }
    return {call.function: artifact}, weights


def alone(
    setup: Setup,
    whole: StageProgram,
    inputs: Mapping[int, numpy.ndarray],
    *,
    runs: int = 10,
) -> Alone:
    """Times each stage and the whole program, by turns, on the first stage's core.

    Raises:
        InputError: `whole` is another program, or `runs` is below one.
        StageError: A stage failed.
        StageTimeout: A stage takes too long.
    """
    if runs < 1:
        raise InputError(f"runs is {runs}; it is at least 1")
    program = setup.program
    core = affinity.assign(len(setup.schedule.workers), setup.cores)[0]
    artifacts = setup.compile()
    whole_artifacts, whole_weights = whole_setup(setup, whole)
    with contextlib.ExitStack() as stack:
        benches = {}
        for plan in setup.schedule.workers:
            if plan.calls:
                functions = {c.function: artifacts[c.function] for c in plan.calls}
                weights = {value: setup.weights[value] for value in plan.weights}
                benches[plan.device] = _open(
                    stack, setup, functions, weights, core, plan.label
                )
        reference = _open(
            stack, setup, whole_artifacts, whole_weights, core, "the whole program"
        )
        for bench in (*benches.values(), reference):
            bench.ready()

        orders = list(_first_runs(program, benches, inputs))
        given = {v: a for v, a in inputs.items()}
        everything = whole_order(program, whole, given)
        reference.run(everything)
        again = Order(
            everything.function, {}, everything.operands, everything.results, runs=_TURN
        )
        times: list[list[int]] = [[] for _ in orders]
        whole_times: list[int] = []
        while len(whole_times) < runs:
            whole_times += reference.run(again).times[1:]
            for (stage, order), kept in zip(orders, times, strict=True):
                device = str(program.device_of(stage))
                kept += benches[device].run(order).times[1:]
    by_stage = {stage.stage: 0.0 for stage in program.stages}
    for (stage, _), kept in zip(orders, times, strict=True):
        by_stage[stage] += statistics.median(kept) / 1e6
    return Alone(tuple(by_stage.values()), statistics.median(whole_times) / 1e6, core)


def _open(
    stack: contextlib.ExitStack,
    setup: Setup,
    artifacts: Mapping[str, bytes],
    weights: Mapping[int, numpy.ndarray],
    core: int | None,
    label: str,
) -> Bench:
    bench = Bench(setup, artifacts, weights, core, label)
    stack.callback(bench.close)
    return bench


def _first_runs(
    program: StageProgram,
    benches: Mapping[str, Bench],
    inputs: Mapping[int, numpy.ndarray],
) -> Iterator[tuple[int, Order]]:
    """Runs all calls once, so that each device has what its calls take; gives the
    stage and the order that repeats each."""
    weights = {program.arguments[a].value for a in program.weights}
    values = dict(inputs)
    there: dict[str, set[int]] = {device: set() for device in benches}
    for call in program.calls:
        device = str(program.device_of(call.stage))
        new = {
            v: values[v]
            for v in call.operands
            if v not in weights and v not in there[device]
        }
        order = Order(
            call.function, new, call.operands, call.results, _wanted(program, call)
        )
        values.update(benches[device].run(order).values)
        there[device].update(new, call.results)
        yield (
            call.stage,
            Order(call.function, {}, call.operands, call.results, runs=_TURN),
        )


def _wanted(program: StageProgram, call: Call) -> tuple[int, ...]:
    """Results that other devices take."""
    device = program.device_of(call.stage)
    return tuple(
        v
        for v in call.results
        if any(program.device_of(u.stage) != device for u in program.consumers(v))
    )


def replicas(
    setup: Setup,
    whole: StageProgram,
    inputs: Mapping[int, numpy.ndarray],
    cores: Sequence[int | None],
    *,
    runs: int = 10,
) -> float:
    """Milliseconds for a microbatch when each core runs the whole program.

    No way to use these cores on one stream of microbatches can be faster: it is
    the ceiling for a pipeline. Each core has its own copy of the weights.

    Raises:
        InputError: `whole` is another program, or `runs` is below one.
        StageError: A copy failed.
        StageTimeout: It takes too long.
    """
    with Replicas(setup, whole, inputs, cores) as copies:
        return copies.period_ms(runs)


class Replicas:
    """Copies of the whole program, each on a core; to be used in a `with` block."""

    def __init__(
        self,
        setup: Setup,
        whole: StageProgram,
        inputs: Mapping[int, numpy.ndarray],
        cores: Sequence[int | None],
    ) -> None:
        artifacts, weights = whole_setup(setup, whole)
        first = whole_order(setup.program, whole, inputs)
        self._order = Order(first.function, {}, first.operands, first.results)
        self._stack = contextlib.ExitStack()
        with contextlib.ExitStack() as stack:
            self._benches = [
                _open(stack, setup, artifacts, weights, core, "the whole program")
                for core in cores
            ]
            for bench in self._benches:
                bench.ready()
            for bench in self._benches:
                bench.run(first)
            self._stack = stack.pop_all()

    def __enter__(self) -> Replicas:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def times(self, runs: int, cores: int | None = None) -> list[list[int]]:
        """Nanoseconds of each run, on the first `cores` of them at the same time."""
        if runs < 1:
            raise InputError(f"runs is {runs}; it is at least 1")
        order = Order(
            self._order.function,
            {},
            self._order.operands,
            self._order.results,
            runs=runs,
        )
        benches = self._benches[:cores]
        for bench in benches:
            bench.order(order)
        return [bench.answer(runs).times for bench in benches]

    def period_ms(self, runs: int, cores: int | None = None) -> float:
        """Milliseconds for a microbatch of all copies together."""
        rates = [1 / statistics.median(times) for times in self.times(runs, cores)]
        return 1 / sum(rates) / 1e6
