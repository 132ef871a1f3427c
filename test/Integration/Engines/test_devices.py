"""The engine `devices`. JAX makes its devices once in a process, so the cases run
in one of their own that has four.
"""

import os
import subprocess
import sys
from pathlib import Path

CASES = Path(__file__).parent / "devices_cases.py"


def test_with_four_devices(need):
    need("jax")
    environment = os.environ | {
        "XLA_FLAGS": "--xla_force_host_platform_device_count=4",
        "JAX_PLATFORMS": "cpu",
    }
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", str(CASES)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert run.returncode == 0, run.stdout + run.stderr
