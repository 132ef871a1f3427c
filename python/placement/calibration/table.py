"""Profiles: what operations cost on the hardware they were measured on."""

from __future__ import annotations

import dataclasses
import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy

from placement.calibration.hardware import Hardware
from placement.calibration.links import Link
from placement.calibration.roofline import Roofline
from placement.errors import InputError

VERSION = 1
# How strongly prices are held where they are when they are fitted to stages: what
# a relative error of the sum of a stage weighs against a relative change of a
# price that makes up all of it.
_STIFFNESS = 0.05
# A fitted price is within these factors of the measured one.
_FACTORS = (0.1, 10.0)


@dataclass(frozen=True)
class Entry:
    """The price of one signature.

    Attributes:
        signature: As placement-print-op-signatures writes it.
        time: Microseconds that such an operation adds to a program; None where it
            could not be measured, and the next cost model prices it.
        alone: Microseconds of the operation in a module of its own.
        spread: By how much the median of the times alone is above the least.
        count: How many operations of the model have the signature.
        operations: Arithmetic operations of one; a transcendental is eight.
        nbytes: Bytes that one reads and writes; both are zero for constants.
        element: Element type of most of the arithmetic; may be empty.
    """

    signature: str
    time: float | None
    alone: float | None = None
    spread: float = 0.0
    count: int = 1
    operations: float = 0.0
    nbytes: float = 0.0
    element: str = ""

    def to_json(self, kind: str) -> dict[str, Any]:
        """As a profile has it."""
        info = dataclasses.asdict(self)
        del info["signature"], info["time"]
        times = {} if self.time is None else {kind: self.time}
        return {"signature": self.signature, "times": times, "info": info}

    @staticmethod
    def from_json(data: Any, kind: str) -> Entry:
        """Reads what `to_json` made."""
        return Entry(data["signature"], data["times"].get(kind), **data["info"])


