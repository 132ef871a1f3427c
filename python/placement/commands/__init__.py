"""Commands of `python -m placement`, one module each.

A module has `add_arguments(parser)` and `run(arguments) -> int`, which returns the
exit status. It is imported when its command is given.
"""

# Name of a command -> its module, and one line about it.
COMMANDS = {
    "place": (
        "placement.commands.place",
        "place a model file on a machine; print the plan, write the stages",
    ),
    "compare": (
        "placement.commands.compare",
        "compare algorithms on placement problems",
    ),
    "export-model": (
        "placement.commands.export_model",
        "write an example model as MLIR text",
    ),
    "profile": (
        "placement.commands.profile",
        "measure what the operations of a model cost here",
    ),
    "solve": (
        "placement.commands.solve",
        "solve a placement problem in JSON",
    ),
}
