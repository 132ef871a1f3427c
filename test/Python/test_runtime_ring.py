"""Shared memory between stages: slots, their values, and the bells."""

import gc
import os

import numpy
import pytest
import runtime_fake as fake
from placement.errors import InputError, PlacementError
from placement.runtime import parcel, ring
from placement.runtime.schedule import Channel
from placement.stages import TensorType


def kind(dtype, *shape):
    dtype = numpy.dtype(dtype)
    return TensorType(shape, dtype, int(numpy.prod(shape)) * dtype.itemsize)


def channel(*types, index=0):
    return Channel(index, 0, 1, 0, tuple(range(len(types))), types)


def make(types, slots=2):
    wanted = channel(*types)
    segment = ring.Segment(ring.rings_bytes([wanted], slots))
    return ring.make_rings([wanted], segment, 0, slots, [0])[0], segment


MIXED = [
    kind("float32", 3, 5),
    kind("bool", 7),
    kind("int64"),
    kind("float32", 0, 4),
    kind("uint8", 65),
]


def test_a_message_holds_several_values():
    slots, _ = make(MIXED)
    generator = numpy.random.default_rng(3)
    arrays = [generator.integers(0, 2, t.shape).astype(t.dtype) for t in MIXED]
    slots.write(0, arrays)
    for got, want in zip(slots.read(0), arrays, strict=True):
        assert got.dtype == want.dtype
        numpy.testing.assert_array_equal(got, want)


def test_values_are_aligned():
    slots, _ = make(MIXED, slots=3)
    for number in range(3):
        slots.write(number, [numpy.zeros(t.shape, t.dtype) for t in MIXED])
        for array in slots.read(number):
            assert array.ctypes.data % ring.ALIGNMENT == 0


def test_bfloat16_passes():
    bfloat16 = pytest.importorskip("ml_dtypes").bfloat16
    slots, _ = make([kind(bfloat16, 3)])
    slots.write(0, [numpy.array([1, 2.5, -3], bfloat16)])
    assert list(slots.read(0)[0].astype("float32")) == [1, 2.5, -3]


def test_slots_are_used_in_turn():
    slots, _ = make([kind("int32", 1)], slots=3)
    for number in range(10):
        slots.write(number, [numpy.array([number], "int32")])
        assert slots.read(number)[0][0] == number
        assert slots.sent_ns(number) > 0


def test_the_order_of_messages_is_checked():
    slots, _ = make([kind("int32", 1)], slots=2)
    one = [numpy.zeros(1, "int32")]
    with pytest.raises(RuntimeError, match="holds message -1, not 0"):
        slots.read(0)
    with pytest.raises(RuntimeError, match="where message 2 is to go"):
        slots.write(2, one)
    slots.write(0, one)
    with pytest.raises(RuntimeError, match="holds message 0"):
        slots.read(2)


def test_nothing_is_converted_on_the_way():
    slots, _ = make([kind("float32", 2)])
    with pytest.raises(TypeError, match="Cannot cast"):
        slots.write(0, [numpy.zeros(2, "float64")])


def test_both_ends_see_the_same_memory():
    wanted = [channel(kind("float64", 3), index=0), channel(kind("int8", 2), index=1)]
    segment = ring.Segment(100 + ring.rings_bytes(wanted, 4))
    other = ring.Segment(segment.nbytes, segment.fd)
    here = ring.make_rings(wanted, segment, 64, 4, [0, 1])
    there = ring.make_rings(wanted, other, 64, 4, [1])
    assert list(there) == [1]
    here[1].write(0, [numpy.array([5, 6], "int8")])
    assert list(there[1].read(0)[0]) == [5, 6]


def test_a_segment_has_no_name_and_gives_its_descriptor_back():
    with ring.Segment(1 << 20) as segment:
        descriptor = segment.fd
        array = segment.array(0, (4,), "int64")
        assert not array.any()
        # No folder has an entry for it that could be left behind.
        assert os.fstat(descriptor).st_nlink == 0
    with pytest.raises(OSError):
        os.fstat(descriptor)
    array[:] = 7  # The memory stays as long as somebody has it.
    gc.collect()
    assert list(array) == [7] * 4


def test_too_much_memory_is_refused():
    with pytest.raises(PlacementError, match="cannot get .* bytes of shared memory"):
        ring.Segment(1 << 60)


def test_bells_say_which_channel():
    answer, bell = os.pipe()
    os.set_blocking(answer, False)
    assert list(ring.answer_bell(answer)) == []
    for number in (3, 1, 3):
        ring.ring_bell(bell, number)
    assert list(ring.answer_bell(answer)) == [3, 1, 3]
    os.close(bell)
    with pytest.raises(EOFError):
        ring.answer_bell(answer)
    os.close(answer)


def test_a_bell_that_nobody_hears():
    answer, bell = os.pipe()
    os.close(answer)
    with pytest.raises(BrokenPipeError):
        ring.ring_bell(bell, 0)
    os.close(bell)


def test_a_bell_never_fills_up():
    ring.check_bell(100, 100, "stage 0 (acc:0)")
    with pytest.raises(InputError, match=r"stage 0 \(acc:0\) may have 20000 messages"):
        ring.check_bell(200, 100, "stage 0 (acc:0)")


def test_parcels():
    weights = {3: numpy.arange(5, dtype="float32"), 9: numpy.zeros((0, 2), "int8")}
    packed, segment = parcel.pack({"f": b"code", "g": b""}, weights)
    with segment:
        artifacts, arrays = packed.open(os.dup(segment.fd))
    assert artifacts == {"f": b"code", "g": b""}
    assert arrays.keys() == weights.keys()
    for value, array in arrays.items():
        numpy.testing.assert_array_equal(array, weights[value])


def test_a_stage_gets_only_its_own():
    """Parcels are made from the weights in a plan."""
    from placement.runtime.schedule import make_schedule

    stages = make_schedule(fake.training(3)).workers
    assert [plan.weights for plan in stages] == [(1,), (2,), (3,)]
