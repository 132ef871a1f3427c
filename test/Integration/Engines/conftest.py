"""Tests here share execution_programs.py, and the runtime's fake backend."""

import os
import sys
from pathlib import Path

HERE = Path(__file__).parent
for folder in (HERE, HERE.parents[1] / "Python"):
    sys.path.insert(0, str(folder))
    # For actors: they get the backend by the name of its module.
    os.environ["PYTHONPATH"] = f"{folder}{os.pathsep}{os.environ['PYTHONPATH']}"
