import numpy as np
import pytest
import torch
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio

from inr_cli.dataset.skimage import Skimage
from inr_cli.loss.mse import Mse
from inr_cli.signal.resample import shrink
from inr_cli.task import Lines
from inr_cli.task.fit import Fit

PICTURE = torch.from_numpy(np.random.default_rng(0).uniform(0, 1, (5, 7, 3)).astype(np.float32))
TASK = Fit(Fit.Spec(name="fit"), PICTURE, "centre", torch.Generator())


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


@pytest.mark.parametrize("kind", ["centre", "left", "corner"])
def test_between_pixels_is_halfway_between_their_centres(kind: str) -> None:
    asked: list[Lines] = []

    def look(lines: Lines) -> np.ndarray:
        asked.append(lines)
        return np.zeros((4, 6, 3), np.float32)

    task = Fit(Fit.Spec(name="fit"), PICTURE, kind, torch.Generator())
    task.judge(PICTURE.numpy(), look)
    [(rows, columns)] = asked
    for asked_at, pixels in ((rows, task.lines[0]), (columns, task.lines[1])):
        np.testing.assert_allclose(asked_at, (pixels[:-1] + pixels[1:]) / 2)


def ramp(lines: Lines) -> np.ndarray:
    rows, columns = np.meshgrid(*lines, indexing="ij")
    return np.stack([0.5 + 0.2 * rows, 0.5 - 0.3 * columns], axis=-1).astype(np.float32)


def test_a_field_that_is_smooth_between_its_pixels_is_near_bicubic_there() -> None:
    lines = Fit(Fit.Spec(name="fit"), torch.zeros(40, 30, 1), "centre", torch.Generator()).lines
    task = Fit(Fit.Spec(name="fit"), torch.from_numpy(ramp(lines)), "centre", torch.Generator())
    figures = task.judge(task.truth, ramp)
    assert figures["psnr"] == 300
    assert figures["between_pixels"] > 60  # bicubic repeats border pixels, so not exact there
    assert 30 < figures["between_nearest"] < 45


def test_a_field_that_is_noise_between_its_pixels_is_worse_than_the_nearest_pixel() -> None:
    lines = Fit(Fit.Spec(name="fit"), torch.zeros(40, 30, 1), "centre", torch.Generator()).lines
    task = Fit(Fit.Spec(name="fit"), torch.from_numpy(ramp(lines)), "centre", torch.Generator())
    noise = np.random.default_rng(0).random((39, 29, 2)).astype(np.float32)
    figures = task.judge(task.truth, lambda lines: noise)
    assert figures["between_pixels"] < figures["between_nearest"]


def test_a_single_row_has_nothing_between() -> None:
    task = Fit(Fit.Spec(name="fit"), torch.zeros(1, 9, 1), "centre", torch.Generator())
    assert task.judge(task.truth, ramp)["between_pixels"] is None


@pytest.mark.parametrize(
    ("at", "between", "warns"),
    [  # of the cat with 256 pixels, after 1,500 steps
        (36.27, 36.05, False),  # Gaussian features of scale 10 and relu
        (32.17, 26.13, True),  # of scale 25
        (29.16, 19.21, True),  # of scale 40
        (44.74, 43.65, False),  # SIREN
        (54.39, 34.65, True),  # Gaussian features of scale 10 and a sine: they know the pixels by heart
        (18.0, 18.4, False),  # hardly trained
        (200.0, 39.89, False),  # Fourier interpolation, exact
        (None, None, False),
    ],
)
def test_it_warns_of_a_field_that_knows_its_pixels_and_not_what_lies_between(
    at: float | None, between: float | None, warns: bool
) -> None:
    warning = TASK.warning({"psnr": at, "between_pixels": between, "between_nearest": 31.39})
    assert (warning is not None) == warns


def test_the_warning_says_how_much_and_what_to_change() -> None:
    warning = TASK.warning({"psnr": 54.39, "between_pixels": 34.65, "between_nearest": 31.39})
    assert warning == (
        "19.7 dB worse between its pixels than at them (34.6 dB; repeating the nearest pixel has 31.4); "
        "lower the encoding's scale or the activation's omega_0."
    )


@pytest.mark.parametrize("name", ["cat", "camera", "coffee"])
@pytest.mark.parametrize("size", [64, 256])
def test_an_exact_fourier_series_of_a_photograph_is_not_warned_of(name: str, size: int) -> None:
    picture = shrink(Skimage(Skimage.Spec(name="skimage"), 0).open(name, None).pixels, size)
    task = Fit(Fit.Spec(name="fit"), torch.from_numpy(picture), "centre", torch.Generator())
    waves = [np.exp(1j * np.pi * np.fft.fftfreq(n)) for n in picture.shape[:2]]  # by half a pixel along each axis
    spectrum = np.fft.fft2(picture, axes=(0, 1)) * np.outer(*waves)[..., None]
    between = np.fft.ifft2(spectrum, axes=(0, 1)).real[:-1, :-1]
    figures = task.judge(task.truth, lambda lines: between)
    assert figures["psnr"] == 300
    assert figures["between_pixels"] > figures["between_nearest"] + 7.5
    assert task.warning(figures) is None
