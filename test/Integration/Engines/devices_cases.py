"""What the engine `devices` does in a process with four JAX devices; run by
test_devices.py.
"""

import execution_programs as programs
import jax
import numpy
import pytest
import runtime_fake as fake
from placement import backends
from placement.errors import InputError, PlacementError, StageError, StageTimeout
from placement.runtime import Pipeline
from placement.stages import TensorType


def pipeline(program, weights=(), **options):
    return Pipeline(program, weights, engine="devices", **options)


def text(name, models):
    return (models / f"{name}.stablehlo.mlir").read_text()


def negations(stages, element="f32"):
    """A chain of stages on devices of their own; each changes the sign."""
    kind = f"tensor<4x{element}>"
    body = f"""func.func public @main(%x: {kind}) -> {kind} {{
      %0 = "stablehlo.negate"(%x) : ({kind}) -> {kind}
      return %0 : {kind}
    }}"""
    kinds = {"f32": fake.FLOATS, "i64": TensorType((4,), numpy.dtype("int64"), 32)}
    types = dict.fromkeys(range(stages + 1), kinds[element])
    return fake.chain(*[body] * stages, types=types)


def samples(count):
    return [(numpy.arange(4, dtype="float32") + i,) for i in range(count)]


@pytest.mark.parametrize("depth", [1, 3])
def test_inference(models, tmp_path, depth):
    source = text("bert_tiny", models)
    program = programs.place(source, tmp_path, devices=4)
    assert len(program.stages) == 4
    weights, batches = programs.weights_and_samples(program, 7)
    with pipeline(program, weights, depth=depth) as running:
        results = list(running.map(batches))
        assert any("share one pool" in note for note in running.stats().notes)
    programs.check(results, programs.unplaced(source, weights, batches))


def test_training(models, tmp_path):
    source = text("bert_tiny_train_locs", models)
    program = programs.place(source, tmp_path, devices=2)
    assert {call.phase for call in program.calls} == {"forward", "backward"}
    weights, batches = programs.weights_and_samples(program, 5)
    expected = programs.unplaced(source, weights, batches)
    with pipeline(program, weights) as running:
        programs.check(running.map(batches), expected)
        mean = running.accumulate(batches, mean=True)
    means = [numpy.mean(values, axis=0) for values in zip(*expected, strict=True)]
    programs.check([mean], [means])


@pytest.mark.parametrize("name", ["bert_tiny", "bert_tiny_train_locs"])
def test_devices_with_several_stages(models, tmp_path, name):
    source = text(name, models)
    program = programs.place(source, tmp_path, devices=3, anywhere=True)
    assert len(program.devices) == 3 < len(program.stages)
    weights, batches = programs.weights_and_samples(program, 6)
    with pipeline(program, weights) as running:
        results = list(running.map(batches))
    programs.check(results, programs.unplaced(source, weights, batches))


def test_every_stage_is_on_its_device():
    """Where results are made is what counts; right numbers would not tell."""
    seen = []

    class Watching(type(backends.get("jax"))):
        def load(self, artifact, *, device=0, threads=1):
            executable = super().load(artifact, device=device, threads=threads)
            dispatch = executable.dispatch

            def watched(inputs):
                made = dispatch(inputs)
                places = {d.id for array in (*inputs, *made) for d in array.devices()}
                seen.append((device, places))
                return made

            executable.dispatch = watched
            return executable

    with pipeline(negations(4), backend=Watching()) as running:
        assert len(list(running.map(samples(3)))) == 3
    assert sorted(device for device, _ in seen) == sorted(list(range(4)) * 3)
    assert all(places == {device} for device, places in seen)


def test_wide_types_stay_wide():
    big = numpy.array([1 << 40, 2, -3, 1 << 62])
    with pipeline(negations(3, "i64")) as running:
        (result,) = running.map([(big,)])
    assert result[0].dtype == numpy.int64
    numpy.testing.assert_array_equal(result[0], -big)


