"""Modules that are compiled together, with backends that are made up."""

import dataclasses
import io
import pickle

import pytest
from placement import InputError, _core
from placement.backends import base
from placement.calibration import joint, worker
from placement.calibration.jobs import Failed, Input, Item, Job, Timing


class Alone:
    """A backend whose artifacts are texts; it refuses those in which stands 'bad'."""

    name = "alone"

    def __init__(self):
        self.compiled = []
        self.loaded = 0
        self.unloadable = False

    def device_count(self):
        return 1

    def compile(self, text):
        return self._compile([text])

    def load(self, artifact, *, device=0, threads=1):
        return Call(artifact.decode())

    def _compile(self, texts):
        self.compiled.append(list(texts))
        for text in texts:
            if "bad" in text:
                raise InputError(f"refuses {text}")
        return "\n".join(texts).encode()


class Together(Alone):
    """The same, and it compiles jointly."""

    def compile_many(self, texts, *, limit):
        assert limit == 7
        return self._compile(texts)

    def load_many(self, artifact, *, device=0, threads=1):
        self.loaded += 1
        if self.unloadable:
            raise InputError("cannot be loaded")
        return [Call(text) for text in artifact.decode().split("\n")].__getitem__


class Call:
    def __init__(self, text):
        self.text = text

    def put(self, array):
        return array

    def __call__(self, inputs):
        if "fails" in self.text:
            raise InputError(f"{self.text} fails")
        return list(inputs)


def items(*texts):
    one = Input((), "f32", 4, False)
    return [Item(f"item {text}", text, (one,), budget=0.0) for text in texts]


def compile_items(backend, given):
    artifacts, found = joint.compile_items(backend, given, {}, timeout=7)
    # Nothing but where they are compiled is new.
    assert [dataclasses.replace(i, part=None) for i in found] == list(given)
    for item in found:
        if item.part:
            texts = artifacts[item.part.artifact].decode().split("\n")
            assert texts[item.part.number] == item.text
    return artifacts, found


def serve(backend, artifacts, found, monkeypatch):
    monkeypatch.setattr(base, "get", lambda name: backend)
    job = Job("made up", {}, None, 0, tuple(found), tuple(artifacts))
    stream = io.BytesIO()
    worker._serve(job, stream)
    stream.seek(0)
    answers = {}
    while size := int.from_bytes(stream.read(8), "little"):
        name, answer = pickle.loads(stream.read(size))
        answers[name] = answer
    return answers


def test_a_backend_that_cannot():
    backend = Alone()
    assert not isinstance(backend, base.JointBackend)
    artifacts, found = compile_items(backend, items("a", "b"))
    assert artifacts == ()
    assert all(item.part is None for item in found)
    assert backend.compiled == []


def test_all_at_once(monkeypatch):
    backend = Together()
    artifacts, found = compile_items(backend, items(*"abcde"))
    assert backend.compiled == [list("abcde")]
    assert len(artifacts) == 1
    answers = serve(backend, artifacts, found, monkeypatch)
    assert all(isinstance(a, Timing) for a in answers.values())
    assert [len(backend.compiled), backend.loaded] == [1, 1]


@pytest.mark.parametrize("place", range(9))
def test_one_that_cannot_be_compiled(place, monkeypatch):
    """It costs itself, is named, and says what the compiler says of it alone."""
    texts = list("abcdefgh")
    texts.insert(place, "bad")
    backend = Together()
    artifacts, found = compile_items(backend, items(*texts))
    assert len(backend.compiled) <= 1 + 2 * 4
    assert sum(item.part is None for item in found) <= 3
    answers = serve(backend, artifacts, found, monkeypatch)
    assert list(answers) == [f"item {text}" for text in texts]
    failed = {n: a for n, a in answers.items() if isinstance(a, Failed)}
    assert failed == {"item bad": Failed("InputError: refuses bad")}


def test_one_that_cannot_run(monkeypatch):
    backend = Together()
    artifacts, found = compile_items(backend, items("a", "fails", "b"))
    answers = serve(backend, artifacts, found, monkeypatch)
    assert answers["item fails"] == Failed("InputError: fails fails")
    assert isinstance(answers["item b"], Timing)


def test_an_artifact_that_cannot_be_loaded(monkeypatch):
    """Each is compiled alone instead."""
    backend = Together()
    backend.unloadable = True
    artifacts, found = compile_items(backend, items("a", "b"))
    answers = serve(backend, artifacts, found, monkeypatch)
    assert all(isinstance(a, Timing) for a in answers.values())
    assert backend.compiled == [["a", "b"], ["a"], ["b"]]
    assert backend.loaded == 1


@pytest.mark.parametrize("given", [(), ("a",)])
def test_nothing_to_join(given):
    backend = Together()
    artifacts, found = compile_items(backend, items(*given))
    assert artifacts == () and len(found) == len(given)
    assert backend.compiled == []


def module(body="", attributes="", call="@helper", helper="stablehlo.negate"):
    return f"""
module attributes {{{attributes}}} {{
  func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {{
    %y = func.call {call}(%x) : (tensor<4xf32>) -> tensor<4xf32>
    return %y : tensor<4xf32>
  }}
  func.func private @helper(%x: tensor<4xf32>) -> tensor<4xf32> {{
    %y = "{helper}"(%x) : (tensor<4xf32>) -> tensor<4xf32>
    return %y : tensor<4xf32>
  }}
  {body}
}}"""


def test_join_modules():
    joined = _core.join_modules(
        [module(attributes="a.same = 1, a.other = 2"), module(attributes="a.same = 1")]
    )
    for name in ("main_0", "main_1", "helper"):
        assert joined.count(f'sym_name = "{name}"') == 1
    assert "a.same" in joined
    assert "a.other" not in joined
    # What comes out is a module again.
    assert "tensor<4xf32>" in _core.run_pipeline(joined, "")[0]


@pytest.mark.parametrize(
    "texts, message",
    [
        (["module {}"], "the module has no function @main"),
        ([module(), module(helper="stablehlo.abs")], "different symbols @helper"),
        ([module(call="@main")], "the module refers to it"),
        (
            [module(), module("func.func private @main_0()")],
            "different symbols @main_0",
        ),
        ([module(), "no module"], "<text 1>"),
    ],
)
def test_modules_that_cannot_be_joined(texts, message):
    with pytest.raises(InputError, match=message):
        _core.join_modules(texts)


def test_no_module_to_join():
    with pytest.raises(ValueError, match="no module to join"):
        _core.join_modules([])
