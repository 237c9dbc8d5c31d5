import math

import numpy as np
import pytest
import torch

from inr_cli.config.compose import compose
from inr_cli.config.words import prepare
from inr_cli.engine.build import build_field
from inr_cli.engine.check import check
from inr_cli.render.field import Field, Geometry
from inr_cli.signal.grid import axes, grid
from inr_cli.task.fit import Fit

SHAPES = [(16, 16), (15, 15), (16, 12), (9, 14), (14, 9), (2, 7), (2, 2)]
each_shape = pytest.mark.parametrize("shape", SHAPES, ids=str)
each_kind = pytest.mark.parametrize("kind", ["centre", "left"])


@pytest.fixture
def series():
    """The field that starts as a picture's Fourier series, in float64."""

    def built(picture: np.ndarray, *words: str, kind: str = "centre") -> Field:
        height, width, channels = picture.shape
        config = check(compose(prepare(["init=fourier", f"grid={kind}", *words])))
        task = Fit(Fit.Spec(name="fit"), torch.from_numpy(picture), kind, torch.Generator())
        return build_field(config, Geometry(height, width, channels, kind), task)

    return built


def noise(shape: tuple[int, int], channels: int = 3) -> np.ndarray:
    return np.random.default_rng(0).random((*shape, channels))


def drawn(field: Field, size: tuple[int, int] | None = None) -> np.ndarray:
    """The field at its pixels."""
    geometry = field.geometry
    coords = torch.from_numpy(grid(axes(size or geometry.shape, geometry.grid)))
    with torch.no_grad():
        return field(coords).reshape(*(size or geometry.shape), -1).numpy()


def psnr(field: Field, picture: np.ndarray) -> float:
    return -10 * math.log10(max(1e-30, ((drawn(field) - picture) ** 2).mean()))


@each_shape
@each_kind
@pytest.mark.parametrize("target_range", ["unit", "signed"])
def test_the_field_is_the_picture_at_step_0(series, shape: tuple[int, int], kind: str, target_range: str) -> None:
    picture = noise(shape)
    field = series(picture, "encoding.limit=nyquist", f"target_range={target_range}", kind=kind)
    assert psnr(field, picture) > 250


@pytest.mark.parametrize("limit", [8, 9, 20])
@pytest.mark.parametrize("shape", [(16, 12), (15, 13)], ids=str)
def test_frequencies_above_nyquist_share_what_lies_below(series, shape: tuple[int, int], limit: int) -> None:
    picture = noise(shape)
    assert psnr(series(picture, f"encoding.limit={limit}"), picture) > 250


def test_the_sine_of_a_nyquist_row_is_needed_on_pixel_centres(series) -> None:
    picture = noise((8, 8))
    field = series(picture, "encoding.limit=nyquist")
    rows = (torch.tensor([4.0, 0.0]) == field.encoding.B).all(dim=1)
    sines = field.network.last.weight[:, len(rows) :]
    assert (sines[:, rows].abs() > 1e-4).all()  # the cosine is the one that vanishes here
    sines.data[:, rows] = 0
    assert psnr(field, picture) < 60


@pytest.mark.parametrize("limit", [0, 1, 3])
@pytest.mark.parametrize("shape", [(16, 16), (9, 14)], ids=str)
def test_a_lower_limit_is_the_truncated_series(series, shape: tuple[int, int], limit: int) -> None:
    picture = noise(shape)
    spectrum = np.fft.fft2(picture, axes=(0, 1))
    low = [np.abs(np.fft.fftfreq(side, 1 / side)) <= limit for side in shape]
    expected = np.fft.ifft2(spectrum * np.outer(*low)[..., None], axes=(0, 1)).real
    np.testing.assert_allclose(drawn(series(picture, f"encoding.limit={limit}")), expected, rtol=0, atol=1e-13)


@pytest.mark.parametrize("count", [1, 2, 17, 60])
@each_shape
def test_the_strongest_terms_leave_exactly_the_others_energy(series, shape: tuple[int, int], count: int) -> None:
    picture = noise(shape)
    power = np.abs(np.fft.fft2(picture, axes=(0, 1)) / np.prod(shape)) ** 2
    opposite = np.roll(power[::-1, ::-1], (1, 1), axis=(0, 1))
    np.testing.assert_allclose(power, opposite, atol=1e-15)
    place = np.arange(np.prod(shape)).reshape(shape)
    pair = np.minimum(place, np.roll(place[::-1, ::-1], (1, 1), axis=(0, 1)))
    terms = np.bincount(pair.ravel(), power.sum(axis=2).ravel())  # one of each pair has the energy of both
    terms = np.r_[terms[0], np.sort(terms[1:])[::-1]]
    if count > np.unique(pair).size:
        pytest.skip("more terms than there are")
    field = series(picture, "encoding.limit=nyquist", f"encoding.count={count}")
    mse = ((drawn(field) - picture) ** 2).mean()
    assert mse == pytest.approx(terms[count:].sum() / 3, rel=1e-9, abs=1e-26)


def test_between_the_pixels_it_is_the_wave_that_the_picture_shows(series) -> None:
    def wave(shape: tuple[int, int]) -> np.ndarray:
        rows, columns = (((np.arange(side) + 0.5) / side) for side in shape)
        return (0.5 + 0.3 * np.sin(2 * np.pi * (2 * rows[:, None] - 3 * columns + 0.1)))[..., None]

    field = series(wave((11, 12)), "encoding.limit=nyquist")
    np.testing.assert_allclose(drawn(field, (40, 50)), wave((40, 50)), rtol=0, atol=1e-12)
