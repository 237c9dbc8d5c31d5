import math

import pytest
import torch

from inr_cli.config.compose import compose
from inr_cli.config.root import RunConfig
from inr_cli.engine.build import build_structure
from inr_cli.engine.check import check
from inr_cli.render.field import Field, Geometry

KODAK = Geometry(512, 768, 3, "corner")


def coin(name: str) -> RunConfig:
    return check(compose([f"experiment=coin/{name}"]))


def field(name: str) -> Field:
    with torch.device("meta"):
        return build_structure(coin(name), KODAK)


@pytest.mark.parametrize(
    ("bits", "published"), [("0.07", 0.0736), ("0.15", 0.1604), ("0.3", 0.3074), ("0.6", 0.6109), ("1.2", 1.209)]
)
def test_the_learned_numbers_make_the_published_bits_per_pixel(bits: str, published: float) -> None:
    count = field(f"kodak_{bits}bpp").count
    assert 16 * count / (512 * 768) == pytest.approx(published, rel=0.02)  # theirs is up to 1 % more


def test_columns_run_from_minus_1_to_2_and_in_the_twin_to_1() -> None:
    corners = torch.tensor([[-1.0, -1.0], [1.0, 1.0]])
    reach = {
        name: build_structure(coin(name), KODAK).encoding(corners)[:, 1].tolist()
        for name in ("kodak_0.3bpp", "kodak_0.3bpp_corrected")
    }
    assert reach["kodak_0.3bpp"] == pytest.approx([-1, 2 * 767 / 511 - 1])
    assert reach["kodak_0.3bpp_corrected"] == [-1, 1]


def test_biases_are_drawn_from_their_weights_range() -> None:
    config = coin("kodak_0.07bpp")
    assert config.init.bias == "siren"  # type: ignore[attr-defined]
    assert math.isclose(config.optimizer.lr, 2e-4)  # type: ignore[attr-defined]
