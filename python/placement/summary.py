"""What a placed module says about itself: its plan, and the loads of its stages.

Everything is read from the module's own text: the plan on the function, the
machine, and the price on every operation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from placement.errors import InputError
from placement.stages import Device, StageProgram

_PLAN = re.compile(r"placement\.plan = #placement\.plan<(.*?)>[,}]")
_FIELD = re.compile(r'(\w+) = @?(?:"([^"]*)"|([^",]+))')
_MACHINE = re.compile(
    r'"placement\.machine"\(\) <\{sym_name = "([^"]*)"\}> \(\{(.*?)\n\s*\}\)', re.S
)
_KIND = re.compile(r'"placement\.device_kind"\(\) <\{.*?kind = "([^"]*)"([^\n]*)')
_LINK = re.compile(r"#placement\.link<([^>]*)>")
_PRICED = re.compile(
    r"placement\.cost = #placement\.cost<times = \{([^}]*)\}[^\n]*?"
    r"placement\.stage = (\d+)"
)
_TIME = re.compile(r'"?([^"=,{}\s]+)"? = ([-+.\deE]+)')
_BAR = 24


@dataclass(frozen=True)
class StageLoad:
    """What a stage does for each sample; times in the plan's unit.

    Attributes:
        stage: Its position in the order of stages.
        device: Where it runs.
        operations: Number of operations that were priced.
        compute: Time of those.
        inbound: Time of what it receives; what several stages of a device use is
            received once, by the first.
        outbound: Time of what it sends.
        load: The sum.
    """

    stage: int
    device: Device
    operations: int
    compute: float
    inbound: float
    outbound: float
    load: float


@dataclass(frozen=True)
class DeviceLoad:
    """What a device does for each sample: its stages together.

    Attributes:
        device: Which one.
        stages: Its stages, in order.
    """

    device: Device
    stages: tuple[StageLoad, ...]

    @property
    def load(self) -> float:
        """The sum over its stages; the largest is the plan's value."""
        return sum(stage.load for stage in self.stages)


@dataclass(frozen=True)
class PlacedPlan:
    """What the plan of a module claims, which `placement-verify` recomputes.

    Attributes:
        objective: `throughput`.
        status: `optimal`, or `feasible` where a limit stopped the search.
        proof: Who vouches for the bound: `engine` is the exact search, `claimed`
            the word of a general solver.
        value: The largest load of a device, the time from sample to sample.
        bound: No plan has a lower value; no contiguous one, where it is contiguous.
        gap: (value - bound) / value.
        unit: Unit of value and bound.
        machine: Name of the machine.
        algorithm: What found the plan.
        fingerprint: Of the problem that was solved.
        stages: The load of each stage, in order.
        claimant: The general solver whose word the bound is, where it is claimed.
        contiguous: Whether each device has one stage, and data flows to later ones.
    """

    objective: str
    status: str
    proof: str
    value: float
    bound: float
    gap: float
    unit: str
    machine: str
    algorithm: str
    fingerprint: str
    stages: tuple[StageLoad, ...]
    claimant: str | None = None
    contiguous: bool = True

    @staticmethod
    def from_text(annotated: str, program: StageProgram) -> PlacedPlan:
        """Reads the plan of a module.

        Args:
            annotated: The module after `device-place`, in generic form.
            program: Its stages, which say what goes from device to device.

        Raises:
            InputError: There is no plan in it.
        """
        found = _PLAN.search(annotated)
        if not found:
            raise InputError("the module has no plan: run device-place first")
        fields = {
            name: quoted or bare for name, quoted, bare in _FIELD.findall(found[1])
        }
        machine = fields["machine"]
        return PlacedPlan(
            objective=fields["objective"],
            status=fields["status"],
            proof=fields["proof"],
            value=float(fields["value"]),
            bound=float(fields["bound"]),
            gap=float(fields["gap"]),
            unit=fields["unit"],
            machine=machine,
            algorithm=fields["algorithm"],
            fingerprint=fields["fingerprint"],
            stages=tuple(_loads(annotated, _links(annotated, machine), program)),
            claimant=fields.get("claimant"),
            contiguous=fields.get("contiguous") != "false",
        )

    @property
    def devices(self) -> tuple[DeviceLoad, ...]:
        """The load of each device, in the order of their first stages."""
        of: dict[Device, list[StageLoad]] = {}
        for stage in self.stages:
            of.setdefault(stage.device, []).append(stage)
        return tuple(DeviceLoad(device, tuple(own)) for device, own in of.items())

    def table(self) -> str:
        """The stages with their loads, for people; ends with what is proved."""
        lines = [
            f"{'stage':>5}  {'device':10} {'ops':>5} {'in':>9} {'compute':>9} "
            f"{'out':>9} {'load ' + self.unit:>9}"
        ]
        worst = max((device.load for device in self.devices), default=0.0)
        for device in self.devices:
            bar = "#" * round(_BAR * device.load / worst) if worst else ""
            mark = "  <- bottleneck" if device.load == worst else ""
            for stage in device.stages:
                line = (
                    f"{stage.stage:>5}  {stage.device!s:10} {stage.operations:>5} "
                    f"{stage.inbound:>9.2f} {stage.compute:>9.2f} "
                    f"{stage.outbound:>9.2f} {stage.load:>9.2f}"
                )
                one = len(device.stages) == 1
                lines.append(f"{line}  {bar}{mark}" if one else line)
            if len(device.stages) > 1:
                lines.append(
                    f"{'all':>5}  {device.device!s:10} {'':>35} {device.load:>9.2f}  "
                    f"{bar}{mark}"
                )
        kind = "contiguous plan" if self.contiguous else "plan"
        claim = (
            f"no {kind} is below {self.bound:.6g} {self.unit}"
            if self.status == "optimal"
            else f"the bound is {self.bound:.6g} {self.unit}, gap {100 * self.gap:.3g} %"
        )
        if self.claimant:
            claim += f" by the word of {self.claimant}, not checked"
        lines.append(
            f"one sample every {self.value:.6g} {self.unit} on @{self.machine}: "
            f"{self.status}, {claim}"
        )
        return "\n".join(lines)


