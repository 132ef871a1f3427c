"""`placement.profile`: from a model to a table of what its operations cost here."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from placement.calibration import links, ops, process, roofline
from placement.calibration.hardware import Hardware
from placement.calibration.links import Link
from placement.calibration.table import Entry, Profile

if TYPE_CHECKING:
    from placement.frontends.program import Program


def profile(
    source: Any,
    *,
    backend: str = "jax",
    kind: str = "cpu",
    path: str | os.PathLike[str] | None = None,
    groups: bool = True,
    link: Link | None = None,
    cores: Sequence[int] | None = None,
    options: Mapping[str, Any] | None = None,
    timeout: float = process.TIMEOUT,
    progress: Callable[[str], None] | None = None,
) -> Profile:
    """Measures what the operations of a model cost on this machine.

    Each distinct operation is run in a process of its own on one core: the least of
    many times, with weights that are in no cache, less what an empty call takes.
    So are groups of operations that compilers fuse, for the price of light
    operations (docs/Calibration.md). Nothing else should run meanwhile.

    Args:
        source: A placed program; or text, bytes or a file as `placement.place` takes
            them.
        backend: Name of the backend to run it with.
        kind: The kind of device that the times will be for; kinds are those of the
            machine that is then planned for.
        path: File to write the profile to.
        groups: Measure groups, too. Without them light operations have the price
            that they have alone, which is too high.
        link: What hand-overs cost; measured when None.
        cores: Cores to use: the first measures operations, the first two
            hand-overs. None lets the system choose.
        options: For the backend's `compile`.
        timeout: Seconds for each operation. What takes longer is left out.
        progress: Is called with the name of each module that is done.

    Returns:
        The profile. Operations that could not be measured are among its
        `failures`, and have no time: the next cost model prices them.

    Raises:
        InputError: The module is not right, or there is no such backend.
        MissingExtraError: The backend is not installed.
        PlacementError: No process could be started.
    """
    from placement.backends import base

    base.get(backend)  # What is missing is told before anything is measured.
    hardware = Hardware.here(backend)
    extraction = ops.extract(program_of(source).text, groups=groups)
    measured = ops.measure(
        extraction,
        backend,
        hardware=hardware,
        core=cores[0] if cores else None,
        options=options,
        timeout=timeout,
        progress=progress,
    )
    prices = ops.share(extraction, measured)
    if link is None:
        pair = cores[:2] if cores and len(cores) > 1 else None
        link = links.fit(
            links.measure(backend, cores=pair, options=options, timeout=timeout)
        )
    found = Profile(
        kind=kind,
        hardware=hardware,
        entries=tuple(
            Entry(
                o.signature,
                price,
                alone,
                spread,
                o.count,
                o.operations,
                o.nbytes,
                o.element,
            )
            for o, price, alone, spread in zip(
                extraction.operations,
                prices,
                measured.alone,
                measured.spread,
                strict=True,
            )
        ),
        roofline=roofline.fit(_samples(extraction, prices)),
        link=link,
        failures=measured.failures,
    )
    if path is not None:
        found.save(path)
    return found


def program_of(source: Any) -> Program:
    """The program of a placed program as it came in, or the one that is given.

    Raises:
        InputError: It cannot be read.
    """
    from placement.frontends import text
    from placement.frontends.program import Program
    from placement.program import PlacedProgram

    if isinstance(source, PlacedProgram):
        return source.program
    if isinstance(source, Program):
        return source
    return text.read(source)


def _samples(
    extraction: ops.Extraction, prices: Sequence[float | None]
) -> list[roofline.Sample]:
    return [
        roofline.Sample(
            o.operations,
            o.nbytes,
            o.element,
            price,
            o.count,
            o.timing == "heavy",
        )
        for o, price in zip(extraction.operations, prices, strict=True)
        if price is not None and o.timing != "free"
    ]
