"""Example models in plain JAX, with random weights.

Real shapes and operations, nothing downloaded: for examples, tests and
measurements.

    model = placement.models.get("bert_base", layers=6)
    placed = placement.place(model.function, model.arguments(), weights=model.weights)
    result = placed(*model.example())
"""

from placement.models.base import Model, Parameter
from placement.models.catalogue import get, names, sizes

__all__ = ["Model", "Parameter", "get", "names", "sizes"]
