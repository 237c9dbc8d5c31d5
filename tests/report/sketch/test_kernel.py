from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image

from inr_cli.encoding import encodings
from inr_cli.report.sketch import sketches
from inr_cli.report.sketch.kernel import PLACES, along, half_width, over_picture, profile

MANY = 4_000


def drawn(name: str, **numbers: float):
    spec = encodings.spec({"name": name, **numbers})
    return encodings.make(spec, (64, 64), torch.Generator().manual_seed(0))


@pytest.mark.parametrize("scale", [1.0, 4.0, 10.0])
def test_the_gaussian_kernel_is_what_theory_says_of_many_waves(scale: float) -> None:
    """k(d) = exp(-2 pi^2 scale^2 d^2), within four standard errors of the mean of that many cosines."""
    distances = np.linspace(0, 0.4 / scale, 30)
    measured = along(drawn("gaussian", count=MANY, scale=scale), 0.3, distances)
    np.testing.assert_allclose(measured, np.exp(-2 * np.pi**2 * scale**2 * distances**2), atol=4 / np.sqrt(2 * MANY))


def test_what_is_expected_of_gaussian_features_is_that_formula_and_of_radial_ones_their_overlap() -> None:
    offsets = torch.tensor([[0.0, 0.0], [0.03, -0.04], [0.0, 0.2]], dtype=torch.float64)
    distances = np.array([0, 0.05, 0.2])
    found = drawn("gaussian", count=3, scale=2.5).expected_kernel(offsets).numpy()
    np.testing.assert_allclose(found, np.exp(-2 * np.pi**2 * 2.5**2 * distances**2), rtol=1e-5)
    found = drawn("radial", count=100, sigma=0.8).expected_kernel(offsets).numpy()
    np.testing.assert_allclose(found, np.exp(-(distances**2) / (4 * 0.08**2)), rtol=1e-5)


def test_dense_wide_bumps_have_the_kernel_that_is_expected_in_the_middle() -> None:
    encoding = drawn("radial", count=400, sigma=1.0)
    distances = np.linspace(0, 0.2, 20)
    offsets = torch.tensor(np.stack([0 * distances, distances], axis=1))
    expected, measured = encoding.expected_kernel(offsets).numpy(), along(encoding, 0.4, distances)
    np.testing.assert_allclose(measured / measured[0], expected, atol=1e-3)


@pytest.mark.parametrize("name", ["gaussian", "basic"])
def test_waves_have_one_kernel_everywhere(name: str) -> None:
    """The mean over the frequencies of cos(2 pi f d), by an independent sum."""
    encoding = drawn(name, **({"count": 40, "scale": 5} if name == "gaussian" else {}))
    distances = np.linspace(0, 0.5, 50)
    cycles = encoding.frequencies()[:, 1].double().numpy()
    expected = np.cos(2 * np.pi * np.outer(distances, cycles)).mean(axis=1)
    for place in PLACES:
        np.testing.assert_allclose(along(encoding, place, distances), expected, atol=1e-4)
    assert np.ptp(list(profile(encoding).measured.values()), axis=0).max() < 2e-4


def test_coordinates_themselves_have_another_kernel_at_every_place() -> None:
    assert np.ptp([values[0] for values in profile(drawn("identity")).measured.values()]) > 1


def test_a_larger_scale_makes_it_narrower_in_proportion() -> None:
    """exp(-2 pi^2 s^2 d^2) = 1/2 at d = sqrt(ln 2 / 2) / (pi s)."""
    for scale in (2.0, 8.0):
        width = half_width(drawn("gaussian", count=MANY, scale=scale))
        assert width == pytest.approx(np.sqrt(np.log(2) / 2) / (np.pi * scale), rel=0.03)


def test_all_over_the_picture_it_is_highest_where_it_is_taken_from() -> None:
    around = over_picture(drawn("gaussian", count=200, scale=4), 50)
    row, column = np.unravel_index(around.argmax(), around.shape)
    assert abs(row - 14.5) <= 0.5
    assert abs(column - 14.5) <= 0.5


@pytest.mark.parametrize("name", ["gaussian", "identity"])
def test_it_is_drawn(configure, name: str) -> None:
    pytest.importorskip("matplotlib")
    [(file, data)] = sketches.find("kernel")().pictures(configure(f"encoding={name}"), 20)
    assert file == "kernel.png"
    with Image.open(BytesIO(data)) as image:
        assert image.width == 840
