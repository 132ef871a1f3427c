"""Shared memory between the stages of a pipeline, and the bells that announce it.

A `Segment` has no name: it is handed on as a file descriptor, and the system
frees it when the last process that has it is gone, however that ends.
"""

from __future__ import annotations

import mmap
import os
import struct
import tempfile
import time
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import numpy

from placement.errors import InputError, PlacementError
from placement.runtime.schedule import Channel

# Slots, and the values in them, begin at multiples of this many bytes.
ALIGNMENT = 64
# Bytes of a pipe that are there everywhere.
_BELL_BYTES = 65536
_BELL = struct.Struct("=I")


class Segment:
    """Zeroed memory without a name, to share with other processes.

    In a `with` block the descriptor is given back at the end.

    Args:
        nbytes: Its size.
        fd: Descriptor of a segment of that size that another process made; it
            belongs to this object from then on.

    Raises:
        PlacementError: There is not that much memory.
    """

    def __init__(self, nbytes: int, fd: int | None = None) -> None:
        self.nbytes = max(nbytes, 1)
        self.fd = _create(self.nbytes) if fd is None else fd
        self._map = mmap.mmap(self.fd, self.nbytes)

    def array(
        self, offset: int, shape: Sequence[int], dtype: numpy.dtype | str
    ) -> numpy.ndarray:
        """An array in the segment; it keeps the memory alive."""
        return numpy.ndarray(shape, dtype, self._map, offset)

    def __enter__(self) -> Segment:
        return self

    def __exit__(self, *_: object) -> None:
        self.close_fd()

    def close_fd(self) -> None:
        """Gives the descriptor back; arrays stay valid."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1


def _create(nbytes: int) -> int:
    free = _free_bytes()
    if free is not None and nbytes > free:
        raise PlacementError(
            f"cannot get {nbytes} bytes of shared memory: {free} are free"
        )
    if hasattr(os, "memfd_create"):
        fd = os.memfd_create("placement")
    else:
        with tempfile.TemporaryFile() as file:
            fd = os.dup(file.fileno())
    try:
        os.ftruncate(fd, nbytes)
    except (OSError, OverflowError) as error:
        os.close(fd)
        raise PlacementError(
            f"cannot get {nbytes} bytes of shared memory: {error}"
        ) from error
    return fd


def _free_bytes() -> int | None:
    """Memory that can be had without taking it from others; None where the system
    does not tell. It would hand out more than there is, and kill somebody later."""
    try:
        with open("/proc/meminfo") as lines:
            for line in lines:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return None


def aligned(nbytes: int) -> int:
    """The next multiple of the alignment."""
    return -(-nbytes // ALIGNMENT) * ALIGNMENT


@dataclass(frozen=True)
class Slot:
    """Offsets of one message's values from the start of its slot."""

    offsets: tuple[int, ...]
    nbytes: int


def slot_of(channel: Channel) -> Slot:
    """How the messages of a channel lie in a slot, behind a header."""
    offsets, position = [], ALIGNMENT
    for kind in channel.types:
        offsets.append(position)
        position += aligned(kind.nbytes)
    return Slot(tuple(offsets), position)


def rings_bytes(channels: Sequence[Channel], slots: int) -> int:
    """Bytes of the rings of these channels, with so many slots each."""
    return sum(slot_of(channel).nbytes * slots for channel in channels)


class Ring:
    """The slots of one channel; message `n` is in slot `n % slots`.

    Nobody waits here: a schedule lets no message be sent before the one that had
    its slot is done with. That this holds is checked.

    Args:
        channel: What is sent.
        segment: Where the slots are.
        offset: Of the first slot.
        slots: How many.
    """

    def __init__(
        self, channel: Channel, segment: Segment, offset: int, slots: int
    ) -> None:
        self.channel = channel
        self._slots = slots
        slot = slot_of(channel)
        starts = [offset + i * slot.nbytes for i in range(slots)]
        # Number of the message plus one, and when it was sent.
        self._heads = [segment.array(start, (2,), "int64") for start in starts]
        self._values = [
            [
                segment.array(start + at, kind.shape, kind.dtype)
                for at, kind in zip(slot.offsets, channel.types, strict=True)
            ]
            for start in starts
        ]

    def write(self, number: int, arrays: Sequence[numpy.ndarray]) -> None:
        """Puts message `number` into its slot; without arrays only its head.

        Raises:
            RuntimeError: The slot holds another message than the one before it
                in turn.
        """
        slot = number % self._slots
        head = self._heads[slot]
        if head[0] != max(number - self._slots + 1, 0):
            raise RuntimeError(
                f"slot {slot} of channel {self.channel.index} holds message "
                f"{head[0] - 1} where message {number} is to go"
            )
        if arrays:
            for target, array_ in zip(self._values[slot], arrays, strict=True):
                numpy.copyto(target, array_, casting="no")
        head[1] = time.monotonic_ns()
        head[0] = number + 1

    def read(self, number: int) -> list[numpy.ndarray]:
        """The arrays of message `number`, in its slot.

        Raises:
            RuntimeError: The slot holds another message.
        """
        slot = number % self._slots
        if self._heads[slot][0] != number + 1:
            raise RuntimeError(
                f"slot {slot} of channel {self.channel.index} holds message "
                f"{self._heads[slot][0] - 1}, not {number}"
            )
        return self._values[slot]

    def sent_ns(self, number: int) -> int:
        """When message `number`, which is in its slot, was sent (monotonic)."""
        return int(self._heads[number % self._slots][1])


def make_rings(
    channels: Sequence[Channel],
    segment: Segment,
    offset: int,
    slots: int,
    wanted: Sequence[int],
) -> dict[int, Ring]:
    """Those rings of all `channels` whose index is `wanted`, by index."""
    rings = {}
    for channel in channels:
        if channel.index in wanted:
            rings[channel.index] = Ring(channel, segment, offset, slots)
        offset += slot_of(channel).nbytes * slots
    return rings


# A bell is a pipe: who sent a message writes the number of its channel, and who
# waits can wait for the end of a process at the same time. Writing and reading
# it also orders the memory accesses around.


def check_bell(channels: int, slots: int, who: str) -> None:
    """Makes sure that a bell never fills up, so that ringing never waits.

    Raises:
        InputError: So many messages do not fit.
    """
    most = _BELL_BYTES // _BELL.size
    if channels * slots > most:
        raise InputError(
            f"{who} may have {channels * slots} messages waiting, more than {most}: "
            "use fewer stages or a smaller depth"
        )


def ring_bell(fd: int, channel: int) -> None:
    """Announces a message.

    Raises:
        BrokenPipeError: Nobody listens any more.
    """
    os.write(fd, _BELL.pack(channel))


def answer_bell(fd: int) -> array[int]:
    """The channels that were announced, one entry a message, in order; empty where
    there was none. The descriptor does not block.

    Raises:
        EOFError: Nobody can ring any more.
    """
    rung = array("I")
    try:
        data = os.read(fd, _BELL_BYTES)
    except BlockingIOError:
        return rung
    if not data:
        raise EOFError("nobody can ring this bell any more")
    rung.frombytes(data)
    return rung
