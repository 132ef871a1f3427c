"""Where and how PLAN.json is written. usage: check-output.py TOOL INSTANCE DIR"""

import json
import os
import shutil
import stat
import subprocess
import sys
import threading

tool, instance, folder = sys.argv[1:]
shutil.rmtree(folder, ignore_errors=True)
os.makedirs(folder)


def solve(target, source=instance):
    command = [tool, source, "--quiet", "-o", target]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def path(name):
    return os.path.join(folder, name)


def expect_error(result, text):
    assert result.returncode == 1, result
    assert result.stderr.startswith("placement-solve: error: "), result.stderr
    assert result.stderr.count("\n") == 1 and text in result.stderr, result.stderr
    assert result.stdout == "", result.stdout


# A new file gets the permissions that any new file gets.
os.umask(0o027)
result = solve(path("new.json"))
assert result.returncode == 0, result
assert "4.25 ms per sample" in result.stdout
with open(path("new.json"), encoding="utf-8") as file:
    plan = json.load(file)
assert stat.S_IMODE(os.stat(path("new.json")).st_mode) == 0o640

# An old file is replaced, keeps its permissions and, for who has it open, its
# content.
with open(path("old.json"), "w", encoding="utf-8") as file:
    file.write("old")
os.chmod(path("old.json"), 0o604)
with open(path("old.json"), encoding="utf-8") as before:
    assert solve(path("old.json")).returncode == 0
    assert before.read() == "old"
with open(path("old.json"), encoding="utf-8") as file:
    assert json.load(file) == plan
assert stat.S_IMODE(os.stat(path("old.json")).st_mode) == 0o604

# The target of a link is replaced, the link stays.
os.symlink("old.json", path("link.json"))
assert solve(path("link.json")).returncode == 0
assert os.path.islink(path("link.json"))
os.symlink("fresh.json", path("dangling.json"))
assert solve(path("dangling.json")).returncode == 0
with open(path("fresh.json"), encoding="utf-8") as file:
    assert json.load(file) == plan

# Pipes and devices are written to, not replaced.
os.mkfifo(path("pipe"))
received = []


def receive():
    with open(path("pipe"), encoding="utf-8") as pipe:
        received.append(pipe.read())


reader = threading.Thread(target=receive)
reader.start()
assert solve(path("pipe")).returncode == 0
reader.join(timeout=30)
assert json.loads(received[0]) == plan
assert stat.S_ISFIFO(os.stat(path("pipe")).st_mode)
assert solve("/dev/null").returncode == 0
assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
if os.path.exists("/dev/full"):
    result = solve("/dev/full")
    assert result.returncode == 1
    assert "No space left on device" in result.stderr
    # The answer is shown, whatever becomes of the files.
    assert "4.25 ms per sample" in result.stdout
    result = subprocess.run(
        [tool, instance, "--quiet", "--log-json=/dev/full"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "/dev/full: cannot be written" in result.stderr
    assert "4.25 ms per sample" in result.stdout
    with open("/dev/full", "w", encoding="utf-8") as device:
        full = subprocess.run(
            [tool, instance, "--quiet"],
            stdout=device,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert full.returncode == 1
    assert "standard output: cannot be written" in full.stderr, full.stderr

# What cannot be written is found out before the solve.
expect_error(solve(path("nowhere/plan.json")), "No such file or directory")
expect_error(solve(folder), "Is a directory")

# An input is never overwritten.
shutil.copy(instance, path("input.json"))
expect_error(solve(path("input.json"), path("input.json")), "would be overwritten")
with open(path("input.json"), encoding="utf-8") as file:
    assert json.load(file)["version"] == 1

# Bad input leaves an old plan alone.
with open(path("bad.json"), "w", encoding="utf-8") as file:
    file.write("{")
assert solve(path("old.json"), path("bad.json")).returncode == 1
with open(path("old.json"), encoding="utf-8") as file:
    assert json.load(file) == plan

# No temporary file is left behind.
names = sorted(os.listdir(folder))
expected = ["bad.json", "dangling.json", "fresh.json", "input.json", "link.json"]
assert names == sorted(expected + ["new.json", "old.json", "pipe"]), names
