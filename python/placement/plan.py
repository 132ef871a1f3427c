"""Plans: which node runs where, what that costs, and how good it is."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from placement import _core
from placement.commands.files import write_text
from placement.instance import Instance
from placement.timeline import (
    TimelineEntry,
    draw,
    read_entries,
    trace,
)


@dataclass(frozen=True)
class DeviceLoad:
    """What one device does for each sample; times in the instance's unit.

    Attributes:
        kind: Name of its kind.
        index: Its number among its kind.
        stages: The stages that it runs, in order.
        load: The objective's load of this device; the largest is the plan's value.
        compute: Time of its nodes.
        inbound: Time of what it receives.
        outbound: Time of what it sends.
        sync: Time of keeping replicas equal; zero without replication.
        memory: Bytes in use.
    """

    kind: str
    index: int
    stages: tuple[int, ...]
    load: float
    compute: float
    inbound: float
    outbound: float
    sync: float
    memory: int


@dataclass(frozen=True)
class Alternative:
    """One of several plans that were asked for.

    Attributes:
        value: Time per sample in the instance's unit.
        distance: How much longer it takes than the plan, relative to that: 0.02 is
            2 %. Infinite when only the plan takes no time at all.
        stages: Kind and index of the device of each stage, in order.
        stage_of: (nodes,) the stage of each node, read-only.
        devices: The devices in use.
    """

    value: float
    distance: float
    stages: tuple[tuple[str, int], ...]
    stage_of: NDArray[np.uint32]
    devices: tuple[DeviceLoad, ...]


class Plan:
    """The answer of a solve, checked by the core's own checker.

    Equal input gives an equal plan, byte for byte in `to_json()`, unless a limit
    of time or memory, or an interrupt, ended the search.
    """

    def __init__(self, core: _core.Plan, instance: Instance) -> None:
        """For this package: `solve` and `evaluate` make plans."""
        self._core = core
        self.instance = instance

    @property
    def status(self) -> Literal["optimal", "feasible", "infeasible", "unknown"]:
        """What is proved: never more than that. `unknown` is a limit that came
        before any plan."""
        return self._core.status

    @property
    def stop(self) -> Literal["finished", "gap", "time", "memory", "cancelled"]:
        """Why the search ended."""
        return self._core.stop

    @property
    def proof(self) -> Literal["certified", "engine", "claimed", "none"]:
        """Who vouches for the bound."""
        return self._core.proof

    @property
    def value(self) -> float | None:
        """Time per sample in the instance's unit; None without a plan."""
        return self._core.value

    @property
    def bound(self) -> float | None:
        """No plan has a value below this, by the word of whom `proof` names; None
        where none is feasible."""
        return self._core.bound

    @property
    def proven_bound(self) -> float | None:
        """The part of `bound` that the engine proved."""
        return self._core.proven_bound

    @property
    def claimed_by(self) -> str | None:
        """The general solver whose word `bound` is; None where it is proved."""
        return self._core.claimed_by

    @property
    def gap(self) -> float | None:
        """(value - bound) / value; 0 for an optimal plan, None without a plan."""
        return self._core.gap

    @property
    def algorithm(self) -> str:
        """The algorithm that made it."""
        return self._core.algorithm

    @property
    def explanation(self) -> tuple[str, ...]:
        """Sentences: which algorithms ran, what the bottleneck is, why an instance
        is infeasible, which rules an evaluated plan breaks."""
        return tuple(self._core.explanation)

    @property
    def fingerprint(self) -> str:
        """That of the instance."""
        return self._core.fingerprint

    @cached_property
    def stages(self) -> tuple[tuple[str, int], ...]:
        """Kind and index of the device of each stage, in the order of the chain;
        empty without a plan."""
        return self._stages(self._core.stages)

    @property
    def stage_of(self) -> NDArray[np.uint32]:
        """(nodes,) the stage of each node, read-only; empty without a plan."""
        return self._core.stage_of

    @property
    def rank(self) -> NDArray[np.uint32] | None:
        """(nodes,) the order in which nodes of one core run, read-only; None where
        no host has a bounded number of cores."""
        rank = self._core.rank
        return rank if rank.size else None

    def nodes_of(self, stage: int) -> NDArray[np.intp]:
        """Indices of the nodes of a stage, in program order."""
        return np.flatnonzero(self.stage_of == stage)

    @cached_property
    def devices(self) -> tuple[DeviceLoad, ...]:
        """The devices in use, in the order of their first stages."""
        return self._devices(self.stages, self._core.loads)

    @cached_property
    def alternatives(self) -> tuple[Alternative, ...]:
        """The best plans by value, when several were asked for: this one first, no
        two with the same cuts. Else empty."""
        found = []
        for value, distance, devices, stage_of, loads in self._core.alternatives:
            stages = self._stages(devices)
            load = self._devices(stages, loads)
            found.append(Alternative(value, distance, stages, stage_of, load))
        return tuple(found)

    @cached_property
    def timeline(self) -> tuple[TimelineEntry, ...]:
        """Under latency, when each piece and each host node runs, in the order of
        start, finish, stage and node. Else empty."""
        return read_entries(self._core, self._kinds)

    @property
    def summary(self) -> str:
        """The answer in a line; under latency another about the critical path."""
        return _core.plan_summary(self._core).rstrip("\n")

    def draw_timeline(self, *, width: int = 80, colour: bool = False) -> str:
        """A drawing of a plan for latency: a line for each device, `width` columns
        (40 to 1000), as placement-solve --timeline prints it."""
        return draw(self._core, width, colour)

    def trace(self) -> str:
        """A plan for latency as a Chrome trace (docs/Formats.md)."""
        return trace(self._core)

    def write_trace(self, path: str | os.PathLike[str]) -> None:
        """Writes `trace()`: whole or not at all.

        Raises:
            InputError: The plan has no timeline, or the file cannot be written.
        """
        write_text(os.fspath(path), self.trace())

    @property
    def alternatives_exact(self) -> bool:
        """Proven: no plan with other cuts is better than the last alternative, or,
        with fewer than asked for, none is left at all."""
        return self._core.alternatives_exact

    @cached_property
    def _kinds(self) -> list[str]:
        return [kind[0] for kind in self.instance._core.kinds]

    def _stages(self, devices) -> tuple[tuple[str, int], ...]:
        return tuple((self._kinds[kind], index) for kind, index in devices)

    def _devices(self, stages, loads) -> tuple[DeviceLoad, ...]:
        found = []
        for kind, index, *figures in loads:
            device = (self._kinds[kind], index)
            mine = tuple(s for s, at in enumerate(stages) if at == device)
            found.append(DeviceLoad(*device, mine, *figures))
        return tuple(found)

    def to_json(self) -> str:
        """The text of PLAN.json (docs/Formats.md)."""
        return self._core.to_json()

    def write(self, path: str | os.PathLike[str]) -> None:
        """Writes PLAN.json: whole or not at all.

        Raises:
            InputError: The file cannot be written.
        """
        write_text(os.fspath(path), self.to_json())

    def table(self, *, colour: bool = False) -> str:
        """A table for people, as placement-solve prints it."""
        return self._core.table(colour)

    def __reduce__(self):
        return _restore, (self.instance, _core.plan_state(self._core))

    def __repr__(self) -> str:
        if self.value is None:
            return f"<Plan of {self.instance.source!r}: {self.status}>"
        return (
            f"<Plan of {self.instance.source!r}: {self.value:.6g} "
            f"{self.instance.time_unit} per sample in {len(self.stages)} stages, "
            f"{self.status}, gap {self.gap:.3g}>"
        )


def _restore(instance: Instance, state: tuple) -> Plan:
    return Plan(_core.plan_from_state(instance._core, state), instance)
