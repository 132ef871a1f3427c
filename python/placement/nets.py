"""What passes between nodes, and what devices hold for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from numpy.typing import ArrayLike

from placement.arrays import flatten


@dataclass(frozen=True)
class Nets:
    """Values that pass between nodes: one producer, any number of consumers.

    A net is paid once by each device on which it is cut, as sender or receiver.

    Attributes:
        producers: (nets,) index of the producing node, -1 for a value that the
            host provides.
        offsets, consumers: Consumers of net i are the node indices
            `consumers[offsets[i]:offsets[i + 1]]`, as in a CSR matrix.
        costs: (nets, kinds) time that a device of each kind pays, in the unit of
            the instance. Without it, `bytes` are priced by the machine's links.
        bytes: (nets,) size of each value.
        on_host: (nets,) flags: the host receives the value. None for no net.
    """

    producers: ArrayLike
    offsets: ArrayLike
    consumers: ArrayLike
    costs: ArrayLike | None = None
    bytes: ArrayLike | None = None
    on_host: ArrayLike | None = None

    @staticmethod
    def from_lists(
        producers: ArrayLike,
        consumers: Sequence[ArrayLike],
        *,
        costs: ArrayLike | None = None,
        bytes: ArrayLike | None = None,
        on_host: ArrayLike | None = None,
    ) -> Nets:
        """The same with a list of consumers for each net."""
        offsets, flat = flatten("consumers", consumers)
        return Nets(producers, offsets, flat, costs, bytes, on_host)


@dataclass(frozen=True)
class Weights:
    """Parameters: bytes that count once on each device that uses them.

    Attributes:
        bytes: (weights,) size of each.
        offsets, users: Users of weight i are the node indices
            `users[offsets[i]:offsets[i + 1]]`, as in a CSR matrix.
    """

    bytes: ArrayLike
    offsets: ArrayLike
    users: ArrayLike

    @staticmethod
    def from_lists(bytes: ArrayLike, users: Sequence[ArrayLike]) -> Weights:
        """The same with a list of users for each weight."""
        offsets, flat = flatten("users", users)
        return Weights(bytes, offsets, flat)
