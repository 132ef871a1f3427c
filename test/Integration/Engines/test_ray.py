"""The engine `ray`. The cases run in a process of their own: Ray forks, which a
process that has used JAX must not do, and its processes must be gone afterwards.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

CASES = Path(__file__).parent / "ray_cases.py"
LIMIT = 900


def processes(home):
    """Processes that were started with this home directory."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            variables = (entry / "environ").read_bytes().split(b"\0")
            if f"HOME={home}".encode() in variables:
                found.append(int(entry.name))
    return found


@pytest.mark.timeout(LIMIT + 100)
def test_on_two_workers(need):
    need("ray")
    # Ray writes into the home directory. Paths of sockets have to be short.
    home = tempfile.mkdtemp(prefix="ray")
    environment = {k: v for k, v in os.environ.items() if k != "RAY_ADDRESS"}
    environment |= {
        "HOME": home,
        "RAY_TMPDIR": home,
        "RAY_USAGE_STATS_ENABLED": "0",
        "JAX_PLATFORMS": "cpu",
    }
    command = [sys.executable, "-m", "pytest", "-q", str(CASES)]
    try:
        run = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=LIMIT
        )
        assert run.returncode == 0, run.stdout + run.stderr
        deadline = time.monotonic() + 30
        while (left := processes(home)) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not left
    finally:
        for pid in processes(home):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        shutil.rmtree(home, ignore_errors=True)
