"""What each device of a program does for one microbatch, and who hands what to whom.

A device has one worker for all its stages. A `Channel` carries the values that one
call makes for one other device, or for the caller; it has one message for each
microbatch, in order. Workers run their calls of a microbatch in the order of the
driver, whichever stage they are of, and of several microbatches the oldest that can
go on. So messages of a channel are sent and taken in the order of microbatches, and
a message has a slot of its own while at most `limit` microbatches are in flight:
sending never waits. docs/Execution.md says why nothing locks up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy

from placement.errors import InputError

if TYPE_CHECKING:
    from placement.stages import StageProgram

# Stands for the caller where a worker is asked for.
HOST = -1


@dataclass(frozen=True)
class Kind:
    """Shape, element type and bytes of a value.

    What `placement.stages.TensorType` says; but that comes with the compiler,
    which a worker has no use for.
    """

    shape: tuple[int, ...]
    dtype: numpy.dtype
    nbytes: int

    def __str__(self) -> str:
        return f"{self.dtype}[{','.join(map(str, self.shape))}]"


@dataclass(frozen=True)
class Channel:
    """Values that go from one call, or from the caller, to one device or back.

    Attributes:
        index: Its number among the channels of the schedule.
        source: Position of the worker that sends, or `HOST`.
        target: Position of the worker that receives, or `HOST`.
        call: Number of the call that makes the values; None from the caller.
        values: Their ids. May be empty: then a message only says that a
            microbatch starts, or that it is through.
        types: Their types.
    """

    index: int
    source: int
    target: int
    call: int | None
    values: tuple[int, ...]
    types: tuple[Kind, ...]

    @property
    def nbytes(self) -> int:
        """Bytes of a message."""
        return sum(t.nbytes for t in self.types)


@dataclass(frozen=True)
class StageCall:
    """A call as its worker sees it.

    Attributes:
        call: Its number in the program.
        stage: Number of its stage.
        function: Name of the function.
        operands: Ids of values, in order.
        results: Ids of values, in order.
        receives: Channels whose message it needs and no earlier call of the
            worker has waited for.
        sends: Channels that take its results.
        keeps: Results that later calls of the worker use: the stash, and what a
            stage hands to another of its device.
        frees: Values, weights left out, that no later call of the worker uses.
    """

    call: int
    stage: int
    function: str
    operands: tuple[int, ...]
    results: tuple[int, ...]
    receives: tuple[int, ...]
    sends: tuple[int, ...]
    keeps: frozenset[int]
    frees: tuple[int, ...]


@dataclass(frozen=True)
class WorkerPlan:
    """All that the worker of a device has to know; it can be pickled.

    Attributes:
        position: Its position among the workers; channels speak of that.
        stages: Numbers of its stages in the program.
        device: Its device, `acc:1`.
        calls: Calls of its stages for one microbatch, in order.
        weights: Ids of the weights that they use; each is held once.
        sources: Value that comes from elsewhere -> its channel and position there.
        channels: All channels of the schedule, by index.
        limit: The most microbatches in flight.
    """

    position: int
    stages: tuple[int, ...]
    device: str
    calls: tuple[StageCall, ...]
    weights: tuple[int, ...]
    sources: dict[int, tuple[int, int]]
    channels: tuple[Channel, ...]
    limit: int

    @property
    def label(self) -> str:
        """How messages name it: `stage 1 (acc:1)`, `stages 0, 2 (acc:0)`."""
        noun = "stage" if len(self.stages) == 1 else "stages"
        return f"{noun} {', '.join(map(str, self.stages))} ({self.device})"


@dataclass(frozen=True)
class Schedule:
    """The plan of a whole pipeline.

    Attributes:
        workers: One plan for each device, in the order of their first stages.
        channels: By index.
        limit: The most microbatches in flight, and so the slots of a channel.
        activations: Ids of the activation arguments, in order.
        weights: Ids of the weight arguments, in order.
        results: Ids of the program's results, in order; may repeat, and may be
            arguments.
        types: Type of each of those arguments and results.
    """

    workers: tuple[WorkerPlan, ...]
    channels: tuple[Channel, ...]
    limit: int
    activations: tuple[int, ...]
    weights: tuple[int, ...]
    results: tuple[int, ...]
    types: dict[int, Kind]

    def into(self, target: int) -> tuple[Channel, ...]:
        """Channels that a worker, or `HOST`, receives from."""
        return tuple(c for c in self.channels if c.target == target)

    def out_of(self, source: int) -> tuple[Channel, ...]:
        """Channels that a worker, or `HOST`, sends to."""
        return tuple(c for c in self.channels if c.source == source)


def make_schedule(program: StageProgram, depth: int = 2) -> Schedule:
    """Plans a program for a pipeline.

    Args:
        program: The stages.
        depth: How many microbatches more than are needed to occupy all stages
            are in flight, plus one: `len(stages) + depth - 1` in all.

    Raises:
        InputError: `depth` is below one, the program has no stages, or it uses a
            value that nothing makes.
    """
    if depth < 1:
        raise InputError(f"depth is {depth}; it is at least 1")
    if not program.stages:
        raise InputError("the program has no stages to run")
    return _Planner(program).plan(len(program.stages) + depth - 1)


class _Planner:
    def __init__(self, program: StageProgram) -> None:
        self.program = program
        self.devices = program.devices
        self.positions = {s.stage: self.devices.index(s.device) for s in program.stages}
        self.channels: list[Channel] = []
        arguments = program.arguments
        self.activations = tuple(arguments[a].value for a in program.activations)
        self.weights = tuple(arguments[a].value for a in program.weights)
        self.makers: dict[int, int | None] = dict.fromkeys(self.activations)
        for number, call in enumerate(program.calls):
            for value in call.results:
                self.makers[value] = number

    def plan(self, limit: int) -> Schedule:
        program = self.program
        workers = range(len(self.devices))
        of_worker: list[list[int]] = [[] for _ in workers]
        for number, call in enumerate(program.calls):
            of_worker[self._position(call.stage)].append(number)

        # Channels are made target by target, so that their order, and with it
        # all that is laid out by it, follows from the program alone.
        needs = [self._receive(worker, of_worker[worker]) for worker in workers]
        produced = [v for v in program.results if self.makers.get(v) is not None]
        for value in program.results:
            if value not in self.makers and value not in self.weights:
                raise InputError(f"nothing makes result %{value} of the program")
        self._connect(HOST, produced)
        self._report_ends(of_worker)

        channels = tuple(self.channels)
        plans = tuple(
            WorkerPlan(
                position=worker,
                stages=program.stages_on(self.devices[worker]),
                device=str(self.devices[worker]),
                calls=self._calls(worker, of_worker[worker]),
                weights=tuple(
                    v for v in self.weights if any(v in n for n in needs[worker])
                ),
                sources=self._sources(worker),
                channels=channels,
                limit=limit,
            )
            for worker in workers
        )
        ends = {*self.activations, *self.weights, *program.results}
        return Schedule(
            workers=plans,
            channels=channels,
            limit=limit,
            activations=self.activations,
            weights=self.weights,
            results=tuple(program.results),
            types={value: self._kind(value) for value in sorted(ends)},
        )

    def _position(self, stage: int) -> int:
        position = self.positions.get(stage)
        if position is None:
            raise InputError(f"the program calls stage {stage}, which it doesn't list")
        return position

    def _receive(self, worker: int, calls: list[int]) -> list[tuple[int, ...]]:
        """Makes the channels into a worker; returns the operands of its calls."""
        operands = [tuple(self.program.calls[number].operands) for number in calls]
        weights = set(self.weights)
        outside = []
        for number, values in zip(calls, operands, strict=True):
            for value in values:
                if value in weights:
                    continue
                if value not in self.makers:
                    raise InputError(
                        f"nothing makes operand %{value} of "
                        f"@{self.program.calls[number].function}"
                    )
                maker = self.makers[value]
                if maker not in calls:
                    outside.append(value)
                elif maker >= number:
                    raise InputError(
                        f"@{self.program.calls[number].function} uses %{value} "
                        "before it is made"
                    )
        self._connect(worker, outside)
        into = [c for c in self.channels if c.target == worker]
        if calls and not any(c.source == HOST for c in into):
            received = {v for c in into for v in c.values}
            if not received.intersection(operands[0]):
                # Nothing else would say when a microbatch starts.
                self._add(HOST, worker, None, ())
        return operands

    def _connect(self, target: int, values: Iterable[int]) -> None:
        """One channel for each call, or the caller, that makes some of `values`."""
        by_maker: dict[int | None, list[int]] = {}
        for value in dict.fromkeys(values):
            by_maker.setdefault(self.makers[value], []).append(value)
        for maker in sorted(by_maker, key=lambda m: -1 if m is None else m):
            source = (
                HOST
                if maker is None
                else self._position(self.program.calls[maker].stage)
            )
            self._add(source, target, maker, tuple(by_maker[maker]))

    def _add(
        self, source: int, target: int, call: int | None, values: tuple[int, ...]
    ) -> None:
        types = tuple(map(self._kind, values))
        self.channels.append(
            Channel(len(self.channels), source, target, call, values, types)
        )

    def _kind(self, value: int) -> Kind:
        kind = self.program.values[value]
        return Kind(tuple(kind.shape), kind.dtype, kind.nbytes)

    def _report_ends(self, of_worker: list[list[int]]) -> None:
        """Lets the caller know when all calls of a microbatch have run.

        Calls of a worker run in order and a call that sends is followed by its
        receivers, so it is enough to hear of last calls that send nothing.
        """
        sending = {channel.call for channel in self.channels}
        for worker, calls in enumerate(of_worker):
            if calls and calls[-1] not in sending:
                self._add(worker, HOST, calls[-1], ())

    def _sources(self, worker: int) -> dict[int, tuple[int, int]]:
        return {
            value: (channel.index, position)
            for channel in self.channels
            if channel.target == worker
            for position, value in enumerate(channel.values)
        }

    def _calls(self, worker: int, numbers: list[int]) -> tuple[StageCall, ...]:
        calls = [self.program.calls[number] for number in numbers]
        weights = set(self.weights)
        last_use: dict[int, int] = {}
        for order, call in enumerate(calls):
            for value in call.operands:
                last_use[value] = order
        sources = self._sources(worker)
        from_host = [
            c.index for c in self.channels if c.target == worker and c.source == HOST
        ]
        awaited: set[int] = set()
        planned = []
        for order, (number, call) in enumerate(zip(numbers, calls, strict=True)):
            needed = {sources[v][0] for v in call.operands if v in sources}
            if order == 0:
                needed.update(from_host)
            receives = sorted(needed - awaited)
            awaited.update(needed)
            planned.append(
                StageCall(
                    call=number,
                    stage=call.stage,
                    function=call.function,
                    operands=tuple(call.operands),
                    results=tuple(call.results),
                    receives=tuple(receives),
                    sends=tuple(c.index for c in self.channels if c.call == number),
                    keeps=frozenset(v for v in call.results if v in last_use),
                    frees=tuple(
                        v
                        for v, last in last_use.items()
                        if last == order and v not in weights
                    ),
                )
            )
        return tuple(planned)
