"""Programs as text or bytes: MLIR in generic form, pretty StableHLO, portable
artifacts, files."""

from __future__ import annotations

import os
import re
from pathlib import Path

from placement import _core, extras
from placement.errors import InputError
from placement.frontends.program import Program

BYTECODE = b"ML\xefR"
# MLIR's version of bytecode is one byte; the producer's name follows, to a zero.
_PRODUCER = slice(5, 5 + 64)

# What files of other kinds start with.
_OTHERS = {
    b"HloModule": "HLO text: convert it to StableHLO first",
    b"PK\x03\x04": "a zip file (a PyTorch checkpoint?): export the model to ONNX",
    b"\x7fELF": "a compiled program",
    b"\x89HDF": "an HDF5 file (a Keras model?): export the model to StableHLO",
}

# An operation of a dialect that only jaxlib has, in its pretty form; in the generic
# form the name stands in quotation marks.
_PRETTY = re.compile(
    r"^\s*(?:%[\w:, %#]+ = )?(?:stablehlo|chlo|mhlo|sdy|mpmd)\.\w+", re.M
)
# What is left to look like a path: a line without what every module has.
_PATH = re.compile(r'[^\n{}"]+')


def looks_like_path(source: str) -> bool:
    """Whether a string can only be meant as the name of a file."""
    return bool(_PATH.fullmatch(source.strip()))


def read(source: str | bytes | os.PathLike[str], name: str | None = None) -> Program:
    """A program from text, bytes or a file.

    Args:
        source: MLIR text; or the bytes of a StableHLO portable artifact, as
            jax.export makes them; or the path of a file with either, or of an ONNX
            model. A string of one line without braces is a path.
        name: What to call the source in messages; the path without it.

    Returns:
        The program in generic form, which says nothing about its arguments' names
        unless it comes from ONNX.

    Raises:
        InputError: There is no such file, or it holds something else; the message
            says what it looks like, and what to do.
        MissingExtraError: Pretty StableHLO and artifacts need jax, ONNX needs IREE.
    """
    if isinstance(source, os.PathLike) or (
        isinstance(source, str) and looks_like_path(source)
    ):
        path = Path(source)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise InputError(f"{path}: {error.strerror or error}") from None
        if path.suffix == ".onnx":
            from placement.frontends import onnx

            return onnx.read(path)
        return read(data, name or str(path))
    name = name or "<text>"
    if isinstance(source, str):
        return _program(_generic(source, name), name)
    if source.startswith(BYTECODE):
        return Program(_from_bytecode(source, name), name)
    for start, what in _OTHERS.items():
        if source.startswith(start):
            raise InputError(f"{name}: this is {what}")
    try:
        text = source.decode()
    except UnicodeDecodeError:
        raise InputError(
            f"{name}: neither text nor MLIR bytecode (an ONNX model must be called "
            "*.onnx)"
        ) from None
    return _program(_generic(text, name), name)


def _program(text: str, name: str) -> Program:
    # XLA takes StableHLO alone; IREE takes linalg, too.
    backend = "iree" if '"linalg.' in text and '"stablehlo.' not in text else "jax"
    return Program(text, name, backend=backend)


def _generic(text: str, name: str) -> str:
    """The module in generic form, as the MLIR of this package prints it."""
    if not text.strip():
        raise InputError(f"{name}: there is nothing in it")
    if text.startswith("HloModule"):
        raise InputError(f"{name}: this is {_OTHERS[b'HloModule']}")
    if _PRETTY.search(text):
        text = _from_pretty(text, name)
    return _core.run_pipeline(text, "", source=name)[0]


def _context():
    extras.load("jax", "jax")
    from jax.interpreters import mlir

    return mlir.make_ir_context()


def _print(module) -> str:
    return module.operation.get_asm(print_generic_op_form=True, enable_debug_info=True)


def _from_pretty(text: str, name: str) -> str:
    """The generic form of a module in StableHLO's own syntax."""
    context = _context()
    from jax.extend.mlir import ir

    # Attributes of ours are none of jaxlib's.
    context.allow_unregistered_dialects = True
    try:
        with context:
            return _print(ir.Module.parse(text))
    except ir.MLIRError as error:
        raise InputError(f"{name}: {_shorten(str(error))}") from None


def _from_bytecode(data: bytes, name: str) -> str:
    """The generic form of a portable artifact; other bytecode is refused.

    Bytecode of another version of MLIR can be read without an error and mean
    something else, so only what is portable by design is taken.
    """
    producer = data[_PRODUCER].split(b"\0")[0].decode(errors="replace")
    if not producer.startswith("StableHLO_v"):
        raise InputError(
            f"{name}: this is MLIR bytecode by '{producer}', which only the program "
            "that wrote it reads: write text in generic form, or a StableHLO portable "
            "artifact"
        )
    context = _context()
    from jax.extend.mlir.dialects import stablehlo

    try:
        with context:
            return _print(stablehlo.deserialize_portable_artifact(context, data))
    except Exception as error:
        raise InputError(
            f"{name}: jaxlib cannot read this artifact of {producer}: "
            f"{_shorten(str(error)) or 'it is damaged'}"
        ) from None


def _shorten(message: str) -> str:
    """The first error of a message of MLIR's, without the operations it shows."""
    lines = [line.strip() for line in message.splitlines() if "error:" in line]
    return lines[0].removeprefix("error: ") if lines else message.strip()
