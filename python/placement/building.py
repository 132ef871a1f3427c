"""From a caller's arrays to an instance of the core."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from placement import _core
from placement.arrays import NONE, array, figures, indices, whole, whole_number
from placement.errors import InputError
from placement.machine import MICROSECONDS, Machine, link_in_units
from placement.nets import Nets, Weights


def build(
    machine: Machine,
    times: ArrayLike,
    *,
    nets: Nets | None,
    weights: Weights | None,
    order: ArrayLike | None,
    sizes: ArrayLike | None,
    stashes: ArrayLike | None,
    transients: ArrayLike | None,
    backward: ArrayLike | None,
    groups: ArrayLike | None,
    pins: Sequence[str | tuple[str, int] | None] | None,
    node_ids: ArrayLike | None,
    names: Sequence[str] | None,
    time_unit: str,
    in_flight: str,
    source: str,
) -> _core.Instance:
    """Checks shapes and types, and lets the core check the rest; the arguments
    are those of `placement.Instance`."""
    builder = _core.InstanceBuilder()
    builder.source = source
    builder.time_unit = time_unit
    _set_machine(builder, machine, time_unit)
    kinds = len(machine.kinds)
    table = figures("times", times, (-1, kinds), f"a table of (nodes, {kinds} kinds)")
    nodes = len(table)
    builder.times(table.ravel())
    if node_ids is None:
        node_ids = np.arange(nodes)
    limits = {"lowest": -(2**63), "highest": 2**63 - 1}
    rule = f"a whole number for each of {nodes} nodes"
    builder.node_ids(whole("node_ids", node_ids, nodes, rule, **limits))
    if names is not None:
        builder.names = _names(names, nodes)
    rule = f"a number for each of {nodes} nodes"
    if sizes is not None:
        builder.sizes(figures("sizes", sizes, (nodes,), rule))
    if stashes is not None:
        builder.stashes(figures("stashes", stashes, (nodes,), rule))
    if transients is not None:
        builder.transients(figures("transients", transients, (nodes,), rule))
    if backward is not None:
        builder.backward(_flags("backward", backward, nodes, "nodes"))
    if groups is not None:
        rule = f"a group number, or -1, for each of {nodes} nodes"
        builder.groups(indices("groups", groups, nodes, NONE, rule, optional=True))
    if pins is not None:
        _set_pins(builder, machine, pins, nodes)
    if nets is not None:
        _set_nets(builder, machine, nets, nodes, time_unit)
    if weights is not None:
        _set_weights(builder, weights, nodes)
    if order is not None:
        pairs = array("order", order, (-1, 2), "pairs of node indices")
        rule = f"node indices below {nodes}"
        columns = [
            indices(f"order[:, {c}]", pairs[:, c], len(pairs), nodes, rule)
            for c in (0, 1)
        ]
        builder.order(np.stack(columns, axis=1).ravel())
    if in_flight == "suffix-stages":
        builder.keep_stashes()
    elif in_flight != "single":
        raise InputError(
            f"in_flight: is {in_flight!r}; give 'single' or 'suffix-stages'"
        )
    return builder.build()


def _names(names: Sequence[str], nodes: int) -> list[str]:
    made = list(names)
    if len(made) != nodes or not all(isinstance(name, str) for name in made):
        raise InputError(f"names: give a string for each of {nodes} nodes")
    return made


def _flags(name: str, values: ArrayLike, length: int, what: str):
    rule = f"0 or 1 for each of {length} {what}"
    return whole(name, values, length, rule, lowest=0, highest=1).astype(np.uint8)


def _set_machine(
    builder: _core.InstanceBuilder, machine: Machine, time_unit: str
) -> None:
    builder.machine_name = machine.name
    for kind in machine.kinds:
        at = f"machine: kind {kind.name!r}"
        if not isinstance(kind.name, str):
            raise InputError(f"{at}: the name is no string")
        count = whole_number(f"{at}: count", kind.count, 0, 2**20)
        memory = -1
        if kind.memory is not None:
            if not 0 <= kind.memory < 2**63:
                raise InputError(
                    f"{at}: has the memory {kind.memory}; give bytes, or None for "
                    "no limit"
                )
            memory = int(kind.memory)
        if kind.bandwidth is not None:
            if time_unit not in MICROSECONDS:
                raise InputError(
                    f"{at}: has a link, which needs a time_unit of "
                    f"{', '.join(MICROSECONDS)}, not {time_unit!r}"
                )
            if not (kind.bandwidth > 0 and kind.latency >= 0):
                raise InputError(
                    f"{at}: has a bandwidth of {kind.bandwidth} and a latency of "
                    f"{kind.latency}; give bytes per second above 0 and "
                    "microseconds from 0"
                )
        if kind.host not in (None, True, False):
            raise InputError(f"{at}: host is {kind.host!r}; give True, False or None")
        link = link_in_units(kind, time_unit)
        builder.add_kind((kind.name, count, memory, *link, kind.host))


def _set_pins(
    builder: _core.InstanceBuilder,
    machine: Machine,
    pins: Sequence[str | tuple[str, int] | None],
    nodes: int,
) -> None:
    if len(pins) != nodes:
        raise InputError(f"pins: has {len(pins)} entries; give one for each of {nodes}")
    kinds = np.full(nodes, NONE, dtype=np.uint32)
    devices = np.full(nodes, NONE, dtype=np.uint32)
    for node, pin in enumerate(pins):
        if pin is None:
            continue
        at = f"pins[{node}]"
        kind, index = (pin, None) if isinstance(pin, str) else _pair(at, pin)
        try:
            kinds[node] = machine.kind_index(kind)
        except InputError as error:
            raise InputError(f"{at}: {error}") from None
        if index is not None:
            most = machine.kinds[kinds[node]].count - 1
            index = whole_number(f"{at}: index among {kind!r}", index, 0, most)
            devices[node] = index
    builder.pin_kinds(kinds)
    builder.pin_indices(devices)


def _pair(at: str, pin: object) -> tuple[str, int]:
    if isinstance(pin, tuple | list) and len(pin) == 2:
        return pin[0], pin[1]
    raise InputError(f"{at}: is {pin!r}; give a kind, a pair (kind, index), or None")


def _set_offsets(name: str, offsets: ArrayLike, count: int, entries: int):
    rule = f"{count + 1} offsets that start with 0, never fall and end with {entries}"
    made = indices(name, offsets, count + 1, entries + 1, rule)
    if (
        made[0] != 0
        or made[-1] != entries
        or (np.diff(made.astype(np.int64)) < 0).any()
    ):
        raise InputError(f"{name}: give {rule}")
    return made


def _set_nets(
    builder: _core.InstanceBuilder,
    machine: Machine,
    nets: Nets,
    nodes: int,
    time_unit: str,
) -> None:
    count = np.asarray(nets.producers).size
    kinds = len(machine.kinds)
    rule = f"node indices below {nodes}, or -1 for the host"
    producers = indices(
        "nets.producers", nets.producers, count, nodes, rule, optional=True
    )
    builder.net_producers(producers)
    entries = np.asarray(nets.consumers).size
    builder.net_offsets(_set_offsets("nets.offsets", nets.offsets, count, entries))
    rule = f"node indices below {nodes}"
    builder.net_consumers(
        indices("nets.consumers", nets.consumers, entries, nodes, rule)
    )
    sizes = None
    if nets.bytes is not None:
        rule = f"bytes for each of {count} nets"
        sizes = figures("nets.bytes", nets.bytes, (count,), rule)
        builder.net_bytes(sizes)
    if nets.costs is not None:
        rule = f"a table of ({count} nets, {kinds} kinds)"
        costs = figures("nets.costs", nets.costs, (count, kinds), rule)
    elif sizes is None:
        raise InputError("nets: have neither costs nor bytes; give one of them")
    else:
        costs = np.zeros((count, kinds))
        for index, kind in enumerate(machine.kinds):
            latency, bandwidth = link_in_units(kind, time_unit)
            if bandwidth > 0:
                costs[:, index] = latency + sizes / bandwidth
    builder.net_costs(costs.ravel())
    if nets.on_host is not None:
        builder.net_on_host(_flags("nets.on_host", nets.on_host, count, "nets"))


def _set_weights(builder: _core.InstanceBuilder, weights: Weights, nodes: int) -> None:
    count = np.asarray(weights.bytes).size
    rule = f"bytes for each of {count} weights"
    builder.weight_bytes(figures("weights.bytes", weights.bytes, (count,), rule))
    entries = np.asarray(weights.users).size
    builder.weight_offsets(
        _set_offsets("weights.offsets", weights.offsets, count, entries)
    )
    rule = f"node indices below {nodes}"
    builder.weight_users(indices("weights.users", weights.users, entries, nodes, rule))
