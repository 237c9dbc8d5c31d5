import math

import pytest

from inr_cli.init.siren_slide import SirenSlide

INIT = SirenSlide(SirenSlide.Spec(name="siren_slide"))
OMEGA, N, M = 30.0, 256, 4000
SIREN = math.sqrt(6 / N) / OMEGA


@pytest.mark.parametrize(
    ("role", "bound"),
    [("first", math.sqrt(6 / N)), ("hidden", SIREN), ("last", SIREN)],
)
def test_weights_fill_their_range_evenly(fills, role: str, bound: float) -> None:
    assert fills(INIT, role, bound)


@pytest.mark.parametrize("role", ["first", "hidden", "last"])
def test_biases_are_those_of_pytorch(draw, role: str) -> None:
    assert 0.99 / math.sqrt(N) < draw(INIT, role).bias.detach().abs().max().item() <= 1 / math.sqrt(N) * (1 + 1e-6)
