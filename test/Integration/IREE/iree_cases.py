"""Placed models, compiled by IREE, with arguments and what they compute."""

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy

os.environ["JAX_PLATFORMS"] = "cpu"

MACHINE = Path(__file__).parents[1] / "machine.json"
TRIO = Path(__file__).parents[1] / "trio.json"


@dataclass
class Case:
    """A model and its placement on up to four devices; with `anywhere` on three
    that may have several stages each."""

    name: str
    sizes: dict
    donate: bool
    folder: Path
    anywhere: bool = False

    @cached_property
    def model(self):
        from placement import models

        return models.get(self.name, **self.sizes)

    @cached_property
    def placed(self):
        import jax
        import placement

        function = jax.jit(
            self.model.function, donate_argnums=(0,) if self.donate else ()
        )
        return placement.place(
            function,
            self.model.arguments(),
            weights=self.model.weights,
            machine_file=TRIO if self.anywhere else MACHINE,
            contiguous=not self.anywhere,
            algorithm="local-search" if self.anywhere else None,
            work_limit=8_000_000 if self.anywhere else None,
            phase=self.model.phase,
            backend="iree",
        )

    @cached_property
    def arrays(self):
        """Arguments in the order of the program."""
        return self.placed.signature.flatten(self.model.example(20), {})

    def convert(self, options=""):
        """The module for IREE."""
        from placement import run_pipeline

        return run_pipeline(
            self.placed.outlined, f"convert-placement-to-iree{{{options}}}"
        )[0]

    def compile(self, text=None, **options):
        """The compiled program, and its module of the stream phase."""
        return compile_with_stream(text or self.convert(), self.folder, **options)

    def reference(self, backend):
        """What the unplaced program computes."""
        from placement import backends

        loaded = backends.get(backend)
        executable = loaded.load(loaded.compile(self.placed.as_text("input")))
        made = executable([executable.put(array) for array in self.arrays])
        return [numpy.array(executable.get(value)) for value in made]


def compile_with_stream(text, folder, **options):
    """Compiles a whole program; also returns its module of the stream phase."""
    from placement.backends import iree_program

    phases = folder / f"phases{len(list(folder.iterdir()))}"
    phases.mkdir()
    artifact = iree_program.compile_program(
        text, flags=[f"--dump-compilation-phases-to={phases}"], **options
    )
    (stream,) = phases.glob("*.stream.mlir")
    return artifact, stream.read_text()
