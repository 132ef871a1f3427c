"""Runs a driver function call by call: each stage on a device of its own, each
transfer a `jax.device_put`, in the driver's order."""

import re

import jax
import programs

STEP = re.compile(
    r'^    (?:%(?P<result>\w+)(?::\d+)? = )?"(?P<op>[\w.]+)"\((?P<operands>[^)]*)\)'
    r"(?: <\{(?P<attributes>.*?)\}>)?",
    re.M,
)
PLACE = r"(#placement\.host|#placement\.device<[^>]*>)"


class Driver:
    """The driver in `placed` (outlined, generic form) over the stage functions
    in `stripped`, the same module without the placement dialect."""

    def __init__(self, placed, stripped):
        bodies = programs.functions(placed)
        main = bodies.pop("main")
        self.arguments, _ = programs.signature(main)
        self.names = re.findall(r"%(\w+): ", re.search(r"\^bb0\((.*?)\):", main)[1])
        self.steps = [match.groupdict() for match in STEP.finditer(main)]
        known = {"placement.transfer", "func.call", "func.return"}
        odd = {step["op"] for step in self.steps} - known
        if odd:
            raise ValueError(f"the driver holds {sorted(odd)}")
        # Stage name -> place, of every stage that is called.
        self.places = {
            name: re.search(rf"^  \}}\) .*placement\.device = {PLACE}", body, re.M)[1]
            for name, body in bodies.items()
            if "placement.microbatch" in body
        }
        # The host is a device of its own, so that nothing is at its place by
        # accident.
        order = ["#placement.host", *dict.fromkeys(self.places.values())]
        self.devices = dict(zip(order, jax.devices(), strict=False))
        alone = programs.functions(stripped)
        self.stages = {name: programs.load_alone(alone[name]) for name in self.places}

    def calls(self):
        """Names of the stages in the order of their calls."""
        steps = [step for step in self.steps if step["op"] == "func.call"]
        return [re.search(r"callee = @(\w+)", s["attributes"])[1] for s in steps]

    def run(self, arguments, weights):
        """Results on the host; `weights` are the numbers of those arguments that
        each stage takes from its own device."""
        host = self.devices["#placement.host"]
        values = {
            name: jax.device_put(argument, host)
            for name, argument in zip(self.names, arguments, strict=True)
        }
        weight_names = {self.names[number] for number in weights}
        for step in self.steps:
            operands = re.findall(r"%(\w+(?:#\d+)?)", step["operands"])
            if step["op"] == "func.return":
                return [values[name] for name in operands]
            if step["op"] == "placement.transfer":
                origin = re.search(rf"from = {PLACE}", step["attributes"])[1]
                to = re.search(rf"to = {PLACE}", step["attributes"])[1]
                self.check(values[operands[0]], origin, operands[0])
                values[step["result"]] = jax.device_put(
                    values[operands[0]], self.devices[to]
                )
                continue
            name = re.search(r"callee = @(\w+)", step["attributes"])[1]
            place = self.places[name]
            inputs = []
            for operand in operands:
                value = values[operand]
                if operand in weight_names:
                    value = jax.device_put(value, self.devices[place])
                self.check(value, place, f"{operand} of {name}")
                inputs.append(value)
            for number, output in enumerate(self.stages[name](*inputs)):
                self.check(output, place, f"result {number} of {name}")
                values[f"{step['result']}#{number}"] = output
                values.setdefault(step["result"], output)
        raise ValueError("the driver does not return")

    def check(self, value, place, what):
        if value.devices() != {self.devices[place]}:
            raise ValueError(f"{what} is on {value.devices()}, not at {place}")
