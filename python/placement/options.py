"""Options of passes, written as a textual pipeline takes them."""

from __future__ import annotations

import json
import math
import operator
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from placement.errors import InputError


def write_options(options: Mapping[str, Any]) -> str:
    """`{name=value ...}`; names with underscores become dashes, None is left out.

    Raises:
        InputError: A value holds a quotation mark, which no pass option can.
    """
    parts = []
    for name, value in options.items():
        if value is None:
            continue
        text = (
            str(value).lower()
            if isinstance(value, bool)
            else os.fspath(value)
            if (isinstance(value, os.PathLike))
            else str(value)
        )
        if '"' in text or "\n" in text:
            raise InputError(
                f"{name}={text!r}: quotation marks and line ends cannot stand there"
            )
        if not text:
            raise InputError(f"{name} is empty")
        parts.append(f'{name.replace("_", "-")}="{text}"')
    return "{" + " ".join(parts) + "}"


def whole_number(name: str, value: Any, lowest: int) -> int | None:
    """`value`, checked; None stays None.

    Raises:
        InputError: It is no whole number, or below `lowest`.
    """
    if value is None:
        return None
    try:
        number = operator.index(value)
    except TypeError:
        number = lowest - 1
    if isinstance(value, bool) or number < lowest:
        raise InputError(f"{name}: is {value!r}; give a whole number from {lowest}")
    return number


def number(name: str, value: Any) -> float | None:
    """`value`, checked; None stays None.

    Raises:
        InputError: It is no number, or below zero.
    """
    if value is None:
        return None
    try:
        converted = float(value)
    except (TypeError, ValueError):
        converted = math.nan
    if not converted >= 0:
        raise InputError(f"{name}: is {value!r}; give a number from 0")
    return converted


def cores_text(cores: Any) -> str:
    """The number of cores of hosts as the core reads it.

    Raises:
        InputError: It is neither a number from 1 nor a word that stands for one.
    """
    if isinstance(cores, str) and cores in ("machine", "unlimited"):
        return cores
    try:
        return str(whole_number("cores", cores, 1))
    except InputError:
        raise InputError(
            f"cores: is {cores!r}; give a whole number from 1, 'machine' or 'unlimited'"
        ) from None


@contextmanager
def machine_as_file(machine: Any) -> Iterator[Path | None]:
    """A machine that is given as data (docs/Formats.md), in a file for the passes;
    None where it is a name. Errors about the file then are about `machine`.

    Raises:
        InputError: It is neither.
    """
    if machine is None or isinstance(machine, str):
        yield None
        return
    if not isinstance(machine, Mapping):
        raise InputError(
            "machine: is the name of one, or a dict as in a machine file, not a "
            f"{type(machine).__name__}; a file is given as machine_file"
        )
    with tempfile.TemporaryDirectory(prefix="placement-") as folder:
        path = Path(folder) / "machine.json"
        try:
            path.write_text(json.dumps(machine))
        except TypeError as error:
            raise InputError(f"machine: {error}") from None
        try:
            yield path
        except InputError as error:
            message = str(error).replace(f"machine file '{path}'", "machine")
            renamed = InputError(message)
            renamed.diagnostics = error.diagnostics
            raise renamed from None


def profile_as_file(
    profile: Any,
) -> AbstractContextManager[str | os.PathLike[str] | None]:
    """The file of a profile for the passes: it, or one that is written for the time
    being."""
    if profile is None or isinstance(profile, (str, os.PathLike)):
        return nullcontext(profile)
    return profile.as_file()
