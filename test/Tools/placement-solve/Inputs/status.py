"""Runs a command and expects one exit status. usage: status.py N COMMAND..."""

import subprocess
import sys

expected = int(sys.argv[1])
status = subprocess.run(sys.argv[2:], check=False).returncode
if status != expected:
    sys.exit(f"exit status {status} instead of {expected}")
