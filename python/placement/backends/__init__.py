"""Compilers and runtimes that execute stages; see `placement.backends.base`."""

from placement.backends.base import Backend, Executable, Handle, get, names

__all__ = ["Backend", "Executable", "Handle", "get", "names"]
