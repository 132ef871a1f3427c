"""`pip install .`: the wheel is built, installed into an empty environment, and
used from outside of the checkout."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

# Without anything in the cache, the whole C++ side is compiled.
pytestmark = pytest.mark.timeout(1800)
SKIP_SANITIZED = "a sanitizer's run-time is not in the Python that loads the module"


@pytest.fixture(scope="module")
def wheel(run, root, build, cache, compiler, need, tmp_path_factory):
    """The wheel, built with what is installed here, so that no index is asked, and
    with the build's own compiler, so that ccache knows it all."""
    need("scikit_build_core")
    if cache.get("PLACEMENT_SANITIZE"):
        pytest.skip(SKIP_SANITIZED)
    out = tmp_path_factory.mktemp("wheel")
    settings = {f"cmake.define.{name}": value for name, value in compiler.items()}
    settings["cmake.build-type"] = compiler["CMAKE_BUILD_TYPE"]
    # As deep as the build folder: ccache compares relative paths.
    settings["build-dir"] = str(build.parent / f"{build.name}-wheel")
    environment = os.environ | {"CCACHE_BASEDIR": str(root), "CCACHE_NOHASHDIR": "1"}
    run(
        *(sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation"),
        *("--disable-pip-version-check", "-w", out),
        *(f"--config-settings={name}={value}" for name, value in settings.items()),
        root,
        limit=1500,
        env=environment,
    )
    (made,) = out.glob("placement-*.whl")
    return made


@pytest.fixture(scope="module")
def environment(run, wheel, tmp_path_factory):
    """The bin folder of an environment with the wheel and numpy, nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", folder)
    python = folder / "bin" / "python"
    run(
        *(python, "-m", "pip", "install", "--no-deps", "--no-index"),
        *("--disable-pip-version-check", wheel),
    )
    # numpy without an index: links to what the tests' own environment has.
    import numpy

    (site,) = folder.glob("lib/python*/site-packages")
    for name in ("numpy", "numpy.libs"):
        source = Path(numpy.__file__).parents[1] / name
        if source.exists():
            (site / name).symlink_to(source)
    return folder / "bin"


def test_content(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert "placement/py.typed" in names
    assert "placement/_core.pyi" in names
    assert any(n.startswith("placement/_core.") and n.endswith(".so") for n in names)
    programs = {n.rpartition("/")[2] for n in names if "/scripts/" in n}
    assert programs == {"placement-opt", "placement-solve", "placement-worker"}
    # Nothing of the build or of the tests.
    assert not [n for n in names if n.endswith((".a", ".h", ".pyc", ".cmake"))]
    assert all(n.startswith(("placement/", "placement-0.1")) for n in names)


def test_tag(wheel):
    python, abi, platform = wheel.stem.split("-")[-3:]
    if sys.version_info >= (3, 12):
        assert (python, abi) == ("cp312", "abi3")
    else:
        assert python == abi == f"cp{sys.version_info[0]}{sys.version_info[1]}"
    assert platform.startswith("linux")


def test_use(run, environment, models, root, tmp_path):
    workload = root / "test" / "Workloads" / "dpo" / "throughput" / "LayerGraphs"
    program = f"""
import placement
assert "site-packages" in placement.__file__, placement.__file__
plan = placement.solve({str(workload / "gnmt_inference.json")!r})
assert round(plan.value, 4) == 32.9107 and plan.status == "optimal"
text, said = placement.run_pipeline(
    open({str(models / "mlp.mlir")!r}).read(), "placement-pipeline{{machine=tpu-v5e-4}}")
assert "main_stage0" in text
assert any("placed" in d.message for d in said)
placed = placement.place({str(models / "mlp.mlir")!r}, machine="tpu-v5e-4", max_stages=2)
assert placed.plan.status == "optimal" and len(placed.plan.stages) == 2
assert "main_stage1" in placed.as_text("outlined")
print(placement.__version__)
"""
    # The worker is found; without it, this would be an error.
    worker = f"""
import placement
plan = placement.solve({str(workload / "gnmt_inference.json")!r}, algorithm="mip",
                       contiguous=False, time_limit=1)
assert plan.value < 33, plan.value
"""
    run(environment / "python", "-I", "-c", worker, cwd=tmp_path)
    version = run(environment / "python", "-I", "-c", program, cwd=tmp_path).strip()
    assert version == "0.1.0"
    shown = run(environment / "placement-solve", "--version", cwd=tmp_path)
    assert shown == f"placement-solve {version}\n"
    placed = tmp_path / "placed.mlir"
    run(
        *(environment / "placement-opt", models / "mlp.mlir"),
        *("--placement-pipeline", "-o", placed),
        cwd=tmp_path,
    )
    assert "@main_stage0" in placed.read_text()


def test_missing_extra_is_told(run, environment, tmp_path):
    program = """
from placement import extras, errors
try:
    extras.load("jax", "jax")
except errors.MissingExtraError as error:
    print(error)
"""
    told = run(environment / "python", "-I", "-c", program, cwd=tmp_path)
    assert "pip install placement[jax]" in told


def test_without_mlir_the_build_says_what_to_install(root, tmp_path):
    """With a CMake that finds no MLIR."""
    done = subprocess.run(
        [
            shutil.which("cmake"),
            f"-S{root}",
            f"-B{tmp_path / 'build'}",
            "-GNinja",
            "-DCMAKE_DISABLE_FIND_PACKAGE_MLIR=ON",
        ],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode != 0
    assert "MLIR 22.1 is not found." in done.stderr
    assert "libmlir-22-dev" in done.stderr
