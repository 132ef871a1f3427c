"""In continuous integration the integration tests are never skipped: without JAX
they fail there, and only elsewhere say that they were skipped.
"""

import os
import subprocess
import sys

RUN = os.path.join(os.path.dirname(__file__), "run.py")


def status(**environment):
    """Exit status of run.py under an interpreter that finds no packages."""
    program = (
        "import importlib.util, runpy, sys\n"
        "importlib.util.find_spec = lambda name: None\n"
        "sys.base_prefix = 'none of ours'\n"
        f"sys.argv = [{RUN!r}, 'placement-opt']\n"
        f"runpy.run_path({RUN!r}, run_name='__main__')\n"
    )
    without = {k: v for k, v in os.environ.items() if k != "CI"}
    command = [sys.executable, "-c", program]
    return subprocess.run(command, env=without | environment).returncode


found = status(CI="true"), status()
print(f"without JAX: status {found[0]} in continuous integration, {found[1]} elsewhere")
sys.exit(0 if found == (1, 77) else 1)
