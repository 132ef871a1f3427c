"""Machines: kinds of devices with their counts, memory and links."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass

from placement.errors import InputError

# Microseconds in one unit of time, for the units in which links can be priced.
MICROSECONDS = {"s": 1e6, "ms": 1e3, "us": 1.0, "ns": 1e-3}


@dataclass(frozen=True)
class DeviceKind:
    """A number of equal devices.

    Attributes:
        name: Unique in its machine, `acc`.
        count: Number of devices, up to 2**20.
        memory: Bytes that one device holds; None for no limit.
        bandwidth: Bytes per second of the link of each device to the common
            fabric; None where transfers are free.
        latency: Microseconds of each transfer.
        host: Under latency, whether nodes run on it one by one out of host memory
            instead of as pieces that are called; None where that follows: a kind
            without a link, for which no net has a price, is a host.
    """

    name: str
    count: int
    memory: int | None = None
    bandwidth: float | None = None
    latency: float = 0.0
    host: bool | None = None


@dataclass(frozen=True)
class Machine:
    """Kinds of devices, in the order in which arrays list them.

    Attributes:
        kinds: One entry for each kind.
        name: For messages.
    """

    kinds: tuple[DeviceKind, ...]
    name: str = ""

    def __init__(self, kinds: Sequence[DeviceKind], name: str = "") -> None:
        object.__setattr__(self, "kinds", tuple(kinds))
        object.__setattr__(self, "name", name)

    @staticmethod
    def read(path: str | os.PathLike[str]) -> Machine:
        """Reads a machine file (docs/Formats.md).

        Raises:
            InputError: The file cannot be read or breaks a rule of the format.
        """
        # The core checks the file; what it found right can be taken as it is.
        from placement import _core

        name = os.fspath(path)
        text = _core.read_text(name)
        _core.check_machine(text, name)
        loaded = json.loads(text.removeprefix("\ufeff"))
        kinds = []
        for kind in loaded["kinds"]:
            link = kind.get("link", {})
            memory = kind.get("memory")
            kinds.append(
                DeviceKind(
                    kind["name"],
                    int(kind["count"]),
                    None if memory is None else int(memory),
                    link.get("bandwidth"),
                    link.get("latency", 0.0),
                    kind.get("host"),
                )
            )
        return Machine(kinds, loaded["name"])

    def kind_index(self, name: str) -> int:
        """The number of a kind.

        Raises:
            InputError: The machine has no kind of that name.
        """
        for index, kind in enumerate(self.kinds):
            if kind.name == name:
                return index
        known = ", ".join(repr(kind.name) for kind in self.kinds)
        raise InputError(f"the machine has no kind {name!r}; it has {known}")


def link_in_units(kind: DeviceKind, time_unit: str) -> tuple[float, float]:
    """Latency in time units and bytes per time unit, as the core has them; both are
    zero where transfers are free."""
    if kind.bandwidth is None:
        return 0.0, 0.0
    unit = MICROSECONDS[time_unit]
    return kind.latency / unit, kind.bandwidth * (unit / 1e6)
