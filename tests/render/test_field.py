from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from inr_cli.config.errors import ConfigError
from inr_cli.config.root import Grid
from inr_cli.engine.training import Training
from inr_cli.render.field import Field, Geometry
from inr_cli.render.view import view
from inr_cli.signal.encode import quantise
from inr_cli.signal.grid import coordinate

Ramp = Callable[..., Field]
SLOPES = [[0.2, 0.1], [-0.1, 0.3], [0.0, -0.2]]
KINDS = ["centre", "corner", "left"]


def analytic(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """The colours of the ramp at every crossing of those coordinates, clamped."""
    row, column = np.meshgrid(rows, columns, indexing="ij")
    return np.clip(np.stack([0.5 + a * row + b * column for a, b in SLOPES], axis=-1), 0, 1)


def at_size(start: float, stop: float, count: int, n: int, kind: Grid) -> np.ndarray:
    """The coordinates of `count` pixel centres between two edges of n fitted pixels."""
    edges = np.linspace(start, stop, count + 1)
    return coordinate((edges[:-1] + edges[1:]) / 2 - 0.5, n, kind)


@given(
    kind=st.sampled_from(KINDS),
    rows=st.integers(1, 40),
    columns=st.integers(1, 40),
    x0=st.floats(-10, 10),
    y0=st.floats(-10, 10),
    width=st.floats(0.5, 30),
    height=st.floats(0.5, 30),
)
def test_every_rendered_pixel_is_the_field_at_its_centre(
    ramp: Ramp, kind: Grid, rows: int, columns: int, x0: float, y0: float, width: float, height: float
) -> None:
    field = ramp(12, 20, SLOPES, kind)
    picture = field.render(f"{columns}x{rows}", crop=(x0, y0, x0 + width, y0 + height))
    expected = analytic(at_size(y0, y0 + height, rows, 12, kind), at_size(x0, x0 + width, columns, 20, kind))
    np.testing.assert_allclose(picture, expected, rtol=0, atol=2e-6)  # float32 colours of a coordinate up to 6


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("times", [2, 3])
def test_a_pixel_of_a_smooth_field_is_the_mean_of_the_pixels_it_splits_into(ramp: Ramp, kind: str, times: int) -> None:
    field = ramp(12, 20, SLOPES, kind)
    fine = field.render(zoom=times)
    means = fine.reshape(12, times, 20, times, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(means, field.render(), rtol=0, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_the_colour_at_a_pixel_centre_is_that_pixels(ramp: Ramp, kind: str) -> None:
    field = ramp(5, 7, SLOPES, kind)
    picture = field.render()
    for row in range(5):
        for column in range(7):
            colour = field.at(row, column)
            np.testing.assert_allclose(colour, picture[row, column], rtol=0, atol=1e-6)
            assert np.array_equal(quantise(colour), quantise(picture[row, column]))


def test_a_trained_fields_colour_at_a_pixel_is_that_pixels(begin: Callable[..., Training]) -> None:
    training = begin("steps=20")
    for step in range(20):
        training.update(step)
    picture = training.field.render()
    colours = np.array([[training.field.at(row, column) for column in range(15)] for row in range(15)])
    # one point sums in another order than many; far below half a level of 8 bits, 2e-3
    np.testing.assert_allclose(colours, picture, rtol=0, atol=1e-5)


def test_rendering_the_fitted_size_sees_what_training_sees(begin: Callable[..., Training]) -> None:
    training = begin()
    seen = training.look().clamp(0, 1).numpy()
    np.testing.assert_allclose(training.field.render(), seen, rtol=0, atol=1e-5)


def test_colours_are_clamped_and_only_in_pictures(ramp: Ramp) -> None:
    field = ramp(4, 4, [[3.0, 0.0]])
    picture = field.render()
    assert picture.min() == 0
    assert picture.max() == 1
    assert field(torch.tensor([[1.0, 0.0]])).item() == pytest.approx(3.5)
    assert field.at(3, 0) == 1


def test_a_signed_network_is_moved_to_the_unit_range(ramp: Ramp) -> None:
    unit = ramp(4, 4, SLOPES)
    signed = Field(unit.encoding, unit.mask, unit.network, Geometry(4, 4, 3, "centre"), signed=True)
    coords = torch.rand(10, 2)
    torch.testing.assert_close(signed(coords), (unit(coords) + 1) / 2)


def test_a_field_in_float64_renders_the_same_picture(ramp: Ramp) -> None:
    field = ramp(6, 6, SLOPES)
    narrow = field.render(50)
    wide = field.double().render(50)
    assert wide.dtype == np.float32
    np.testing.assert_allclose(wide, narrow, rtol=0, atol=1e-6)


def test_the_count_is_of_what_is_learned(begin: Callable[..., Training]) -> None:
    field = begin().field
    assert field.count == 256 * 32 + 32 + 2 * (32 * 32 + 32) + 32 * 3 + 3


@pytest.mark.parametrize("words", [{"size": "abc"}, {"zoom": 0.0}, {"crop": (1, 1, 1, 1)}, {"size": 10**6}])
def test_an_impossible_size_is_refused(ramp: Ramp, words: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        ramp(4, 4, SLOPES).render(**words)


@pytest.mark.parametrize(
    "words",
    [[], ["network=separable"], ["network=cnn", "network.hidden_features=[4]"]],
    ids=["mlp", "separable", "cnn"],
)
def test_a_grid_has_the_colours_that_training_and_rendering_see(
    words: list[str], begin: Callable[..., Training]
) -> None:
    training = begin("encoding=identity", "dataset.width=9", "dataset.height=6", "batch_size=full", *words)
    field = training.field
    with torch.no_grad():
        together = field.on_grid(*(torch.from_numpy(line).float() for line in training.task.lines))
        seen = training.colours(training.task.coords).unflatten(0, (6, 9))
    for other in (seen, training.look(), torch.from_numpy(field.look(view(6, 9)))):
        torch.testing.assert_close(other, together, rtol=0, atol=1e-5)


def test_a_grid_of_a_known_field_is_its_formula(ramp: Ramp) -> None:
    rows, columns = np.linspace(-0.5, 0.5, 5), np.linspace(-1, 0, 3)
    colours = ramp(8, 8, SLOPES).on_grid(torch.from_numpy(rows), torch.from_numpy(columns))
    np.testing.assert_allclose(colours.detach().numpy(), analytic(rows, columns), rtol=0, atol=1e-6)
