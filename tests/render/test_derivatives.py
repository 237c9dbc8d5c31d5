from collections.abc import Callable

import numpy as np
import pytest
import torch

from inr_cli.config.errors import ConfigError
from inr_cli.config.root import Grid
from inr_cli.engine.training import Training
from inr_cli.render.comparison import CAPTION, GAP, LINE
from inr_cli.render.derivatives import derivative_sheet, directions, of_field, of_picture
from inr_cli.render.field import Field
from inr_cli.render.view import view
from inr_cli.signal.grid import axes

SLOPES = [[0.1, -0.2], [0.3, 0.1], [-0.1, 0.4]]
SIDE = 256


def panel(sheet: np.ndarray, row: int, column: int) -> np.ndarray:
    """What is shown of a picture of 256 x 256 pixels, which fills its panel."""
    top = GAP + row * (GAP + SIDE + CAPTION + 2 * LINE)
    left = GAP + column * (SIDE + GAP)
    return sheet[top : top + SIDE, left : left + SIDE]


@pytest.mark.parametrize("grid", ["centre", "left", "corner"])
def test_a_ramp_has_its_own_slope_and_no_bend(ramp: Callable[..., Field], grid: Grid) -> None:
    field = ramp(9, 14, SLOPES, grid)
    colours = field.look(view(9, 14))  # not clamped
    rows, columns = (np.abs(line) > 1e-9 for line in axes((9, 14), grid))  # the ramp is made of relus, kinked at 0
    for found in (of_field(field, view(*field.geometry.shape)), of_picture(colours, grid)):
        assert found.gradient.shape == (9, 14, 2)
        smooth = found.gradient[np.ix_(rows, columns)]
        np.testing.assert_allclose(smooth, np.broadcast_to(np.mean(SLOPES, axis=0), smooth.shape), atol=1e-5)
        np.testing.assert_allclose(found.laplacian[1:-1, 1:-1], 0, atol=1e-3)  # rounding over a pixel's square
        np.testing.assert_allclose(found.colours, colours, atol=1e-6)


def test_a_smooth_fields_derivatives_are_the_differences_of_its_render(begin: Callable[..., Training]) -> None:
    field = begin("encoding=identity", "activation=tanh", "init=xavier_normal", "size=64", "image=siemens_star").field
    exact, near = (
        of_field(field, view(*field.geometry.shape)),
        of_picture(field.look(view(*field.geometry.shape)), field.geometry.grid),
    )
    inner = slice(1, -1), slice(1, -1)
    for found, expected in ((near.gradient, exact.gradient), (near.laplacian, exact.laplacian)):
        assert np.abs(found[inner] - expected[inner]).max() < 0.02 * np.abs(expected).max()


def test_a_way_that_torch_does_not_know_without_gradients_is_not_taken(begin: Callable[..., Training]) -> None:
    field = begin("encoding=identity", "activation=silu", "size=8").field
    exact = of_field(field, view(*field.geometry.shape))
    assert np.isfinite(exact.laplacian).all()
    assert np.abs(exact.laplacian).max() > 0


def test_chunks_leave_no_seam(ramp: Callable[..., Field], monkeypatch: pytest.MonkeyPatch) -> None:
    field = ramp(9, 14, SLOPES)
    whole = of_field(field, view(*field.geometry.shape))
    monkeypatch.setattr("inr_cli.render.derivatives.chunk_of", lambda widest: 40)
    for found, expected in zip(of_field(field, view(*field.geometry.shape)), whole, strict=True):
        np.testing.assert_array_equal(found, expected)


def test_the_sheet_has_a_row_for_the_picture_and_one_for_the_field(ramp: Callable[..., Field]) -> None:
    field = ramp(SIDE, SIDE, [[0.3, 0.1]])
    sheet = derivative_sheet(field, field.render())
    assert sheet.dtype == np.uint8
    assert sheet.shape == (2 * (GAP + SIDE + CAPTION + 2 * LINE), GAP + 3 * (SIDE + GAP), 3)
    for column in (0, 1):
        difference = panel(sheet, 0, column).astype(int) - panel(sheet, 1, column)
        assert np.abs(difference).max() <= 1
    assert len(np.unique(panel(sheet, 1, 1).reshape(-1, 3), axis=0)) == 1  # one direction, one length
    assert np.unique(panel(sheet, 1, 2)).tolist() == [128]  # of a ramp nothing bends


def test_a_piecewise_linear_field_has_no_laplacian_of_a_picture_that_has_one(ramp: Callable[..., Field]) -> None:
    rows, columns = np.meshgrid(*axes((SIDE, SIDE), "centre"), indexing="ij")
    truth = (0.5 + 0.3 * np.sin(5 * rows) * np.cos(4 * columns))[..., None].astype(np.float32)
    sheet = derivative_sheet(ramp(SIDE, SIDE, [[0.3, 0.1]]), truth)
    assert np.ptp(panel(sheet, 0, 2)) > 200
    assert np.ptp(panel(sheet, 1, 2)) == 0


def test_directions_go_round_the_circle_of_hues() -> None:
    right, down, left, up = directions(np.array([[[0.0, 1.0], [1.0, 0.0], [0.0, -1.0], [-1.0, 0.0]]]))[0]
    np.testing.assert_allclose(right, [1, 0, 0], atol=1e-12)
    np.testing.assert_allclose(down, [0.5, 1, 0], atol=1e-12)
    np.testing.assert_allclose(left, [0, 1, 1], atol=1e-12)
    np.testing.assert_allclose(up, [0.5, 0, 1], atol=1e-12)
    random = np.random.default_rng(0).normal(size=(3, 5, 2))
    np.testing.assert_allclose(directions(random).max(axis=-1), np.minimum(np.linalg.norm(random, axis=-1), 1))


def test_it_leaves_no_graph_behind(ramp: Callable[..., Field]) -> None:
    assert torch.is_grad_enabled()
    field = ramp(9, 14, SLOPES)
    derivative_sheet(field, field.render())
    assert torch.is_grad_enabled()
    assert all(parameter.grad is None for parameter in field.parameters())


def test_a_picture_of_another_size_is_refused(ramp: Callable[..., Field]) -> None:
    with pytest.raises(ConfigError, match="choose task=fit"):
        derivative_sheet(ramp(8, 8, [[0.3, 0.1]]), np.zeros((16, 16, 1), dtype=np.float32))


def test_a_field_that_knows_whole_pictures_only_is_refused(begin: Callable[..., Training]) -> None:
    training = begin("network=cnn", "network.hidden_features=[4]", "batch_size=full")
    with pytest.raises(ConfigError, match="choose network=mlp"):
        derivative_sheet(training.field, training.task.truth)
