"""Compiles many modules at once, where the backend can.

A compiler that is started for each operation spends most of its time on starting.
What cannot be compiled costs only itself: when the compiler refuses modules, both
halves of them are tried. A module that is left over alone is compiled by the process
that times it, which then says why it fails.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from placement.backends.base import Backend, JointBackend
from placement.calibration.jobs import Item, Part
from placement.errors import InputError


def compile_items(
    backend: Backend,
    items: Sequence[Item],
    options: Mapping[str, Any],
    *,
    timeout: float,
) -> tuple[tuple[bytes, ...], tuple[Item, ...]]:
    """Compiles as many items together as can be.

    With b bad ones among n, the compiler runs at most 1 + 2 b log2(n) times.

    Args:
        backend: Only one that compiles jointly is asked to.
        items: The modules.
        options: For the backend's `compile`.
        timeout: Seconds for each run of the compiler; what takes longer is halved,
            too.

    Returns:
        Artifacts for `Job.artifacts`; and the same items in the same order, of which
        those that are in an artifact say where.
    """
    if not isinstance(backend, JointBackend):
        return (), tuple(items)
    artifacts: list[bytes] = []
    found: list[Item] = []
    rest = [list(items)]
    while rest:
        together = rest.pop()
        if len(together) < 2:
            found += together
            continue
        try:
            artifact = backend.compile_many(
                [item.text for item in together], limit=timeout, **options
            )
        except InputError:
            half = len(together) // 2
            rest += [together[half:], together[:half]]
            continue
        found += [
            dataclasses.replace(item, part=Part(len(artifacts), number))
            for number, item in enumerate(together)
        ]
        artifacts.append(artifact)
    return tuple(artifacts), tuple(found)
