"""Expert splits evaluated for latency: the published values, the rules they break."""

import subprocess
import sys

EXPECTED = {
    "bert24": (111.937, ["the plan uses device acc:5, but the machine has 5 devices"]),
    "gnmt": (293.403, ["acc:5 needs 754940160 bytes"]),
    "resnet50": (
        1014.927,
        [
            "acc:1 needs 7605136384 bytes",
            "acc:2 needs 5399801856",
            "acc:3 needs 2716917760",
        ],
    ),
    "inceptionv3": (
        865.519,
        [
            "acc:0 needs 6852132864 bytes",
            "acc:1 needs 3726333312",
            "acc:2 needs 2590411264",
        ],
    ),
}

tool, folder = sys.argv[1:]
for name, (value, rules) in EXPECTED.items():
    instance = f"{folder}/latency/LayerGraphs/{name}_inference.json"
    split = f"{folder}/experts/{name}_inference_expert.json"
    result = subprocess.run(
        [tool, instance, "--objective=latency", f"--evaluate={split}"],
        capture_output=True,
        text=True,
    )
    assert result.returncode == 1, result.stderr
    first = result.stdout.split(maxsplit=1)[0]
    # The published program prints three digits, the table six.
    assert abs(float(first) - value) <= 0.0051, (name, first)
    for rule in rules:
        assert rule in result.stdout, (name, rule)
