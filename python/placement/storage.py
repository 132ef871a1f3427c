"""Placed programs as files: a zip archive with the module's texts."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy

from placement.calibration.hardware import Hardware
from placement.errors import InputError, PlacementError
from placement.frontends.program import Program

if TYPE_CHECKING:
    from placement.frontends.program import Signature
    from placement.program import PlacedProgram

FORMAT = "placement-program"
VERSION = 1

_TEXTS = ("input.mlir", "annotated.mlir", "outlined.mlir")


def save(placed: PlacedProgram, path: str | os.PathLike[str]) -> Path:
    """See `PlacedProgram.save`."""
    target = Path(path)
    if not isinstance(placed.backend, str):
        raise InputError(
            "a program with a backend of your own cannot be stored: only names can"
        )
    signature = placed.program.signature
    header = {
        "format": FORMAT,
        "version": VERSION,
        "name": placed.program.name,
        "backend": placed.backend,
        "hardware": None if placed.hardware is None else placed.hardware.to_json(),
        "signature": None if signature is None else signature.to_json(),
    }
    texts = (placed.program.text, placed.annotated, placed.outlined)
    temporary = target.with_name(f"{target.name}.{os.getpid()}.tmp")
    try:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("program.json", json.dumps(header, indent=1))
            for name, text in zip(_TEXTS, texts, strict=True):
                archive.writestr(name, text)
            for number, array in enumerate(signature.arrays() if signature else ()):
                with archive.open(
                    f"arrays/{number}.npy", "w", force_zip64=True
                ) as file:
                    numpy.save(file, array, allow_pickle=False)
        temporary.replace(target)
    except OSError as error:
        raise InputError(f"{target}: {error.strerror or error}") from None
    finally:
        temporary.unlink(missing_ok=True)
    return target


def load(path: str | os.PathLike[str]) -> PlacedProgram:
    """Reads what `PlacedProgram.save` wrote.

    Raises:
        InputError: The file cannot be read, is no placed program, or is of another
            version.
        MissingExtraError: It was made from a JAX function, and JAX is not installed.
    """
    from placement.program import PlacedProgram

    try:
        with zipfile.ZipFile(path) as archive:
            header = json.loads(archive.read("program.json"))
            if header["format"] != FORMAT:
                raise InputError(f"{path}: this is no placed program")
            if header["version"] != VERSION:
                raise InputError(
                    f"{path}: this is version {header['version']} of the format; this "
                    f"package reads version {VERSION}: place the program again"
                )
            texts = [archive.read(name).decode() for name in _TEXTS]
            signature = _signature(header["signature"], archive)
            name, backend = header["name"], header["backend"]
            hardware = header["hardware"] and Hardware.from_json(header["hardware"])
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None
    except PlacementError:
        raise
    except (zipfile.BadZipFile, LookupError, TypeError, ValueError, EOFError) as error:
        raise InputError(f"{path}: this is no placed program ({error})") from None
    return PlacedProgram(
        Program(texts[0], name, signature),
        texts[1],
        texts[2],
        (),
        backend,
        hardware,
    )


def _signature(
    data: dict[str, Any] | None, archive: zipfile.ZipFile
) -> Signature | None:
    if data is None:
        return None
    if data["kind"] == "jax":
        from placement.frontends.jax_signature import JaxSignature

        return JaxSignature.from_json(data)
    if data["kind"] == "onnx":
        from placement.frontends.onnx import OnnxSignature

        arrays = []
        for number in range(len(data["initializers"])):
            with archive.open(f"arrays/{number}.npy") as file:
                arrays.append(numpy.load(file, allow_pickle=False))
        return OnnxSignature.from_json(data, arrays)
    raise ValueError(f"signature of kind {data['kind']!r}")
