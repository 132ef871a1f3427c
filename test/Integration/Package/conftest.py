"""What tests of the installed package share: the build's own settings."""

import os
import re
import signal
import subprocess

import pytest


@pytest.fixture(scope="session")
def run():
    """Runs a command that has to succeed and returns its output. Nothing of it is
    left running, whatever happens."""

    def call(*command, limit=600, **options):
        process = subprocess.Popen(
            [str(part) for part in command],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            **options,
        )
        try:
            out, err = process.communicate(timeout=limit)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        assert process.returncode == 0, f"{command}\n{out}\n{err}"
        return out

    return call


@pytest.fixture(scope="session")
def cache(build):
    """The variables of the build's CMake cache, name -> value."""
    text = (build / "CMakeCache.txt").read_text()
    return dict(re.findall(r"^([A-Za-z]\w*):\w+=(.*)$", text, re.M))


@pytest.fixture(scope="session")
def compiler(cache):
    """CMake arguments that compile as the build did, through its ccache, so that
    what is already compiled is not compiled again."""
    kind = cache["CMAKE_BUILD_TYPE"].upper()
    names = [
        "CMAKE_BUILD_TYPE",
        "CMAKE_C_COMPILER",
        "CMAKE_CXX_COMPILER",
        "CMAKE_C_COMPILER_LAUNCHER",
        "CMAKE_CXX_COMPILER_LAUNCHER",
        f"CMAKE_CXX_FLAGS_{kind}",
        "CMAKE_EXE_LINKER_FLAGS",
        "CMAKE_MODULE_LINKER_FLAGS",
        "CMAKE_SHARED_LINKER_FLAGS",
        "MLIR_DIR",
        "PLACEMENT_WERROR",
    ]
    return {name: cache[name] for name in names if cache.get(name)}
