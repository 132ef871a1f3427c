"""What a terminal shows. usage: check-terminal.py TOOL INSTANCE"""

import os
import pty
import sys

tool, instance = sys.argv[1:]


def on_terminal(options, **environment):
    """The bytes that a terminal receives, and the exit status."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(environment)
        os.execv(tool, [tool, instance] + options)
    output = b""
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            break
        if not piece:
            break
        output += piece
    return output, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


# A slow search paints over its line and takes it away at the end.
wait = ["--algorithm=waits-with-plan", "--time-limit=0.6"]
output, status = on_terminal(wait)
assert status == 3, status
assert output.count(b"\r\x1b[Kincumbent 8  bound 2  gap 75 %  by waits  ") >= 2, output
before, table = output.rsplit(b"\r\x1b[K", 1)
assert b"\n" not in before, before
assert table.startswith(b"\x1b[33m8 ms per sample"), table

# A fast one paints nothing.
output, status = on_terminal(["--algorithm=one-device"])
assert status == 0 and b"\r\x1b[K" not in output, output

# NO_COLOR turns colour off, unless the user asks for it.
fast = ["--algorithm=one-device"]
assert b"\x1b[33m" in on_terminal(fast)[0]
assert b"\x1b" not in on_terminal(fast, NO_COLOR="1")[0]
assert b"\x1b[33m" in on_terminal(fast, NO_COLOR="")[0]
assert b"\x1b[33m" in on_terminal(fast + ["--color=always"], NO_COLOR="1")[0]
assert b"\x1b" not in on_terminal(fast + ["--color=never"])[0]
assert b"\r\x1b[K" not in on_terminal(wait + ["--quiet"])[0]
