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
    r"placement\.cost = #placement\.cost<times = \{([^}]*)\}([^\n]*?)"
    r"placement\.stage = (\d+)"
)
_TIME = re.compile(r'"?([^"=,{}\s]+)"? = ([-+.\deE]+)')
_BAR = 24


@dataclass(frozen=True)
class PassWork:
    """What belongs to one pass: times of transfers in, work and transfers out."""

    inbound: float = 0.0
    compute: float = 0.0
    outbound: float = 0.0

    def __add__(self, other: PassWork) -> PassWork:
        return PassWork(
            self.inbound + other.inbound,
            self.compute + other.compute,
            self.outbound + other.outbound,
        )

    def load(self, communication: str) -> float:
        """The time it takes under a communication model (docs/Solvers.md)."""
        if communication == "half-duplex":
            return max(self.inbound + self.outbound, self.compute)
        if communication == "full-duplex":
            return max(self.inbound, self.compute, self.outbound)
        return self.compute + self.inbound + self.outbound


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
        load: What it takes alone, under the plan's models of load: the sum, unless
            transfers overlap with work.
        forward, backward: What of it belongs to each pass.
    """

    stage: int
    device: Device
    operations: int
    compute: float
    inbound: float
    outbound: float
    load: float
    forward: PassWork = PassWork()
    backward: PassWork = PassWork()


@dataclass(frozen=True)
class DeviceLoad:
    """What a device does for each sample: its stages together.

    Attributes:
        device: Which one.
        stages: Its stages, in order.
        load: Of all stages together, under the plan's models of load; the largest
            is the plan's value, except under GPipe.
        forward, backward: The time of each pass alone; under GPipe the largest of
            both add up to the plan's value.
    """

    device: Device
    stages: tuple[StageLoad, ...]
    load: float
    forward: float
    backward: float


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
        communication: How transfers share time with work: `sequential`,
            `half-duplex` or `full-duplex`.
        schedule: `1f1b`, or `gpipe`, where the value is the largest forward time
            plus the largest backward time.
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
    communication: str = "sequential"
    schedule: str = "1f1b"

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
        communication = fields.get("communication", "sequential")
        schedule = fields.get("schedule", "1f1b")
        links = _links(annotated, machine)
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
            stages=tuple(_loads(annotated, links, program, communication, schedule)),
            claimant=fields.get("claimant"),
            contiguous=fields.get("contiguous") != "false",
            communication=communication,
            schedule=schedule,
        )

    @property
    def devices(self) -> tuple[DeviceLoad, ...]:
        """The load of each device, in the order of their first stages."""
        of: dict[Device, list[StageLoad]] = {}
        for stage in self.stages:
            of.setdefault(stage.device, []).append(stage)
        return tuple(self._together(device, own) for device, own in of.items())

    def _together(self, device: Device, stages: list[StageLoad]) -> DeviceLoad:
        forward = sum((stage.forward for stage in stages), PassWork())
        backward = sum((stage.backward for stage in stages), PassWork())
        return DeviceLoad(
            device,
            tuple(stages),
            _load(forward, backward, self.communication, self.schedule),
            forward.load(self.communication),
            backward.load(self.communication),
        )

    def table(self) -> str:
        """The stages with their loads, for people; ends with what is proved."""
        lines = [
            f"{'stage':>5}  {'device':10} {'ops':>5} {'in':>9} {'compute':>9} "
            f"{'out':>9} {'load ' + self.unit:>9}"
        ]
        devices = self.devices
        worst = max((device.load for device in devices), default=0.0)
        slowest = [device for device in devices if device.load == worst]
        if self.schedule == "gpipe":
            # Whoever is slowest in one of the passes.
            forward = max((device.forward for device in devices), default=0.0)
            backward = max((device.backward for device in devices), default=0.0)
            slowest = [
                device
                for device in devices
                if device.forward == forward or device.backward == backward
            ]
        for device in devices:
            bar = "#" * round(_BAR * device.load / worst) if worst else ""
            mark = "  <- bottleneck" if device in slowest else ""
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
        models = [
            model
            for model, usual in (
                (self.communication, "sequential"),
                (self.schedule, "1f1b"),
            )
            if model != usual
        ]
        if models:
            claim += f" ({', '.join(models)})"
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


def _load(forward: PassWork, backward: PassWork, comm: str, schedule: str) -> float:
    if schedule == "gpipe":
        return forward.load(comm) + backward.load(comm)
    return (forward + backward).load(comm)


def _loads(
    annotated: str,
    links: dict[str, tuple[float, float]],
    program: StageProgram,
    communication: str,
    schedule: str,
) -> Iterable[StageLoad]:
    operations: dict[int, int] = {}
    # By stage and pass; the backward one is 1.
    compute: dict[tuple[int, int], float] = {}
    kinds = {stage.stage: stage.device.kind for stage in program.stages}
    for times, between, number in _PRICED.findall(annotated):
        stage = int(number)
        operations[stage] = operations.get(stage, 0) + 1
        time = float(dict(_TIME.findall(times))[kinds[stage]])
        key = (stage, int("#placement.phase<backward>" in between))
        compute[key] = compute.get(key, 0.0) + time

    def pass_of(value: int) -> int:
        """That of the producer; of the host's values that of a forward user."""
        maker = program.producer(value)
        calls = program.consumers(value) if maker is None else [maker]
        return int(all(call.phase == "backward" for call in calls))

    # A device pays once for each value that it sends, however many want it, and
    # once for each that it receives, however many of its stages want that.
    sent: dict[tuple[int, int], dict[int, int]] = {}
    received: dict[tuple[int, int], dict[int, int]] = {}
    for transfer in program.transfers:
        value = transfer.value
        size = program.values[value].nbytes
        maker = program.producer(value)
        if transfer.source != "host" and maker is not None:
            sent.setdefault((maker.stage, pass_of(value)), {})[value] = size
        if transfer.target != "host":
            user = next(
                call.stage
                for call in program.consumers(value)
                if program.device_of(call.stage) == transfer.target
            )
            received.setdefault((user, pass_of(value)), {})[value] = size

    def price(device: Device, values: dict[int, int]) -> float:
        if device.kind not in links:
            return 0.0
        bandwidth, latency = links[device.kind]
        return sum(latency + size / bandwidth * 1e6 for size in values.values())

    for stage in program.stages:
        forward, backward = (
            PassWork(
                price(stage.device, received.get((stage.stage, number), {})),
                compute.get((stage.stage, number), 0.0),
                price(stage.device, sent.get((stage.stage, number), {})),
            )
            for number in (0, 1)
        )
        both = forward + backward
        yield StageLoad(
            stage.stage,
            stage.device,
            operations.get(stage.stage, 0),
            both.compute,
            both.inbound,
            both.outbound,
            _load(forward, backward, communication, schedule),
            forward,
            backward,
        )
