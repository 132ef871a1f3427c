"""Plans for latency compute what the unplaced program does: stage by stage, with
calls side by side, as a pipeline and as a whole."""

import numpy
import placement
import pytest
from jax_programs import TOLERANCE, draw, expect_transfers, load
from placement import models as models_of_package
from placement.errors import InputError

# Enough for a plan; what is proved about it is for other tests.
WORK = 2_000_000


@pytest.fixture
def hosted(root):
    """Three accelerators that hold a part of a model each, and a host."""
    return root / "test" / "Integration" / "hosted.json"


def split(placed, arrays):
    """Weights, and the sample."""
    weights = [arrays[number] for number in placed.stages.weights]
    return weights, tuple(arrays[number] for number in placed.stages.activations)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("bert_tiny", {}),
        ("bert_tiny", {"subgraphs_per_device": 2}),
        ("bert_tiny", {"subgraphs_per_device": 2, "cores": 2}),
    ],
)
def test_numbers(name, options, models, hosted, difference):
    text = (models / f"{name}.stablehlo.mlir").read_text()
    placed = placement.place(
        text, machine_file=hosted, objective="latency", work_limit=WORK, **options
    )
    plan = placed.plan
    assert plan.objective == "latency"
    assert plan.subgraphs_per_device == options.get("subgraphs_per_device", 1)
    assert plan.cores == options.get("cores", "unlimited")
    stages = placed.stages
    assert len({stage.device for stage in stages.stages}) > 1
    # Each stage is one call, in the order of stages, and no stash keeps a phase.
    assert [call.stage for call in stages.calls] == list(range(len(stages.stages)))
    assert all(call.phase is None for call in stages.calls)
    assert max(stage.finish for stage in stages.stages) == pytest.approx(plan.value)
    wide = "cores" not in options
    assert all(s.concurrent == (wide and s.device.kind == "cpu") for s in stages.stages)
    expect_transfers(stages)
    problem = placed.problem
    assert problem.objective == "latency" and problem.cores == plan.cores

    arguments = draw(stages)
    unplaced = load(placed.as_text("input"))
    expected = unplaced(arguments)
    assert difference(placed(*arguments), expected) <= TOLERANCE
    stripped, _ = placement.run_pipeline(placed.as_text(), "placement-strip")
    assert difference(load(stripped)(arguments), expected) <= TOLERANCE

    weights, sample = split(placed, arguments)
    with placed.single(*weights) as single:
        for _ in range(2):
            assert difference(single(sample), expected) <= TOLERANCE
        times = {time.stage: time for time in single.times}
    assert len(times) == len(stages.calls)
    for call in stages.calls:
        for value in call.operands:
            maker = stages.producer(value)
            if maker is not None:
                assert times[call.stage].start >= times[maker.stage].finish
    # The comparison is awake.
    moved = [a * numpy.float32(1.001) if a.dtype == "f" else a for a in arguments]
    assert difference(unplaced(moved), expected) > TOLERANCE


def test_pieces_of_a_device_hand_over_through_the_host(models, hosted):
    """What one call leaves for another of its device is sent, and received, as the
    plan pays for it."""
    text = (models / "bert_tiny.stablehlo.mlir").read_text()
    placed = placement.place(
        text,
        machine_file=hosted,
        objective="latency",
        subgraphs_per_device=2,
        work_limit=WORK,
    )
    by_device = {}
    for stage in placed.plan.stages:
        if stage.device.kind == "acc":
            by_device.setdefault(stage.device, []).append(stage)
    assert max(map(len, by_device.values())) == 2
    for stages in by_device.values():
        for stage in stages:
            busy = stage.inbound + stage.compute + stage.outbound
            assert stage.finish - stage.start == pytest.approx(busy)
        for first, second in zip(stages, stages[1:], strict=False):
            assert second.start >= first.finish
    # A pipeline takes such a plan as well.
    arguments = draw(placed.stages)
    weights, sample = split(placed, arguments)
    with placed.pipeline(*weights, engine="thread") as pipeline:
        results = list(pipeline.map([sample] * 3))
    expected = placed(*arguments)
    for result in results:
        for array, other in zip(result, expected, strict=True):
            numpy.testing.assert_allclose(array, other, rtol=0, atol=1e-5)


