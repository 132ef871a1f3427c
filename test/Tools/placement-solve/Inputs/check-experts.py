"""Evaluates the expert splits of one model.

usage: check-experts.py TOOL WORKLOADS MODEL INFERENCE TRAINING

The published figures have three decimals. Where there is no split for the
training graph, the one for inference serves; where there are both, they agree.
"""

import json
import os
import subprocess
import sys

tool, workloads, model, inference, training = sys.argv[1:]


def value(phase, split):
    result = subprocess.run(
        [tool, f"{workloads}/throughput/LayerGraphs/{model}_{phase}.json"]
        + [f"--evaluate={workloads}/experts/{model}_{split}_expert.json", "-o", "-"],
        capture_output=True,
        text=True,
        check=True,
    )
    plan = json.loads(result.stdout)
    assert plan["status"] == "feasible", plan["explanation"]
    return plan["objective"]["value"]


found = {"inference": value("inference", "inference")}
found["training"] = value("training", "inference")
if os.path.exists(f"{workloads}/experts/{model}_training_expert.json"):
    assert value("training", "training") == found["training"], found
for phase, expected in (("inference", inference), ("training", training)):
    difference = abs(found[phase] - float(expected))
    assert difference <= 0.001, (phase, found[phase], expected)
