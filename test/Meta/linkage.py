"""placement-solve, built on the solver core alone, loads neither MLIR nor LLVM.

usage: linkage.py PLACEMENT_SOLVE
"""

import subprocess
import sys

import tree

run = subprocess.run(["ldd", sys.argv[1]], capture_output=True, text=True, check=True)
libraries = run.stdout.splitlines()
violations = [line.strip() for line in libraries if "MLIR" in line or "LLVM" in line]
tree.finish(violations, len(libraries))
