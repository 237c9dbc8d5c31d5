"""A field as the list of operations that it is made of, for forms that leave the program."""

from __future__ import annotations

import warnings

import torch
from torch.export import ExportedProgram

from inr_cli.config.errors import ConfigError
from inr_cli.render.field import Field

EXAMPLE = 7
"""Points of the trace; what is made of it takes any number."""


def traced(field: Field, form: str) -> ExportedProgram:
    """From rows and columns `(points, 2)` in [-1, 1] to colours. Raises `ConfigError` for a convolutional field."""
    if not field.network.pointwise:
        raise ConfigError(f"--format {form}: a convolutional field has no colour at a single point; choose weights.")
    coords = torch.zeros(EXAMPLE, 2).to(next(field.parameters()))
    with warnings.catch_warnings(action="ignore", category=FutureWarning):  # of PyTorch about PyTorch
        return torch.export.export(field.eval(), (coords,), dynamic_shapes=({0: torch.export.Dim("points")},))