def test_training_step(jax, difference):
    """Forward and backward calls of one device, whose weights it holds."""
    model = models_of_package.get("mlp_train", width=64, batch=8, rate=1e3)
    machine = {
        "name": "slow_host",
        "kinds": [
            {
                "name": "acc",
                "count": 4,
                "memory": 5 * 4 * 64 * 64,
                "link": {"bandwidth": 1e11},
                "roofline": {"peak": {"default": 1e9}, "bandwidth": 1e12},
            },
            {
                "name": "cpu",
                "count": 1,
                "roofline": {"peak": {"default": 1e8}, "bandwidth": 1e12},
            },
        ],
    }
    placed = placement.place(
        model.function,
        model.arguments(),
        weights=model.weights,
        machine=machine,
        phase="training",
        objective="latency",
        subgraphs_per_device=2,
        work_limit=WORK,
    )
    devices = [s.device for s in placed.stages.stages if s.device.kind == "acc"]
    assert len(devices) > len(set(devices)) > 1
    arguments = model.example()
    expected = jax.jit(model.function)(*arguments)
    assert difference(placed(*arguments), expected) <= TOLERANCE
    with placed.single(*[arguments[number] for number in model.weights]) as single:
        sample = tuple(
            argument
            for number, argument in enumerate(arguments)
            if number not in model.weights
        )
        assert difference(single(sample), expected) <= TOLERANCE


def test_branches_run_side_by_side(jax, difference):
    """Two branches that no device can hold together are in calls that overlap."""
    width = 64

    def branches(left, right, x):
        return jax.numpy.tanh(x @ left) @ left.T + jax.numpy.cos(x @ right) @ right.T

    tensor = jax.ShapeDtypeStruct((width, width), "float32")
    machine = {
        "name": "pair",
        "kinds": [
            {
                "name": "acc",
                "count": 2,
                "memory": 6 * 4 * width * width,
                "link": {"bandwidth": 1e12},
                "roofline": {"peak": {"default": 1e9}, "bandwidth": 1e12},
            },
            {
                "name": "cpu",
                "count": 1,
                "roofline": {"peak": {"default": 1e7}, "bandwidth": 1e12},
            },
        ],
    }
    placed = placement.place(
        branches, [tensor] * 3, weights=[0, 1], machine=machine, objective="latency"
    )
    calls = [s for s in placed.plan.stages if s.device.kind == "acc"]
    assert len({stage.device for stage in calls}) == 2
    overlap = min(s.finish for s in calls[:2]) - max(s.start for s in calls[:2])
    assert overlap > 0.5 * placed.plan.value / 2
    generator = numpy.random.default_rng(5)
    arrays = [
        generator.normal(0, 1 / 8, (width, width)).astype("float32") for _ in range(3)
    ]
    expected = jax.jit(branches)(*arrays)
    with placed.single(*arrays[:2]) as single:
        assert difference(single(arrays[2]), expected) <= TOLERANCE
    assert "one sample takes" in placed.report()
    assert "for one sample" in repr(placed)
    with pytest.raises(InputError, match="tune ranks plans of pipelines"):
        placed.tune(None)


def test_what_cannot_be_asked_together(models):
    text = (models / "bert_tiny.stablehlo.mlir").read_text()
    for options, message in (
        ({"cores": 2}, "a number of cores is given, but the objective is throughput"),
        ({"subgraphs_per_device": 2}, "a number of subgraphs per device is given"),
        ({"objective": "latency", "comm": "full-duplex"}, "full-duplex communication"),
        ({"objective": "latency", "contiguous": False}, "subgraphs-per-device=2"),
        ({"objective": "latency", "cores": "all"}, "cores: is 'all'"),
        ({"objective": "speed"}, "objective is"),
    ):
        with pytest.raises(InputError, match=message):
            placement.place(text, **options)
