"""Pytrees of JAX: compared with what a caller gives, and stored as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from placement import extras
from placement.errors import InputError

extras.load("jax", "jax")  # Says what to install where it is missing.

import jax  # noqa: E402

Path = tuple[Any, ...]


@dataclass(frozen=True)
class Tree:
    """The structure of a pytree."""

    structure: Any  # jax's PyTreeDef

    @staticmethod
    def of(structure: Any) -> Tree:
        return Tree(structure)

    def build(self, leaves: Sequence[Any]) -> Any:
        """The pytree with these leaves."""
        return jax.tree.unflatten(self.structure, leaves)

    def paths(self) -> list[Path]:
        """Where each leaf is, as keys of `jax.tree_util`."""
        numbered = self.build(range(self.structure.num_leaves))
        return [path for path, _ in jax.tree_util.tree_flatten_with_path(numbered)[0]]

    def to_json(self, what: str) -> Any:
        """As nested lists; leaves are their numbers.

        Raises:
            InputError: There is another container than dict, list, tuple, None.
        """
        return _encode(self.build(range(self.structure.num_leaves)), what)

    @staticmethod
    def from_json(data: Any) -> Tree:
        return Tree(jax.tree.structure(_decode(data)))


def path_of(path: Path, positions: Sequence[int]) -> str:
    """What a person calls a leaf of (positional arguments, keyword arguments).

    positions: The number, in a call, of each positional argument.
    """
    kind, which, *rest = path
    inside = jax.tree_util.keystr(tuple(rest))
    if kind.idx == 0:
        return f"argument {positions[which.idx]}{inside}"
    return f"argument '{which.key}'{inside}"


def compare_trees(wanted: Tree, arguments: Any, positions: Sequence[int]) -> list[Any]:
    """The leaves of (positional arguments, keyword arguments).

    Raises:
        InputError: They are not of the structure `wanted`; the message names the
            first argument, or part of one, that is missing or too many.
    """
    leaves, structure = jax.tree.flatten(arguments)
    if structure == wanted.structure:
        return leaves
    found = [path for path, _ in jax.tree_util.tree_flatten_with_path(arguments)[0]]
    expected = wanted.paths()
    for path in expected:
        if path not in found:
            raise InputError(f"{path_of(path, positions)} is missing")
    for path in found:
        if path not in expected:
            raise InputError(
                f"there is no {path_of(path, positions)} in the function as it was "
                "placed"
            )
    raise InputError(
        f"the arguments have the structure {structure}, and the function was placed "
        f"with {wanted.structure}"
    )


def _encode(node: Any, what: str) -> Any:
    if node is None or type(node) is int:
        return node
    if type(node) is list:
        return ["list", *(_encode(child, what) for child in node)]
    if type(node) is tuple:
        return ["tuple", *(_encode(child, what) for child in node)]
    if type(node) is dict:
        for key in node:
            if not isinstance(key, str):
                raise InputError(
                    f"{what} cannot be stored: a dict has the key {key!r}, which is no "
                    "string"
                )
        return {key: _encode(child, what) for key, child in node.items()}
    raise InputError(
        f"{what} cannot be stored: there is a {type(node).__name__}, and only dict, "
        "list, tuple and None can be"
    )


def _decode(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _decode(child) for key, child in data.items()}
    if isinstance(data, list):
        kind, *children = data
        decoded = [_decode(child) for child in children]
        return tuple(decoded) if kind == "tuple" else decoded
    return data
