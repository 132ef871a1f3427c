"""The pipeline takes the options of device-place, all of them and no others.

usage: same_options.py HELP, a file with what `placement-opt --help` prints
"""

import re
import sys


def options(text, name):
    """Option -> its values or type, of a pass or pipeline."""
    block = re.search(
        rf"^      --{name} +- .*\n((?:(?:        |    =).*\n)+)", text, re.M
    )
    return re.findall(r"^        --([\w-]+)(=\S+)?", block.group(1), re.M)


with open(sys.argv[1]) as source:
    text = source.read()
place, pipeline = (
    options(text, name) for name in ("device-place", "placement-pipeline")
)
print("device-place:", *sorted(name for name, _ in place))
print("differ:", *sorted(set(place) ^ set(pipeline)))
sys.exit(0 if place and set(place) == set(pipeline) else 1)
