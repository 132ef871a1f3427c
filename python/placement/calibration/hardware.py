"""What a measurement was made on, so that it is not believed elsewhere."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from placement.errors import InputError

# Where Linux describes a core's caches.
_CACHES = Path("/sys/devices/system/cpu/cpu0/cache")
# Bytes of the last cache where the system does not tell.
_DEFAULT_CACHE = 32 << 20
# Distributions whose version decides how fast a backend's code is.
_DISTRIBUTIONS = {
    "jax": ("jaxlib",),
    "iree": ("iree-base-compiler", "iree-base-runtime"),
}


@dataclass(frozen=True)
class Hardware:
    """A processor and the software that makes code for it.

    Attributes:
        processor: Model name of the processor.
        architecture: As the system calls it, `x86_64`.
        cores: How many this process may use.
        cache: Bytes of the last level of cache.
        backend: Name of the backend.
        version: Version of what compiles for it; empty where nobody knows.
    """

    processor: str
    architecture: str
    cores: int
    cache: int
    backend: str
    version: str

    @staticmethod
    def here(backend: str) -> Hardware:
        """This machine."""
        return Hardware(
            processor=_processor(),
            architecture=platform.machine(),
            cores=len(_cores()),
            cache=_last_cache(),
            backend=backend,
            version=_version(backend),
        )

    @staticmethod
    def from_json(data: Any) -> Hardware:
        """Reads what `to_json` made.

        Raises:
            TypeError: Something is missing or unknown.
        """
        return Hardware(**data)

    def to_json(self) -> dict[str, Any]:
        """As an object of JSON."""
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.processor} ({self.architecture}), {self.backend} {self.version}"

    def differences(self, other: Hardware) -> list[str]:
        """What makes times of `self` wrong on `other`; empty if nothing does.

        The number of cores is none of it: times are those of one core.
        """
        found = []
        for name in ("processor", "architecture", "backend", "version"):
            mine, theirs = getattr(self, name), getattr(other, name)
            if mine != theirs:
                found.append(f"{name} '{mine}' instead of '{theirs}'")
        return found

    def check(self, backend: str, what: str, advice: str = "") -> None:
        """Makes sure that times of `self` are times of this machine.

        Raises:
            InputError: They are not; the message starts with `what` and ends with
                the advice.
        """
        found = self.differences(Hardware.here(backend))
        if found:
            raise InputError(
                f"{what} is for other hardware ({', '.join(found)}): measure on this "
                f"one with placement.profile{', ' if advice else ''}{advice}"
            )


def hardware_of(profile: str | os.PathLike[str]) -> Hardware | None:
    """What a profile was measured on; None if the file doesn't say.

    Profiles can be written by hand, and whether they are right is for the passes
    to say.
    """
    try:
        data = json.loads(Path(profile).read_text())
        return Hardware.from_json(data["info"]["hardware"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _cores() -> set[int]:
    if hasattr(os, "sched_getaffinity"):
        return os.sched_getaffinity(0)
    return set(range(os.cpu_count() or 1))


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            key, _, value = line.partition(":")
            if key.strip() in ("model name", "Model"):
                return value.strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _last_cache() -> int:
    sizes = [_DEFAULT_CACHE]
    for path in sorted(_CACHES.glob("index*/size")):
        text = path.read_text().strip()
        scale = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}.get(text[-1:], 0)
        if scale and text[:-1].isdigit():
            sizes.append(int(text[:-1]) * scale)
    return sizes[-1]


def _version(backend: str) -> str:
    versions = []
    for name in _DISTRIBUTIONS.get(backend, ()):
        try:
            versions.append(metadata.version(name))
        except metadata.PackageNotFoundError:
            continue
    return "+".join(dict.fromkeys(versions))
