import numpy as np
import pytest
import torch
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio

from inr_cli.loss.mse import Mse
from inr_cli.signal.grid import axes, grid
from inr_cli.task.fit import Fit

PICTURE = torch.from_numpy(np.random.default_rng(0).uniform(0, 1, (5, 7, 3)).astype(np.float32))
COORDS = torch.from_numpy(grid(axes((5, 7), "centre")))
TASK = Fit(Fit.Spec(name="fit"), PICTURE, COORDS)


def test_every_pixel_is_a_sample_at_its_own_place() -> None:
    assert TASK.coords.shape == (35, 2)
    for row in range(5):
        for column in range(7):
            number = row * 7 + column
            assert torch.equal(TASK.targets[number], PICTURE[row, column])
            expected = [-1 + (2 * row + 1) / 5, -1 + (2 * column + 1) / 7]
            np.testing.assert_allclose(TASK.coords[number], expected, atol=1e-7)


def test_the_error_is_that_of_scikit_image_after_clamping() -> None:
    rendered = torch.from_numpy(np.random.default_rng(1).normal(0.5, 0.7, (5, 7, 3)).astype(np.float32))
    clamped = np.clip(rendered.numpy(), 0, 1).astype(np.float64)
    target = PICTURE.double().numpy()
    error = TASK.error(rendered).item()
    # the difference is taken in float32
    assert error == pytest.approx(mean_squared_error(target, clamped), rel=1e-6)
    assert -10 * np.log10(error) == pytest.approx(peak_signal_noise_ratio(target, clamped, data_range=1), abs=1e-5)


def test_the_picture_itself_has_no_error() -> None:
    assert TASK.error(PICTURE) == 0


def test_the_error_of_a_field_that_broke_is_not_a_number() -> None:
    assert TASK.error(torch.full_like(PICTURE, float("nan"))).isnan()


def test_the_objective_pulls_each_colour_towards_its_target() -> None:
    colours = torch.full((35, 3), 0.25, requires_grad=True)
    loss = TASK.objective(lambda coords: colours, Mse(Mse.Spec(name="mse"), (1, 1)), TASK.coords, TASK.targets)
    loss.backward()
    torch.testing.assert_close(colours.grad, 2 * (colours.detach() - TASK.targets) / 105)


def test_the_objective_asks_the_field_at_the_batchs_coordinates_only() -> None:
    chosen = torch.tensor([3, 30, 7])
    asked = []

    def field(coords: torch.Tensor) -> torch.Tensor:
        asked.append(coords)
        return torch.zeros(len(coords), 3)

    TASK.objective(field, Mse(Mse.Spec(name="mse"), (1, 1)), TASK.coords[chosen], TASK.targets[chosen])
    assert len(asked) == 1
    assert torch.equal(asked[0], TASK.coords[chosen])
