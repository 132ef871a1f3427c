"""The installed CMake package, as another program uses it."""

import os
import shutil
import subprocess

import pytest


@pytest.fixture(scope="module")
def prefix(run, build, tmp_path_factory):
    """Where the built project is installed."""
    prefix = tmp_path_factory.mktemp("prefix")
    for component in ("Development", "Runtime"):
        run("cmake", "--install", build, "--prefix", prefix, "--component", component)
    return prefix


@pytest.mark.parametrize("mlir", ["ON", "OFF"])
def test_another_program(run, mlir, prefix, root, models, compiler, cache, tmp_path):
    if cache.get("PLACEMENT_SANITIZE"):
        compiler = compiler | {
            "CMAKE_CXX_FLAGS": f"-fsanitize={cache['PLACEMENT_SANITIZE']}"
        }
    source = tmp_path / "source"
    shutil.copytree(root / "test" / "Integration" / "Package" / "consumer", source)
    build = tmp_path / "build"
    run(
        "cmake",
        f"-S{source}",
        f"-B{build}",
        "-GNinja",
        f"-DCMAKE_PREFIX_PATH={prefix}",
        f"-DWITH_MLIR={mlir}",
        *(f"-D{name}={value}" for name, value in compiler.items()),
    )
    run("cmake", "--build", build)

    workload = "test/Workloads/dpo/throughput/LayerGraphs/gnmt_inference.json"
    table = run(build / "solve", root / workload, cwd=tmp_path)
    assert table.startswith("32.9107 per sample; proved optimal")
    if mlir == "ON":
        placed = run(build / "place", models / "mlp.mlir", cwd=tmp_path)
        assert "machine tpu-v5e-4\n" in placed and "function main\n" in placed
        assert "function main_stage0\n" in placed
    else:
        assert "MLIR" not in run("ldd", build / "solve")


def test_installed_programs_run_anywhere(run, prefix, root, models, tmp_path):
    moved = tmp_path / "moved"
    shutil.copytree(prefix, moved)
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    out = tmp_path / "placed.mlir"
    run(
        moved / "bin" / "placement-opt",
        models / "mlp.mlir",
        "--placement-pipeline",
        "-o",
        out,
        cwd=tmp_path,
        env=environment,
    )
    assert "@main_stage0" in out.read_text()
    version = run(moved / "bin" / "placement-solve", "--version", env=environment)
    assert version.startswith("placement-solve 0.1")
    worker = moved / "libexec" / "placement" / "placement-worker"
    assert run(worker, "--solvers", env=environment).startswith("highs ")
    # The program finds it there; without a worker, mip would be an error.
    workload = root / "test/Workloads/dpo/throughput/LayerGraphs/gnmt_inference.json"
    solved = subprocess.run(
        [moved / "bin" / "placement-solve", workload, "--algorithm=mip"]
        + ["--contiguous=false", "--time-limit=1"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert " per sample; " in solved.stdout, solved.stderr


def test_headers_name_nothing_of_the_build(prefix, root, build):
    """Exported targets hold no path of the checkout."""
    for file in (prefix / "lib" / "cmake" / "Placement").iterdir():
        text = file.read_text()
        assert str(root) not in text and str(build) not in text, file