def _links(annotated: str, machine: str) -> dict[str, tuple[float, float]]:
    """Kind -> bytes per second and microseconds of latency of its links."""
    links = {}
    for name, body in _MACHINE.findall(annotated):
        if name != machine:
            continue
        for kind, rest in _KIND.findall(body):
            if link := _LINK.search(rest):
                figures = dict(_TIME.findall(link[1]))
                links[kind] = (
                    float(figures["bandwidth"]),
                    float(figures.get("latency", 0)),
                )
    return links


def _loads(
    annotated: str, links: dict[str, tuple[float, float]], program: StageProgram
) -> Iterable[StageLoad]:
    operations: dict[int, int] = {}
    compute: dict[int, float] = {}
    kinds = {stage.stage: stage.device.kind for stage in program.stages}
    for times, number in _PRICED.findall(annotated):
        stage = int(number)
        operations[stage] = operations.get(stage, 0) + 1
        time = float(dict(_TIME.findall(times))[kinds[stage]])
        compute[stage] = compute.get(stage, 0.0) + time

    # A device pays once for each value that it sends, however many want it, and
    # once for each that it receives, however many of its stages want that.
    sent: dict[int, dict[int, int]] = {}
    received: dict[int, dict[int, int]] = {}
    for transfer in program.transfers:
        value = transfer.value
        size = program.values[value].nbytes
        maker = program.producer(value)
        if transfer.source != "host" and maker is not None:
            sent.setdefault(maker.stage, {})[value] = size
        if transfer.target != "host":
            user = next(
                call.stage
                for call in program.consumers(value)
                if program.device_of(call.stage) == transfer.target
            )
            received.setdefault(user, {})[value] = size

    def price(device: Device, values: dict[int, int]) -> float:
        if device.kind not in links:
            return 0.0
        bandwidth, latency = links[device.kind]
        return sum(latency + size / bandwidth * 1e6 for size in values.values())

    for stage in program.stages:
        busy = compute.get(stage.stage, 0.0)
        inbound = price(stage.device, received.get(stage.stage, {}))
        outbound = price(stage.device, sent.get(stage.stage, {}))
        yield StageLoad(
            stage.stage,
            stage.device,
            operations.get(stage.stage, 0),
            busy,
            inbound,
            outbound,
            busy + inbound + outbound,
        )
