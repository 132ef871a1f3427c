"""Who hands what to whom, and in which order a stage runs its calls."""

import pickle
import subprocess
import sys

import pytest
import runtime_fake as fake
from placement.errors import InputError
from placement.runtime.schedule import HOST, make_schedule


def links(schedule):
    """Channels as (source, target, values)."""
    return [(c.source, c.target, c.values) for c in schedule.channels]


def test_a_chain_hands_on_from_stage_to_stage():
    schedule = make_schedule(fake.chain("", "", ""), depth=2)
    assert links(schedule) == [
        (HOST, 0, (0,)),
        (0, 1, (1,)),
        (1, 2, (2,)),
        (2, HOST, (3,)),
    ]
    assert schedule.limit == 4


def test_values_of_one_call_for_one_stage_share_a_channel():
    program = fake.program(
        [("f", 0, [0], [1, 2, 3], ""), ("g", 1, [3, 1], [4], "")],
        arguments=["activation"],
        results=[4, 2],
    )
    schedule = make_schedule(program)
    assert (0, 1, (3, 1)) in links(schedule)
    assert (0, HOST, (2,)) in links(schedule)


def test_a_value_may_skip_a_stage_and_go_to_several():
    program = fake.program(
        [
            ("f", 0, [0], [1], ""),
            ("g", 1, [1], [2], ""),
            ("h", 2, [1, 2], [3], ""),
        ],
        arguments=["activation"],
        results=[3, 1],
    )
    schedule = make_schedule(program)
    assert links(schedule) == [
        (HOST, 0, (0,)),
        (0, 1, (1,)),
        (0, 2, (1,)),
        (1, 2, (2,)),
        (0, HOST, (1,)),
        (2, HOST, (3,)),
    ]
    assert schedule.workers[0].calls[0].sends == tuple(
        c.index for c in schedule.channels if c.call == 0
    )


def test_an_activation_goes_straight_to_each_stage_that_uses_it():
    program = fake.program(
        [("f", 0, [0], [2], ""), ("g", 1, [2, 1], [3], "")],
        arguments=["activation", "activation"],
        results=[3],
    )
    assert (HOST, 1, (1,)) in links(make_schedule(program))


def test_training_keeps_its_stash():
    schedule = make_schedule(fake.training(2))
    first = schedule.workers[0]
    forward, backward = first.calls
    assert forward.keeps == {4}  # The stash; value 3 only goes on.
    assert 4 in backward.frees and forward.frees == (0,)
    assert first.weights == (1,)
    # The gradient arrives for the second call, not for the first.
    assert forward.receives and backward.receives
    assert not set(forward.receives) & set(backward.receives)


def test_a_stage_without_inputs_is_told_when_to_begin():
    program = fake.program(
        [("f", 0, [0], [1], ""), ("g", 1, [], [2], "")],
        arguments=["weight"],
        results=[1, 2],
    )
    schedule = make_schedule(program)
    assert links(schedule)[:2] == [(HOST, 0, ()), (HOST, 1, ())]


def test_a_stage_that_gives_nothing_says_when_it_is_through():
    program = fake.program(
        [("f", 0, [0], [1], ""), ("g", 1, [1], [2], "")],
        arguments=["activation"],
        results=[1],
    )
    assert (1, HOST, ()) in links(make_schedule(program))


def test_a_device_has_one_worker_for_all_its_stages():
    """There and back: stages 0 and 2 are on one device, and share a weight."""
    program = fake.program(
        [
            ("f", 0, [0, 1], [2, 3], ""),
            ("g", 1, [2], [4], ""),
            ("h", 2, [4, 3, 1], [5], ""),
        ],
        arguments=["activation", "weight"],
        results=[5],
        devices={2: 0},
    )
    schedule = make_schedule(program, depth=2)
    assert links(schedule) == [
        (HOST, 0, (0,)),
        (1, 0, (4,)),
        (0, 1, (2,)),
        (0, HOST, (5,)),
    ]
    # As many microbatches as there are stages, not devices.
    assert schedule.limit == 4
    first, second = schedule.workers
    assert (first.stages, first.device) == ((0, 2), "acc:0")
    assert first.label == "stages 0, 2 (acc:0)" and second.label == "stage 1 (acc:1)"
    assert [call.stage for call in first.calls] == [0, 2]
    # What one stage hands to the other stays where it is, the weight is there once.
    assert first.calls[0].keeps == {3}
    assert 3 in first.calls[1].frees
    assert first.weights == (1,)


def test_a_plan_can_be_sent_to_another_process():
    plan = make_schedule(fake.training(3)).workers[1]
    assert pickle.loads(pickle.dumps(plan)) == plan


@pytest.mark.parametrize("depth", [0, -1])
def test_depth_is_at_least_one(depth):
    with pytest.raises(InputError, match=f"depth is {depth}"):
        make_schedule(fake.chain(""), depth)


def test_broken_programs_are_refused():
    with pytest.raises(InputError, match="no stages"):
        make_schedule(fake.program([], arguments=["activation"], results=[0], stages=0))
    unknown = fake.program(
        [("f", 0, [7], [1], "")], arguments=["activation"], results=[1]
    )
    with pytest.raises(InputError, match="nothing makes operand %7 of @f"):
        make_schedule(unknown)
    late = fake.program(
        [("f", 0, [2], [1], ""), ("g", 0, [0], [2], "")],
        arguments=["activation"],
        results=[1],
    )
    with pytest.raises(InputError, match="@f uses %2 before it is made"):
        make_schedule(late)
    nowhere = fake.program(
        [("f", 0, [0], [1], "")], arguments=["activation"], results=[9]
    )
    with pytest.raises(InputError, match="nothing makes result %9"):
        make_schedule(nowhere)


def test_workers_have_no_use_for_the_compiler():
    """What is sent to them does not import it: 80 MB in each worker."""
    plan = pickle.dumps(make_schedule(fake.training(2)).workers[0])
    script = (
        "import pickle, sys\n"
        "from placement.runtime import worker\n"
        "pickle.loads(sys.stdin.buffer.read())\n"
        "assert 'placement._core' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], input=plan, check=True)
