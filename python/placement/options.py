"""Options of passes, written as a textual pipeline takes them."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
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


@contextmanager
def machine_as_file(machine: Any) -> Iterator[Path | None]:
    """A machine that is given as data (docs/Formats.md), in a file for the passes;
    None where it is a name."""
    if not isinstance(machine, Mapping):
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="placement-") as folder:
        path = Path(folder) / "machine.json"
        try:
            path.write_text(json.dumps(machine))
        except TypeError as error:
            raise InputError(f"machine: {error}") from None
        yield path