@dataclass(frozen=True)
class Profile:
    """What placement.profile measured; `profile=` takes its file.

    Attributes:
        kind: The kind of device that the times are for.
        hardware: What they were measured on.
        entries: Prices by signature.
        roofline: Fitted to the prices; prices what no entry does.
        link: Fitted to hand-overs between stages.
    """

    kind: str
    hardware: Hardware
    entries: tuple[Entry, ...]
    roofline: Roofline
    link: Link
    failures: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The profile as data, in the format of docs/Formats.md."""
        return {
            "version": VERSION,
            "info": {
                "kind": self.kind,
                "hardware": self.hardware.to_json(),
                "roofline": self.roofline.to_json(),
                "link": self.link.to_json(),
                "failures": dict(self.failures),
            },
            "entries": [e.to_json(self.kind) for e in self.entries],
        }

    @staticmethod
    def from_json(data: Any, source: str = "the profile") -> Profile:
        """Reads what `to_json` made.

        Raises:
            InputError: It is no profile, or placement.profile did not write it: then
                it doesn't say what hardware it is for.
        """
        try:
            if data["version"] != VERSION:
                raise InputError(
                    f"{source} has version {data['version']}; this package reads "
                    f"version {VERSION}: measure again"
                )
            info = data["info"]
            kind = info["kind"]
            entries = tuple(Entry.from_json(e, kind) for e in data["entries"])
            return Profile(
                kind,
                Hardware.from_json(info["hardware"]),
                entries,
                Roofline.from_json(info["roofline"]),
                Link.from_json(info["link"]),
                info["failures"],
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise InputError(
                f"{source} was not written by placement.profile "
                f"({type(error).__name__}: {error}): measure one, or give one whose "
                "'info' says kind, hardware, roofline and link"
            ) from None

    @staticmethod
    def load(path: str | os.PathLike[str]) -> Profile:
        """Reads a file that `save` wrote.

        Raises:
            InputError: It cannot be read, or is no such file.
        """
        name = f"profile {os.fspath(path)}"
        try:
            data = json.loads(Path(path).read_text())
        except OSError as error:
            raise InputError(f"{name} cannot be read: {error.strerror}") from None
        except ValueError as error:
            raise InputError(f"{name} is not valid JSON: {error}") from None
        return Profile.from_json(data, name)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes the file; it appears complete or not at all.

        Raises:
            InputError: It cannot be written.
        """
        target = Path(path)
        temporary = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            temporary.write_text(json.dumps(self.to_json(), indent=1) + "\n")
            temporary.replace(target)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise InputError(
                f"profile {target} cannot be written: {error.strerror}"
            ) from None
        return target

    @contextmanager
    def as_file(self) -> Iterator[Path]:
        """The profile in a file for the passes, for the time being."""
        with tempfile.TemporaryDirectory(prefix="placement-") as folder:
            yield self.save(Path(folder) / "profile.json")

    def check(self, backend: str | None = None) -> None:
        """Makes sure that this is a profile of this machine and of `backend`.

        Raises:
            InputError: It is one of other hardware; the message says what differs.
        """
        self.hardware.check(backend or self.hardware.backend, "the profile")

    def machine(
        self, count: int, *, name: str = "here", memory: int | None = None
    ) -> dict[str, Any]:
        """A machine of such devices, as data for `machine=` and `machine-file=`.

        Args:
            count: How many devices; for a pipeline of processes, cores.
            name: Name of the machine.
            memory: Bytes that each device has; None for no limit.
        """
        kind: dict[str, Any] = {
            "name": self.kind,
            "count": count,
            "link": self.link.to_machine(),
            "roofline": self.roofline.to_json(),
        }
        if memory is not None:
            kind["memory"] = memory
        return {"version": VERSION, "name": name, "kinds": [kind]}

    def predict(self, counts: Mapping[str, int], source: str = "profile") -> float:
        """Microseconds of a stage with so many operations of each signature.

        Args:
            counts: Signature -> how many.
            source: `profile` for the prices, `alone` for the times of operations
                alone, `roofline` for the roofline. What the former two do not know
                the roofline prices; a signature that is in no entry is free.
        """
        total = 0.0
        for signature, count in counts.items():
            entry = self._by_signature.get(signature)
            if entry is not None:
                total += count * self._price(entry, source)
        return total

    def _price(self, entry: Entry, source: str) -> float:
        time = {"profile": entry.time, "alone": entry.alone, "roofline": None}[source]
        if time is not None:
            return time
        if source == "alone" and entry.time == 0:
            return 0.0
        return self.roofline.time(entry.operations, entry.nbytes, entry.element)

    @cached_property
    def _by_signature(self) -> dict[str, Entry]:
        return {e.signature: e for e in self.entries}

    def fitted(self, stages: Sequence[tuple[Mapping[str, int], float]]) -> Profile:
        """The profile with prices that agree better with stages measured whole.

        What a compiler does across operations is in no price of an operation alone.
        Each price gets a factor, such that sums over stages come close to what was
        measured (least squares of relative errors) and factors stay close to one,
        those of dear operations less than those of cheap ones.

        Args:
            stages: For each, how many operations of each signature it has, and the
                microseconds that it took.
        """
        names = [e.signature for e in self.entries if e.time]
        prices = numpy.array([e.time for e in self.entries if e.time])
        known = [(c, t) for c, t in stages if t > 0 and self.predict(c) > 0]
        if not names or not known:
            return self
        work = numpy.array(
            [[counts.get(n, 0) for n in names] for counts, _ in known], float
        )
        measured = numpy.array([time for _, time in known])
        # Unknowns are relative changes x of the prices.
        system = work * prices / measured[:, None]
        target = 1 - system.sum(axis=1)
        weight = numpy.sqrt(system.max(axis=0)) * _STIFFNESS
        weight[weight == 0] = _STIFFNESS
        rows = numpy.vstack([system, numpy.diag(weight)])
        values = numpy.concatenate([target, numpy.zeros(len(names))])
        change, *_ = numpy.linalg.lstsq(rows, values, rcond=None)
        factors = dict(zip(names, numpy.clip(1 + change, *_FACTORS), strict=True))
        return dataclasses.replace(
            self,
            entries=tuple(
                dataclasses.replace(e, time=e.time * float(factors[e.signature]))
                if e.time
                else e
                for e in self.entries
            ),
        )
