"""Files that commands write."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from placement.errors import InputError


def write_text(path: str, text: str) -> None:
    """Writes a whole file or none: under a temporary name, then renamed; `-` is
    standard output."""
    if path == "-":
        sys.stdout.write(text)
        return
    target = Path(path)
    try:
        if target.exists() and not target.is_file():
            # A device or a pipe cannot be replaced.
            target.write_text(text, encoding="utf-8")
            return
        temporary = target.with_name(f"{target.name}.{os.getpid()}.tmp")
        try:
            temporary.write_text(text, encoding="utf-8")
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None
