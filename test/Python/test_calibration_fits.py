"""Fits of rooflines, links and prices, on numbers whose answer is known."""

import dataclasses
import json

import pytest
from placement import InputError
from placement.calibration import links, roofline
from placement.calibration.hardware import Hardware
from placement.calibration.links import Handover, Link
from placement.calibration.roofline import Roofline, Sample
from placement.calibration.table import Entry, Profile

HERE = Hardware.here("jax")


def make_profile(**changes):
    profile = Profile(
        kind="cpu",
        hardware=HERE,
        entries=(
            Entry(
                "dot", 100.0, 101.0, 0.1, 3, operations=2e9, nbytes=1e6, element="f32"
            ),
            Entry("add", 5.0, 20.0, 0.2, 6, operations=1e3, nbytes=1e6, element="f32"),
            Entry("constant", 0.0),
            Entry("custom_call", None, operations=0, nbytes=4e4),
        ),
        roofline=Roofline({"f32": 1e13, "default": 1e12}, 1e10, 1.0),
        link=Link(10.0, 1e9),
        failures={"op_7": "no"},
    )
    return dataclasses.replace(profile, **changes)


def test_link():
    link = links.fit(Handover(n, 20 + n / 1e3) for n in (1000, 10**5, 10**6))
    assert link.latency == pytest.approx(20)
    assert link.bandwidth == pytest.approx(1e9)
    assert link.time(10**6) == pytest.approx(1020)


def test_link_without_latency():
    link = links.fit([Handover(1000, 0.5), Handover(10**6, 1000)])
    assert link.latency == 0
    assert link.bandwidth > 0


def test_link_that_does_not_depend_on_size():
    link = links.fit([Handover(1000, 50), Handover(10**6, 49)])
    assert link.latency == pytest.approx(49.5, rel=0.01)
    assert link.bandwidth == pytest.approx(1e15)


def test_no_link():
    with pytest.raises(ValueError, match="no hand-overs"):
        links.fit([])


def test_roofline():
    fitted = roofline.fit(
        [
            Sample(2e9, 1e6, "f32", time=100, count=2, heavy=True),
            Sample(2e9, 1e6, "f32", time=300, count=2, heavy=True),
            Sample(1e9, 1e6, "bf16", time=10, count=1, heavy=True),
            Sample(1e3, 1e6, "f32", time=50, count=4, heavy=False),
        ]
    )
    assert fitted.peak == pytest.approx({"f32": 1e13, "bf16": 1e14, "default": 1e13})
    assert fitted.bandwidth == pytest.approx(2e10)
    assert fitted.time(1e13, 0, "f32") == pytest.approx(1e6)
    assert fitted.time(0, 2e10, "f32") == pytest.approx(1e6)
    assert fitted.time(0, 0, "f32") == 0


def test_roofline_of_nothing():
    fitted = roofline.fit([])
    assert fitted.peak["default"] > 0
    assert fitted.bandwidth > 0


def test_profile_as_file(tmp_path):
    profile = make_profile()
    path = profile.save(tmp_path / "profile.json")
    assert Profile.load(path) == profile
    assert [p.name for p in tmp_path.iterdir()] == ["profile.json"]
    entries = json.loads(path.read_text())["entries"]
    assert [e["times"] for e in entries] == [{"cpu": 100}, {"cpu": 5}, {"cpu": 0}, {}]


def test_predict():
    profile = make_profile()
    counts = {"dot": 2, "add": 4, "constant": 9, "custom_call": 1, "unknown": 5}
    # What was not measured is priced by the roofline.
    assert profile.predict(counts) == pytest.approx(2 * 100 + 4 * 5 + 5)
    assert profile.predict(counts, "alone") == pytest.approx(2 * 101 + 4 * 20 + 5)
    assert profile.predict(counts, "roofline") == pytest.approx(2 * 201 + 4 * 101 + 5)


def test_fitted_prices_agree_with_stages():
    profile = make_profile()
    stages = [({"dot": 3, "add": 2}, 400.0), ({"dot": 1, "add": 6}, 170.0)]
    fitted = profile.fitted(stages)
    for counts, time in stages:
        before = abs(profile.predict(counts) - time)
        after = abs(fitted.predict(counts) - time)
        assert after < before / 4
    # What no stage has, and what was not measured, keeps its price.
    assert fitted.entries[2:] == profile.entries[2:]


def test_fitted_prices_stay_where_they_agree():
    profile = make_profile()
    counts = {"dot": 3, "add": 2}
    fitted = profile.fitted([(counts, profile.predict(counts))])
    assert fitted.predict(counts) == pytest.approx(profile.predict(counts))
    assert profile.fitted([]) == profile
    assert profile.fitted([({"unknown": 3}, 10.0)]) == profile


def test_fitted_prices_are_positive():
    fitted = make_profile().fitted([({"dot": 1}, 1e-3), ({"add": 1}, 1e9)])
    assert all(e.time >= 0 for e in fitted.entries if e.time is not None)


def test_machine():
    machine = make_profile().machine(3, memory=1000)
    assert machine["kinds"][0]["count"] == 3
    assert machine["kinds"][0]["memory"] == 1000
    assert machine["kinds"][0]["link"] == {"latency": 10.0, "bandwidth": 1e9}


def test_other_hardware():
    other = dataclasses.replace(HERE, processor="Abacus 3000", version="0.1")
    profile = make_profile(hardware=other)
    make_profile().check("jax")
    with pytest.raises(
        InputError,
        match=r"the profile is for other hardware \(processor 'Abacus 3000' instead "
        r"of .*version '0.1' instead of .*\): measure on this one",
    ):
        profile.check()
    with pytest.raises(InputError, match="backend 'jax' instead of 'iree'"):
        make_profile().check("iree")


@pytest.mark.parametrize(
    "text, message",
    [
        ("{", "is not valid JSON"),
        ('{"version": 2}', "has version 2"),
        ('{"version": 1, "entries": []}', "was not written by placement.profile"),
        ("[]", "was not written by placement.profile"),
    ],
)
def test_wrong_files(tmp_path, text, message):
    path = tmp_path / "profile.json"
    path.write_text(text)
    with pytest.raises(InputError, match=f"profile .*profile.json .*{message}"):
        Profile.load(path)


def test_files_that_are_not_there(tmp_path):
    with pytest.raises(InputError, match="cannot be read: No such file"):
        Profile.load(tmp_path / "none.json")
    with pytest.raises(InputError, match="cannot be written"):
        make_profile().save(tmp_path / "none" / "profile.json")
