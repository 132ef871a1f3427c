"""ONNX models, placed and run on IREE, against onnx's reference evaluator."""

import numpy
import placement
import pytest


@pytest.fixture(scope="module")
def onnx(need):
    need("iree.compiler")
    need("iree.runtime")
    return need("onnx")


@pytest.fixture
def write(onnx, tmp_path):
    """write(nodes, inputs, outputs, initializers) is the path of a model; values
    are given as name -> shape, initializers as name -> array."""

    def make(nodes, inputs, outputs, initializers, **options):
        helper = onnx.helper

        def values(shapes):
            return [
                helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape)
                for name, shape in shapes.items()
            ]

        listed = values(inputs)
        if options.get("listed"):
            # As models before version 4 of the format do.
            listed += values({n: a.shape for n, a in initializers.items()})
        graph = helper.make_graph(
            [helper.make_node(*node[:3], **dict(node[3:])) for node in nodes],
            "net",
            listed,
            values(outputs),
            [onnx.numpy_helper.from_array(a, n) for n, a in initializers.items()],
        )
        opset = [helper.make_opsetid("", 17)]
        model = helper.make_model(graph, opset_imports=opset, ir_version=8)
        path = tmp_path / "model.onnx"
        onnx.save(model, path)
        return path

    return make


def weights(**shapes):
    generator = numpy.random.default_rng(4)
    return {
        name: (generator.standard_normal(shape) / numpy.sqrt(max(shape[-1], 1))).astype(
            "f"
        )
        for name, shape in shapes.items()
    }


@pytest.fixture
def network(write):
    nodes = [
        ("Conv", ["image", "filter", "shift"], ["c"], ("pads", [1, 1, 1, 1])),
        ("Relu", ["c"], ["r"]),
        (
            "MaxPool",
            ["r"],
            ["p"],
            ("kernel_shape", [2, 2]),
            ("strides", [2, 2]),
        ),
        ("Reshape", ["p", "shape"], ["flat"]),
        ("Gemm", ["flat", "w1", "b1"], ["h"]),
        ("Tanh", ["h"], ["features"]),
        ("MatMul", ["features", "w2"], ["scores"]),
        ("Mul", ["scores", "gain"], ["scaled"]),
        ("Softmax", ["scaled"], ["classes"], ("axis", -1)),
    ]
    initializers = weights(
        filter=(8, 3, 3, 3), shift=(8,), w1=(128, 32), b1=(32,), w2=(32, 10)
    )
    initializers["shape"] = numpy.array([2, -1])
    return write(
        nodes,
        {"image": (2, 3, 8, 8), "gain": (1,)},
        {"classes": (2, 10), "features": (2, 32)},
        initializers,
    )


def evaluate(onnx, path, inputs):
    from onnx.reference import ReferenceEvaluator

    model = onnx.load(path)
    names = [output.name for output in model.graph.output]
    return dict(zip(names, ReferenceEvaluator(model).run(None, inputs), strict=True))


def draw(seed):
    generator = numpy.random.default_rng(seed)
    image = generator.standard_normal((2, 3, 8, 8), numpy.float32)
    return {"image": image, "gain": numpy.array([2], "f")}


def test_numbers(onnx, network, machine, tmp_path):
    placed = placement.place(network, machine_file=machine)
    assert placed.backend == "iree"
    assert len(placed.plan.stages) > 1
    roles = [argument.role for argument in placed.stages.arguments]
    assert roles == ["activation"] * 2 + ["weight"] * 5

    for seed in 1, 2:
        inputs = draw(seed)
        expected = evaluate(onnx, network, inputs)
        for results in placed(*inputs.values()), placed(**inputs):
            assert list(results) == ["classes", "features"]
            for name, array in expected.items():
                assert numpy.allclose(results[name], array, atol=1e-5)
    assert not numpy.allclose(placed(**draw(1))["classes"], results["classes"])

    again = placement.load(placed.save(tmp_path / "a"))
    assert (again(**inputs)["classes"] == results["classes"]).all()

    samples = [draw(1), tuple(draw(2).values())]
    with placed.pipeline(engine="thread") as pipeline:
        first, second = pipeline.map(samples)
    assert (second["classes"] == results["classes"]).all()
    assert (first["classes"] == placed(**draw(1))["classes"]).all()


def test_wrong_inputs(network):
    placed = placement.place(network)
    inputs = draw(1)

    def refuses(message, *args, **kwargs):
        with pytest.raises(placement.InputError, match=message):
            placed(*args, **kwargs)

    refuses("input 'gain' is missing", inputs["image"])
    refuses("takes 2 inputs, not 3", 1, 2, 3)
    refuses("no input 'x'; it has: image, gain", x=1)
    refuses("input 'image' is given twice", inputs["image"], **inputs)
    refuses(r"input 'gain' is float32\[2\]", inputs["image"], numpy.ones(2, "f"))
    with pytest.raises(placement.InputError, match="brings its own weights"):
        placed.pipeline(1)
    with pytest.raises(placement.InputError, match="says itself which"):
        placement.place(network, weights=(0,))


def test_initializers_among_the_inputs(onnx, write):
    nodes = [("MatMul", ["x", "w"], ["y"])]
    path = write(nodes, {"x": (2, 4)}, {"y": (2, 4)}, weights(w=(4, 4)), listed=True)
    x = numpy.ones((2, 4), "f")
    expected = evaluate(onnx, path, {"x": x})
    assert numpy.allclose(placement.place(path)(x)["y"], expected["y"], atol=1e-6)


def test_floats_that_say_a_shape_stay_constants(onnx, write):
    nodes = [("Resize", ["x", "", "scales"], ["y"], ("mode", "nearest"))]
    scales = {"scales": numpy.array([1, 1, 2, 2], "f")}
    path = write(nodes, {"x": (1, 1, 2, 2)}, {"y": (1, 1, 4, 4)}, scales)
    x = numpy.arange(4, dtype="f").reshape(1, 1, 2, 2)
    expected = evaluate(onnx, path, {"x": x})
    assert numpy.allclose(placement.place(path)(x)["y"], expected["y"])


def test_models_that_cannot_be_placed(onnx, write, tmp_path):
    def refuses(message, path):
        with pytest.raises(placement.InputError, match=message):
            placement.place(path)

    nodes = [("Relu", ["x"], ["y"])]
    refuses(
        "input 'x' has no static shape: its dimension 'batch' must be fixed",
        write(nodes, {"x": ("batch", 4)}, {"y": ("batch", 4)}, {}),
    )
    unknown = [("Relu", ["x"], ["y"], ("domain", "com.example"))]
    refuses("model.onnx", write(unknown, {"x": (4,)}, {"y": (4,)}, {}))
    damaged = tmp_path / "damaged.onnx"
    damaged.write_bytes(b"no protobuf")
    refuses("damaged.onnx: this is no valid ONNX model", damaged)
    refuses("missing.onnx: No such file", tmp_path / "missing.onnx")
