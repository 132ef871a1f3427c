"""Placement problems: from files, and from arrays."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from placement import _core
from placement.arrays import NONE, whole_number
from placement.building import build
from placement.commands.files import write_text
from placement.machine import MICROSECONDS, DeviceKind, Machine
from placement.nets import Nets, Weights
from placement.options import cores_text


class Instance:
    """A placement problem that has passed every check; immutable.

    Node indices are positions, from 0, in program order. Times are in the
    instance's own unit, memory is in bytes. The arrays below are read-only views
    on the core's memory.

    Args:
        machine: Kinds of devices.
        times: (nodes, kinds) time of each node on each kind; infinity where the
            kind cannot run the node.
        nets: Values that pass between nodes.
        weights: Parameters that devices hold.
        order: (pairs, 2) node indices, first before second, for dependences that
            no value carries.
        sizes: (nodes,) bytes that count on the node's device.
        stashes: (nodes,) bytes kept for the backward pass for each sample in flight.
        transients: (nodes,) bytes in use while the node runs.
        backward: (nodes,) flags: part of the backward pass.
        groups: (nodes,) nodes of one group, a number from 0, share a device; -1 for
            none.
        pins: For each node a kind, a pair (kind, index), or None.
        node_ids: (nodes,) unique whole numbers for messages and files; 0, 1, ... by
            default.
        names: Display names of the nodes.
        time_unit: What times are in. Links need one of s, ms, us, ns.
        in_flight: `suffix-stages`: a stage holds a stash for itself and for each
            stage after it, as 1F1B training does; `single` for inference.
        source: Name of the problem in messages.

    Raises:
        InputError: An array has a wrong shape or type, or a rule is broken. Names
            the array, the element and the rule.
    """

    def __init__(
        self,
        machine: Machine,
        times: ArrayLike,
        *,
        nets: Nets | None = None,
        weights: Weights | None = None,
        order: ArrayLike | None = None,
        sizes: ArrayLike | None = None,
        stashes: ArrayLike | None = None,
        transients: ArrayLike | None = None,
        backward: ArrayLike | None = None,
        groups: ArrayLike | None = None,
        pins: Sequence[str | tuple[str, int] | None] | None = None,
        node_ids: ArrayLike | None = None,
        names: Sequence[str] | None = None,
        time_unit: str = "unit",
        in_flight: Literal["single", "suffix-stages"] = "single",
        source: str = "instance",
    ) -> None:
        self._core: _core.Instance = build(
            machine,
            times,
            nets=nets,
            weights=weights,
            order=order,
            sizes=sizes,
            stashes=stashes,
            transients=transients,
            backward=backward,
            groups=groups,
            pins=pins,
            node_ids=node_ids,
            names=names,
            time_unit=time_unit,
            in_flight=in_flight,
            source=source,
        )

    @classmethod
    def _wrap(cls, core: _core.Instance) -> Instance:
        made = cls.__new__(cls)
        made._core = core
        return made

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Instance:
        """Reads a published DPO file or our own format (docs/Formats.md); `-` is
        standard input.

        Raises:
            InputError: Names the file, the element and the rule.
        """
        return cls._wrap(_core.Instance.read(os.fspath(path)))

    @classmethod
    def from_json(cls, text: str, source: str = "<text>") -> Instance:
        """The same from text; `source` is its name in messages."""
        return cls._wrap(_core.Instance.parse(text, source))

    def to_json(self) -> str:
        """The problem in our own format; reading it back gives an equal one."""
        return self._core.to_json()

    def write(self, path: str | os.PathLike[str]) -> None:
        """Writes `to_json()` to a file: whole or not at all.

        Raises:
            InputError: The file cannot be written.
        """
        write_text(os.fspath(path), self.to_json())

    @property
    def source(self) -> str:
        """Where it comes from: a file's name."""
        return self._core.source

    @property
    def time_unit(self) -> str:
        """The unit of all times: `ms`, or whatever the source calls it."""
        return self._core.time_unit

    @property
    def in_flight(self) -> Literal["single", "suffix-stages", "all"]:
        """How often a stage holds its stashes: `all` is for each microbatch."""
        return self._core.in_flight

    @property
    def communication(self) -> Literal["sequential", "half-duplex", "full-duplex"]:
        """How transfers share a device's time with its work."""
        return self._core.communication

    @property
    def schedule(self) -> Literal["1f1b", "gpipe"]:
        """How the passes of training are interleaved."""
        return self._core.schedule

    @property
    def microbatches(self) -> int | None:
        """Samples whose stashes every stage holds, where `in_flight` is `all`."""
        return self._core.microbatches or None

    def with_load_model(
        self,
        *,
        communication: str | None = None,
        schedule: str | None = None,
        microbatches: int | None = None,
    ) -> Instance:
        """The same problem under other models of load (docs/Solvers.md, "Models of
        load"); None leaves what it has.

        Args:
            communication: `sequential`, `half-duplex` or `full-duplex`.
            schedule: `1f1b` or `gpipe`.
            microbatches: Under gpipe, every stage keeps the stashes of so many
                samples.

        Raises:
            InputError: There is no such model, or they do not go together.
        """
        if microbatches is not None:
            microbatches = whole_number("microbatches", microbatches, 1, 2**20)
        return Instance._wrap(
            self._core.with_load_model(communication, schedule, microbatches)
        )

    @property
    def objective(self) -> Literal["throughput", "latency"]:
        """What is minimised: the time from sample to sample, or that of one."""
        return self._core.objective

    @property
    def subgraphs_per_device(self) -> int:
        """Under latency how many pieces a device may run; else 1."""
        return self._core.subgraphs_per_device

    @property
    def cores(self) -> int | Literal["machine", "unlimited"]:
        """Under latency how many nodes a host kind runs at once: a number, as many
        as it has devices, or any number; else `unlimited`."""
        cores = self._core.cores
        return int(cores) if cores.isdigit() else cores

    def with_objective(
        self,
        objective: Literal["throughput", "latency"],
        *,
        subgraphs_per_device: int | None = None,
        cores: int | Literal["machine", "unlimited"] | None = None,
    ) -> Instance:
        """The same problem with another objective (docs/Latency.md).

        Args:
            objective: `throughput` or `latency`.
            subgraphs_per_device: Under latency how many pieces a device may run,
                from 1 to 64; None leaves what it has, which is 1 at first.
            cores: Under latency how many nodes a host kind runs at once: a number
                from 1, `machine` for as many as it has devices, or `unlimited`;
                None leaves what it has, which is `unlimited` at first.

        Raises:
            InputError: There is no such objective, or they do not go together.
        """
        if subgraphs_per_device is not None:
            subgraphs_per_device = whole_number(
                "subgraphs_per_device", subgraphs_per_device, 1, 64
            )
        text = None if cores is None else cores_text(cores)
        return Instance._wrap(
            self._core.with_objective(objective, subgraphs_per_device, text)
        )

    @property
    def machine(self) -> Machine:
        """Its devices; kinds of which there are none are left out on reading."""
        unit = MICROSECONDS.get(self.time_unit)
        kinds = []
        for name, count, memory, latency, bandwidth, host in self._core.kinds:
            linked = unit is not None and bandwidth > 0
            kinds.append(
                DeviceKind(
                    name,
                    count,
                    None if memory < 0 else memory,
                    bandwidth / (unit / 1e6) if linked else None,
                    latency * unit if linked else 0.0,
                    host,
                )
            )
        return Machine(kinds, self._core.machine_name)

    @property
    def num_nodes(self) -> int:
        return self._core.num_nodes

    @property
    def num_nets(self) -> int:
        return self._core.num_nets

    @property
    def node_ids(self) -> NDArray[np.int64]:
        """(nodes,) the ids of the source."""
        return self._core.node_ids

    @property
    def names(self) -> list[str]:
        """Display names of the nodes; empty where there are none."""
        return self._core.names

    @property
    def times(self) -> NDArray[np.float64]:
        """(nodes, kinds) times; infinity where a kind cannot run a node."""
        return self._core.times.reshape(self.num_nodes, -1)

    @property
    def backward(self) -> NDArray[np.bool_]:
        """(nodes,) whether a node is of the backward pass."""
        return self._core.backward.astype(bool)

    @property
    def groups(self) -> NDArray[np.int64]:
        """(nodes,) number of the group, -1 for none."""
        return _optional(self._core.groups)

    @property
    def nets(self) -> Nets:
        """The nets, with their prices in `costs`."""
        core = self._core
        return Nets(
            _optional(core.net_producers),
            core.net_offsets.astype(np.int64),
            core.net_consumers.astype(np.int64),
            core.net_costs.reshape(self.num_nets, len(core.kinds)),
            core.net_bytes if core.net_bytes.size else None,
            core.net_on_host.astype(bool),
        )

    @property
    def weights(self) -> Weights:
        """The weights."""
        core = self._core
        return Weights(
            core.weight_bytes,
            core.weight_offsets.astype(np.int64),
            core.weight_users.astype(np.int64),
        )

    @property
    def fingerprint(self) -> str:
        """32 hexadecimal digits over graph, costs, machine and switches."""
        return self._core.fingerprint()

    def __reduce__(self):
        return Instance.from_json, (self.to_json(), self.source)

    def __repr__(self) -> str:
        devices = " + ".join(f"{k.count} {k.name}" for k in self.machine.kinds)
        return (
            f"<Instance {self.source!r}: {self.num_nodes} nodes, "
            f"{self.num_nets} nets, {devices}>"
        )


def read_workload(path: str | os.PathLike[str]) -> Instance:
    """Reads a placement problem: a published DPO file as it is, or our own format
    (docs/Formats.md). `-` is standard input.

    Raises:
        InputError: Names the file, the element and the rule.
    """
    return Instance.read(path)


def _optional(values: NDArray[np.uint32]) -> NDArray[np.int64]:
    return np.where(values == NONE, -1, values.astype(np.int64))
