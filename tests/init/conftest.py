from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn

from inr_cli.activation.sine import Sine
from inr_cli.init import Init, Role

Draw = Callable[[Init, Role], nn.Linear]


@pytest.fixture(scope="session")
def draw() -> Draw:
    """A layer of a million weights, 256 inputs to 4000 outputs, as an init fills it before a sine of omega_0 30."""

    def drawn(init: Init, role: Role) -> nn.Linear:
        layer = nn.Linear(256, 4000)
        spec = Sine.Spec(name="sine", first_omega_0=30.0, hidden_omega_0=30.0)
        init(layer, role, Sine(spec, role == "first"), torch.Generator().manual_seed(0))
        return layer

    return drawn


@pytest.fixture(scope="session")
def fills(draw: Draw) -> Callable[[Init, Role, float], bool]:
    """Whether weights fill +-bound evenly: the largest is within 1e-4 of it, the variance that of a box."""

    def filled(init: Init, role: Role, bound: float) -> bool:
        weight = draw(init, role).weight.detach()
        largest = weight.abs().max().item()
        even = weight.var().item() == pytest.approx(bound**2 / 3, rel=0.01)
        return bool(bound * 0.9999 < largest <= bound * (1 + 1e-6)) and even

    return filled


@pytest.fixture(scope="session")
def is_normal(draw: Draw) -> Callable[[Init, Role, float], bool]:
    """Whether weights are normal: of a million the deviation is known to 1e-3, the fourth moment, 3, to 1e-2."""

    def normal(init: Init, role: Role, deviation: float) -> bool:
        weight = draw(init, role).weight.detach() / deviation
        wide = weight.std().item() == pytest.approx(1, rel=5e-3)
        return wide and (weight**4).mean().item() == pytest.approx(3, rel=0.03)

    return normal
