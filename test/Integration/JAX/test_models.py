"""The example models: what they are, and the arguments that they draw."""

import collections
import re

import numpy
import placement
import pytest
from placement import models
from placement.frontends import text as front_end

# Our model -> the text of the same that is kept with the tests.
TEXTS = {
    "bert_tiny": "bert_tiny",
    "bert_base": "bert_base",
    "resnet50": "resnet50",
    "bert_tiny_train": "bert_tiny_train_locs",
}


def trace(name, **sizes):
    from placement.frontends import jax

    model = models.get(name, **sizes)
    return jax.trace(model.function, model.arguments(), weights=model.weights)


def count(text):
    """Operations by name, and what they cost all together."""
    operations = collections.Counter(re.findall(r'"(stablehlo\.\w+)"\(', text))
    _, said = placement.run_pipeline(
        text, "placement-inline,placement-annotate-costs{machine=quad}"
    )
    (remark,) = [d.message for d in said if "flops" in d.message]
    flops, transcendentals = re.search(r"(\d+) flops, (\d+) trans", remark).groups()
    return operations, int(flops), int(transcendentals)


@pytest.mark.parametrize("name", TEXTS)
def test_same_as_the_texts(name, root):
    kept = root / "test" / "Models" / f"{TEXTS[name]}.stablehlo.mlir"
    operations, flops, transcendentals = count(front_end.read(kept).text)
    ours, our_flops, our_transcendentals = count(trace(name).text)
    assert ours == operations
    # The embedding's gradient is added to another number of zeros.
    assert our_flops == pytest.approx(flops, rel=1e-3)
    assert our_transcendentals == pytest.approx(transcendentals, rel=0.05)


# Published numbers of weights; those of BERT without its pooler, and all with the
# running means and variances of batch normalisation.
SIZES = {
    "bert_base": 108_497_664,
    "gpt2": 123_754_752,
    "resnet50": 25_610_152,
    "inceptionv3": 23_869_000,
}


@pytest.mark.parametrize("name", SIZES)
def test_sizes(name):
    assert models.get(name).size() == pytest.approx(SIZES[name], rel=2e-3)


def test_drawing_is_repeatable(jax):
    model = models.get("bert_tiny")
    first, again, other = model.example(1), model.example(1), model.example(2)
    same = jax.tree.map(lambda a, b: bool((a == b).all()), first, again)
    assert all(jax.tree.leaves(same))
    assert (first[1] != other[1]).any()
    for array, struct in zip(
        jax.tree.leaves(first), jax.tree.leaves(model.arguments()), strict=True
    ):
        assert array.shape == struct.shape and array.dtype == struct.dtype


@pytest.mark.parametrize("name", ["gpt2", "bert_base"])
def test_what_goes_through_deep_models_keeps_its_size(name, jax):
    model = models.get(name, layers=24, width=64, heads=4, vocabulary=500, sequence=16)
    result = numpy.asarray(jax.jit(model.function)(*model.example()))
    assert 0.1 < result.std() < 10


def test_sizes_change_the_program():
    assert (
        "tensor<3x7x32xf32>"
        in trace("bert_tiny", batch=3, sequence=7, width=32, layers=1).text
    )
    with pytest.raises(placement.InputError, match="no multiple of its 2 heads"):
        models.get("bert_tiny", width=33)
    with pytest.raises(placement.InputError, match="no size 'image'"):
        models.get("bert_tiny", image=33)
    with pytest.raises(placement.InputError, match="no example model is called 'vgg'"):
        models.get("vgg")
    assert models.sizes("mlp") == {"layers": 6, "width": 1024, "batch": 256}
