import pytest
import torch

from inr_cli.config.compose import compose
from inr_cli.engine.build import build_structure
from inr_cli.engine.check import check
from inr_cli.render.field import Field, Geometry


def mapping(form: str) -> Field:
    config = check(compose(["experiment=fourier_series/mappings", f"variant={form}"]))
    return build_structure(config, Geometry(128, 128, 1, config.grid), torch.Generator())


@pytest.mark.parametrize("n", [4, 8, 16, 32])
def test_mappings_of_one_n_have_the_same_number_of_elements(n: int) -> None:
    lattice = mapping(f"lattice_{n}")
    elements = (2 * n + 1) ** 2 + 1  # a cosine and a sine for half of all whole frequencies
    assert lattice.encoding.out_features == elements
    assert mapping(f"gaussian_{n}").encoding.out_features == elements
    assert mapping(f"siren_{n}").network.last.in_features == elements


@pytest.mark.parametrize("n", [4, 8, 16, 32])
def test_octaves_end_at_n(n: int) -> None:
    frequencies = mapping(f"positional_{n}").encoding.frequencies()
    assert frequencies is not None
    assert frequencies.max() == n
