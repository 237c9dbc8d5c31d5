"""What the schemes around SIREN share."""

from __future__ import annotations

import math

import torch
from torch import nn

from inr_cli.init import Role


def siren_bound(layer: nn.Linear, role: Role, activation: nn.Module) -> float:
    """1/n in the first layer, sqrt(6/n) / omega_0 in every other, as SIREN's authors have it."""
    n = layer.in_features
    return 1 / n if role == "first" else math.sqrt(6 / n) / float(activation.get_buffer("omega_0"))


def draw(layer: nn.Linear, bound: float, generator: torch.Generator, bias: float | None = None) -> None:
    """W ~ U(+-bound); biases ~ U(+-bias), by default as PyTorch's own, U(+-1/sqrt(n))."""
    bias = 1 / math.sqrt(layer.in_features) if bias is None else bias
    nn.init.uniform_(layer.weight, -bound, bound, generator=generator)
    nn.init.uniform_(layer.bias, -bias, bias, generator=generator)