def test_weights_can_be_replaced():
    body = """func.func public @main(%x: tensor<4xf32>, %w: tensor<4xf32>) -> tensor<4xf32> {
      %0 = "stablehlo.multiply"(%x, %w) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
      return %0 : tensor<4xf32>
    }"""
    program = fake.program(
        [("f", 0, [0, 1], [2], body), ("g", 1, [2, 1], [3], body)],
        arguments=["activation", "weight"],
        results=[3, 1],
    )
    two, three = (numpy.full(4, n, "float32") for n in (2, 3))
    with pipeline(program, [two]) as running:
        for weight in (two, three):
            running.set_weights([weight])
            (results,) = running.map(samples(1))
            numpy.testing.assert_array_equal(results[0], samples(1)[0][0] * weight**2)
            numpy.testing.assert_array_equal(results[1], weight)


def test_too_few_devices():
    with pytest.raises(InputError, match="plan has 5 devices .* JAX has 4 .*count=5"):
        pipeline(negations(5))


def test_other_backends_and_cores():
    with pytest.raises(InputError, match="runs the backend 'jax', not 'fake'"):
        pipeline(fake.chain("return inputs"), backend=fake.FakeBackend())
    with pytest.raises(InputError, match="pins nothing"):
        pipeline(negations(1), cores=[0])
    with pytest.raises(InputError, match="no option 'address'; its options: none"):
        pipeline(negations(1), engine_options={"address": "x"})


def test_a_stage_that_xla_refuses():
    program = fake.chain(
        """func.func public @main(%x: tensor<4xf32>) -> tensor<4xf32> {
          %0 = "stablehlo.custom_call"(%x) <{call_target_name = "nobody"}>
              : (tensor<4xf32>) -> tensor<4xf32>
          return %0 : tensor<4xf32>
        }"""
    )
    with pytest.raises((StageError, InputError), match="stage 0|nobody"):
        pipeline(program)


class Failing(type(backends.get("jax"))):
    """The stage on device 1 fails in its third call."""

    def load(self, artifact, *, device=0, threads=1):
        executable = super().load(artifact, device=device, threads=threads)
        dispatch, calls = executable.dispatch, []

        def fail(inputs):
            calls.append(None)
            if device == 1 and len(calls) == 3:
                raise ValueError("out of luck")
            return dispatch(inputs)

        executable.dispatch = fail
        return executable


def test_a_stage_that_fails():
    running = pipeline(negations(3), backend=Failing())
    results = running.map(samples(9))
    message = (
        r"stage 1 \(acc:1\) failed in @f1 on microbatch 2: ValueError: out of luck"
    )
    with pytest.raises(StageError, match=message):
        list(results)
    with pytest.raises(PlacementError, match="closed"):
        next(running.map(samples(1)))


class Never:
    """An array that is never ready."""

    nbytes = 0

    def is_ready(self):
        return False


def test_a_stage_that_takes_too_long():
    running = pipeline(negations(2), timeout=0.2)
    engine = running._engine
    engine._executables[1][0].dispatch = lambda inputs: [Never()]
    message = r"microbatch 0 has no result after 0.2 s: stage 1 \(acc:1\) is in @f1"
    with pytest.raises(StageTimeout, match=message):
        list(running.map(samples(2)))


def test_late_failures_name_the_stage_that_failed():
    """JAX hands an error on to all that depends on it."""

    class Broken:
        nbytes = 0

        def is_ready(self):
            return True

        def block_until_ready(self):
            raise jax.errors.JaxRuntimeError("RESOURCE_EXHAUSTED: no memory")

    running = pipeline(negations(2))
    engine = running._engine
    first, second = (loaded[0] for loaded in engine._executables)
    first.dispatch = lambda inputs: [Broken()]
    second.dispatch = lambda inputs: [Broken()]
    engine._put = lambda array, device: array
    with pytest.raises(StageError, match=r"stage 0 .*RESOURCE_EXHAUSTED"):
        list(running.map(samples(1)))
