"""Runs pytest on a folder, or says why it cannot.

usage: run_pytest.py PYTHON BUILD_DIR ARGUMENT...

PYTHON is the one that the package was built for; empty where it was not built.
Exit status 77, which ctest shows as skipped, where the package or pytest is
missing; in continuous integration (CI in the environment) that is an error.
"""

import os
import subprocess
import sys

SKIPPED = 77

python, build, *arguments = sys.argv[1:]
missing = None
if not python:
    missing = "the Python package was not built (PLACEMENT_ENABLE_PYTHON)"
elif subprocess.run([python, "-c", "import pytest"], capture_output=True).returncode:
    missing = f"{python} has no pytest"
if missing:
    print(f"{missing}: tools/dev/setup.sh installs what is needed")
    sys.exit(1 if os.environ.get("CI") else SKIPPED)
command = [python, "-m", "pytest", *arguments]
environment = {**os.environ, "PLACEMENT_BUILD_DIR": build}
sys.exit(subprocess.run(command, env=environment).returncode)
