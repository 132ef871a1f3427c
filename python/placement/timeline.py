"""Timelines: when each part of a plan for latency runs."""

from __future__ import annotations

from dataclasses import dataclass

from placement import _core
from placement.errors import InputError


@dataclass(frozen=True)
class TimelineEntry:
    """One call of a piece, or one node on a host; times in the instance's unit.

    Attributes:
        kind: Name of its device's kind.
        index: The device's number among its kind; the core, where a host has a
            bounded number of them.
        stage: The stage that it is (a piece) or belongs to (a host node).
        node: Index of the node that runs on a host; None for a piece.
        start: When it starts.
        finish: When all that it makes is ready.
        inbound: Time of what a piece receives, before it computes.
        compute: Time of its nodes.
        outbound: Time of what a piece sends, after it computed.
        slack: How much longer it could take before the plan does.
        critical: Whether it is on the critical path that the table shows.
        lane: Of host nodes, the core or the lane; nodes of a lane do not overlap.
    """

    kind: str
    index: int
    stage: int
    node: int | None
    start: float
    finish: float
    inbound: float
    compute: float
    outbound: float
    slack: float
    critical: bool
    lane: int


def read_entries(core: _core.Plan, kinds: list[str]) -> tuple[TimelineEntry, ...]:
    """The timeline of a plan of the core; empty where it has none."""
    entries, critical = _core.plan_timeline(core)
    on_path = set(critical)
    return tuple(
        TimelineEntry(kinds[kind], *figures, number in on_path, lane)
        for number, (kind, *figures, lane) in enumerate(entries)
    )


def draw(core: _core.Plan, width: int, colour: bool) -> str:
    """The drawing of a plan of the core."""
    if not 40 <= width <= 1000:
        raise InputError(f"width: {width} columns; give 40 to 1000")
    return _need(_core.draw_timeline(core, width, colour))


def trace(core: _core.Plan) -> str:
    """The Chrome trace of a plan of the core."""
    return _need(_core.plan_trace(core))


def _need(text: str) -> str:
    if not text:
        raise InputError(
            "the plan has no timeline; plans for latency have one, where a plan "
            "is found"
        )
    return text
