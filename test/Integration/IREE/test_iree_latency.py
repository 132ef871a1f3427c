"""Plans for latency on IREE: call by call, side by side, and as one program."""

import placement
import placement_check
from iree_cases import Case
from placement.backends.iree_program import IreeProgram
from placement.runtime import SingleRunner


def test_one_sample(need, root, tmp_path, differ):
    need("jax")
    need("iree.compiler.tools")
    need("iree.runtime")
    model = Case("bert_tiny", {}, False, tmp_path)
    placed = placement.place(
        model.model.function,
        model.model.arguments(),
        weights=model.model.weights,
        machine_file=root / "test" / "Integration" / "hosted.json",
        objective="latency",
        subgraphs_per_device=2,
        work_limit=2_000_000,
        backend="iree",
    )
    model.__dict__["placed"] = placed
    stages = placed.stages
    kinds = [stage.device.kind for stage in stages.stages]
    # More calls than accelerators.
    assert kinds.count("acc") > 3 and "cpu" in kinds

    expected = model.reference("iree")
    weights = [model.arrays[number] for number in stages.weights]
    sample = [model.arrays[number] for number in stages.activations]
    with SingleRunner(stages, weights, backend="iree") as runner:
        for _ in range(2):
            assert differ(runner.run(sample), expected) <= 1e-5
        assert len(runner.times) == len(stages.calls)

    # The program that IREE compiles as a whole keeps each dispatch where it is
    # planned, and the host is one of its devices.
    artifact, stream = model.compile()
    assert placement_check.misplaced(stream, stages) == []
    assert differ(IreeProgram(artifact)(model.arrays), expected) <= 1e-5
