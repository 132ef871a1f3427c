"""Each option that --help names is taken with a sensible value."""

import re
import subprocess
import sys

tool = sys.argv[1]
text = subprocess.run([tool, "--help"], capture_output=True, text=True).stdout
values = {"NAME": "one-device", "N": "1", "G": "0", "S": "1", "B": "1M"}
values |= {
    "MODEL": "half-duplex",
    "FORMAT": "csv",
    "LAYOUT": "matrix",
    "WHO": "all",
    "Q": "2",
}
names = re.findall(r"^  (--[a-z-]+)(?:=(\S+))?", text, re.MULTILINE)
assert len(names) >= 14, names
for name, value in names:
    words = {"--schedule": "gpipe", "--objective": "latency"}
    value = words.get(name, values.get(value, value))
    option = name if not value else f"{name}={'auto' if value == 'WHEN' else value}"
    # Without an instance every command fails, but never because of the option.
    result = subprocess.run([tool, option], capture_output=True, text=True)
    if name in ("--help", "--version"):
        assert result.returncode == 0, option
    else:
        assert result.returncode == 1, option
        assert "no instance is given" in result.stderr, (option, result.stderr)
