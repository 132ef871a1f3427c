"""Placed programs as files."""

import collections
import os
import zipfile

import numpy
import placement
import pytest

Pair = collections.namedtuple("Pair", "a b")


def ones(*shape):
    return numpy.ones(shape, numpy.float32)


@pytest.fixture
def placed(machine, jax):
    def function(parameters, times, x, *, shift):
        for w in parameters["w"]:
            x = jax.numpy.tanh(x @ w) * times
        return {"x": x + shift, "none": None, "list": [x, (parameters["s"],)]}

    parameters = {"w": [ones(4, 4)] * 3, "s": 2.0, "unused": ones(7)}
    return placement.place(
        function,
        (parameters, 3, ones(2, 4)),
        kwargs={"shift": 1.0},
        static_argnums=(1,),
        machine_file=machine,
    )


ARGUMENTS = {"w": [ones(4, 4)] * 3, "s": 5.0, "unused": ones(7)}, 3, ones(2, 4)


def test_functions(placed, tmp_path, jax, difference):
    path = placed.save(tmp_path / "a.placed")
    assert os.listdir(tmp_path) == ["a.placed"]
    again = placement.load(path)
    expected = placed(*ARGUMENTS, shift=1.5)
    assert difference(again(*ARGUMENTS, shift=1.5), expected) == 0
    assert again.plan == placed.plan
    for form in "input", "annotated", "outlined":
        assert again.as_text(form) == placed.as_text(form)
    with pytest.raises(
        placement.InputError, match=r"argument 0\['s'\] is float32\[2\]"
    ):
        again({**ARGUMENTS[0], "s": ones(2)}, 3, ones(2, 4), shift=1.0)
    # Over an older file.
    assert placement.load(again.save(path)).plan == placed.plan


def test_texts(models, machine, tmp_path):
    placed = placement.place(models / "mlp.mlir", machine_file=machine)
    again = placement.load(placed.save(tmp_path / "b"))
    assert again.program.name == placed.program.name
    assert again.stages == placed.stages


def test_what_cannot_be_stored(machine, jax, tmp_path):
    def refuses(message, *arguments, **options):
        placed = placement.place(
            lambda p, x: x + p[0], arguments, machine_file=machine, **options
        )
        with pytest.raises(placement.InputError, match=message):
            placed.save(tmp_path / "c")
        assert os.listdir(tmp_path) == []

    refuses("arguments cannot be stored: there is a Pair", Pair(ones(2), 1.0), ones(2))
    refuses("static argument 0 cannot", (1, 2), ones(2), static_argnums=(0,))
    refuses("has the key 0", {0: 1.0}, ones(2))


def test_files_that_cannot_be_written(placed, tmp_path):
    with pytest.raises(placement.InputError, match="No such file"):
        placed.save(tmp_path / "missing" / "a")


def test_files_that_are_none(placed, tmp_path):
    path = tmp_path / "a.placed"
    with pytest.raises(placement.InputError, match="No such file"):
        placement.load(path)
    path.write_text("something else")
    with pytest.raises(placement.InputError, match="no placed program"):
        placement.load(path)
    whole = placed.save(path).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(placement.InputError, match="no placed program"):
        placement.load(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "program.json", '{"format": "placement-program", "version": 7}'
        )
    with pytest.raises(placement.InputError, match="version 7 .* reads version 1"):
        placement.load(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("program.json", "[]")
    with pytest.raises(placement.InputError, match="no placed program"):
        placement.load(path)
