from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scipy import ndimage
from torch import Tensor

from inr_cli.config.errors import ConfigError
from inr_cli.config.root import RunConfig
from inr_cli.engine.train import train
from inr_cli.engine.training import Training
from inr_cli.loss.mse import Mse
from inr_cli.optimizer import optimizers
from inr_cli.signal.encode import encode_picture
from inr_cli.signal.grid import axes
from inr_cli.task._align import DEGREE, harmonics, with_harmonic, with_offset
from inr_cli.task.poisson import Poisson

MSE = Mse(Mse.Spec(name="mse"), (1, 1))
SHAPE = (40, 56)


def colours(coords: Tensor) -> Tensor:
    """Two channels of which differences are exact away from the borders: no power above 2 along an axis."""
    row, column = coords.unbind(-1)
    return torch.stack([0.5 + 0.1 * row + 0.2 * column**2, 0.4 + 0.1 * row * column - 0.2 * row**2], dim=-1)


def points(kind: str = "centre", shape: tuple[int, int] = SHAPE) -> Tensor:
    return torch.cartesian_prod(*(torch.from_numpy(axis) for axis in axes(shape, kind)))


def drawn(function: Callable[[Tensor], Tensor], kind: str = "centre") -> Tensor:
    return function(points(kind)).unflatten(0, SHAPE)


def made(picture: Tensor, kind: str = "centre", **numbers: Any) -> Poisson:
    given = {"supervise": "gradient", "weight": 0.01, "targets": "differences", "blend": None, "alpha": 0.5}
    spec = Poisson.Spec.model_validate({"name": "poisson", "force": False} | given | numbers)
    return Poisson(spec, picture, kind, torch.Generator())


def inner(task: Poisson, away: int = 2) -> Tensor:
    """The numbers of the pixels at least so many away from every border."""
    return torch.arange(len(task.coords)).reshape(SHAPE)[away:-away, away:-away].flatten()


def look(lines: object) -> np.ndarray:
    pytest.fail("the rendered picture says it all")


@pytest.mark.parametrize("kind", ["centre", "left", "corner"])
@pytest.mark.parametrize("targets", ["differences", "sobel"])
@pytest.mark.parametrize(("supervise", "parts"), [("gradient", 2), ("laplacian", 1), ("both", 3)])
def test_the_picture_as_a_formula_is_the_solution(kind: str, targets: str, supervise: str, parts: int) -> None:
    task = made(drawn(colours, kind), kind, supervise=supervise, targets=targets)
    assert task.targets.shape == (40 * 56, 2, parts)
    chosen = inner(task)
    coords, wanted = task.coords[chosen], task.targets[chosen]
    solved = task.objective(colours, MSE, coords, wanted)
    # the picture is float32: a 28th of a coordinate unit apart, squared, for the second differences
    assert solved < 1e-5
    assert task.objective(lambda x: colours(x) + 3 * x[:, :1] * x[:, 1:] + 7, MSE, coords, wanted) > (
        -1 if supervise == "laplacian" else 1
    )
    assert task.objective(lambda x: 0 * x, MSE, coords, wanted) > 1e-3


def test_targets_are_per_unit_of_the_coordinates_and_per_channel() -> None:
    task = made(drawn(colours), supervise="both")
    chosen = inner(task)
    row, column = task.coords[chosen].unbind(-1)
    found = task.targets[chosen]
    one = torch.ones_like(row)
    expected = torch.stack(
        [
            torch.stack([0.1 * one, 0.4 * column, 0.4 * one], dim=-1),
            torch.stack([0.1 * column - 0.4 * row, 0.1 * row, -0.4 * one], dim=-1),
        ],
        dim=-2,
    )
    torch.testing.assert_close(found, expected, rtol=0, atol=2e-4)


def test_published_targets_are_filters_in_pixels() -> None:
    picture = torch.from_numpy(np.random.default_rng(0).random((9, 7, 3), dtype=np.float32))
    task = made(picture, "corner", supervise="both", targets="published")
    found = task.targets.reshape(9, 7, 3, 3).numpy()
    for channel in range(3):
        plane = picture[..., channel].double().numpy()
        for axis in range(2):
            np.testing.assert_allclose(found[:, :, channel, axis], 10 * ndimage.sobel(plane, axis), atol=1e-5)
        np.testing.assert_allclose(found[:, :, channel, 2], 1e4 * ndimage.laplace(plane), rtol=1e-5, atol=1e-2)


@pytest.mark.parametrize(("supervise", "share"), [("gradient", 0.627), ("laplacian", 0.615)])
def test_the_published_factors_miss_the_truth_by_the_known_share(supervise: str, share: float) -> None:
    task = made(torch.zeros(256, 256, 1), "corner", supervise=supervise, targets="published")
    assert task.share == pytest.approx(share, abs=5e-4)
    assert made(torch.zeros(256, 256, 1), "corner", supervise=supervise).share == 1


@pytest.mark.parametrize("weight", [0.5, 2.0])
def test_both_are_the_gradients_loss_and_the_weighted_one_of_the_laplacian(weight: float) -> None:
    tasks = {name: made(drawn(colours), supervise=name, weight=weight) for name in ("gradient", "laplacian", "both")}

    def loss(name: str) -> Tensor:
        task = tasks[name]
        return task.objective(lambda x: torch.sin(3 * x), MSE, task.coords, task.targets)

    torch.testing.assert_close(loss("both"), loss("gradient") + loss("laplacian"))
    single = made(drawn(colours), supervise="laplacian", weight=1.0)
    alone = single.objective(lambda x: torch.sin(3 * x), MSE, single.coords, single.targets)
    torch.testing.assert_close(loss("laplacian"), weight * alone)


@pytest.mark.parametrize(
    ("supervise", "force", "derivatives"),
    [("gradient", False, 1), ("laplacian", False, 2), ("both", False, 2), ("laplacian", True, 1)],
)
def test_it_says_how_many_derivatives_it_takes(supervise: str, force: bool, derivatives: int) -> None:
    numbers = {"weight": 1.0, "targets": "sobel", "blend": None, "alpha": 0.5}
    spec = Poisson.Spec(name="poisson", supervise=supervise, force=force, **numbers)
    assert Poisson.derivatives(spec) == derivatives


def test_no_colour_is_shown_and_none_chooses_a_checkpoint() -> None:
    task = made(drawn(colours))
    assert task.seen is None
    assert not task.is_grid
    assert task.error(drawn(colours)) is None
    assert task.judge(task.truth, look)["psnr"] is None


@pytest.mark.parametrize("supervise", ["gradient", "laplacian", "both"])
def test_a_constant_per_channel_is_no_error_but_in_the_raw_figure(supervise: str) -> None:
    task = made(drawn(colours), supervise=supervise)
    rendered = (task.truth + np.array([0.3, -0.2])).astype(np.float32)
    figures = task.judge(rendered, look)
    assert figures["psnr_raw"] < 15
    assert figures["psnr_offset"] > 120
    assert figures["psnr_test"] == figures["psnr_offset"]
    assert figures["psnr_scaled"] > 120  # the same, but for rounding
    assert task.curves(rendered) == {"psnr_test": figures["psnr_test"]}
    assert figures["ssim_test"] == pytest.approx(1, abs=1e-5)
    np.testing.assert_allclose(task.show(rendered), task.truth, atol=1e-6)


@pytest.mark.parametrize("supervise", ["gradient", "laplacian"])
def test_the_factor_of_published_targets_is_no_error_in_the_scaled_figure(supervise: str) -> None:
    task = made(drawn(colours), supervise=supervise, targets="published")
    figures = task.judge((task.share * task.truth - 0.4).astype(np.float32), look)
    assert figures["psnr_offset"] < 60
    assert figures["psnr_scaled"] > 120


def test_what_a_laplacian_cannot_see_is_no_error_in_the_harmonic_figure() -> None:
    def wave(coords: Tensor) -> Tensor:
        row, column = coords.unbind(-1)
        return 0.2 * torch.stack([row**3 - 3 * row * column**2, torch.exp(row) * torch.sin(column)], dim=-1)

    rendered = (drawn(colours) + drawn(wave)).float().numpy()
    figures = made(drawn(colours), supervise="laplacian").judge(rendered, look)
    assert figures["psnr_offset"] < 25
    assert figures["psnr_harmonic"] > 100
    for supervise in ("gradient", "both"):
        assert made(drawn(colours), supervise=supervise).judge(rendered, look)["psnr_harmonic"] is None


def test_the_harmonics_have_no_laplacian_and_stay_below_one() -> None:
    task = made(drawn(colours))
    functions = harmonics(task.lines, DEGREE)
    assert functions.shape == (40 * 56, 2 * DEGREE + 1)
    assert np.abs(functions).max() <= 1
    steps = [2 / n for n in SHAPE]
    planes = harmonics(task.lines, 3).reshape(*SHAPE, -1)
    bends = sum(np.gradient(np.gradient(planes, step, axis=a), step, axis=a) for a, step in enumerate(steps))
    np.testing.assert_allclose(bends[2:-2, 2:-2], 0, atol=1e-9)


def test_detail_is_left_as_it_is_by_every_alignment() -> None:
    random = np.random.default_rng(0)
    truth, noise = random.random((*SHAPE, 1)), 0.1 * random.standard_normal((*SHAPE, 1))
    lines = made(drawn(colours)).lines
    for aligned in (with_offset(truth + noise, truth), with_harmonic(truth + noise, truth, lines)):
        assert np.std(aligned - truth) == pytest.approx(np.std(noise), rel=0.02)


def test_a_field_that_broke_has_no_figure() -> None:
    task = made(drawn(colours))
    for broken in (np.nan, np.inf):
        figure = task.curves(np.full_like(task.truth, broken))["psnr_test"]
        assert figure is None or np.isnan(figure)


def saved(folder: Path, picture: np.ndarray) -> str:
    file = folder / "second.png"
    file.write_bytes(encode_picture(picture, ".png"))
    return str(file)


@pytest.mark.parametrize("alpha", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("channels", [1, 3])
def test_a_blend_has_the_derivatives_of_both(alpha: float, channels: int, tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    first = torch.from_numpy(random.random((12, 16, 3), dtype=np.float32))
    second = random.integers(0, 256, (12, 16, channels), dtype=np.uint8)
    numbers = {"supervise": "both", "targets": "published"}
    mixed = made(first, blend=saved(tmp_path, second), alpha=alpha, **numbers)
    other = torch.from_numpy(second / np.float32(255)).expand(-1, -1, 3)
    expected = alpha * made(first, **numbers).targets + (1 - alpha) * made(other, **numbers).targets
    torch.testing.assert_close(mixed.targets, expected, rtol=0, atol=0.02)  # of 1e4 times float32 colours
    np.testing.assert_allclose(mixed.truth, alpha * first + (1 - alpha) * other, atol=1e-6)


def test_a_blend_is_stretched_to_the_picture(tmp_path: Path) -> None:
    grey = np.full((30, 20, 1), 51, np.uint8)
    task = made(torch.ones(12, 16, 3), blend=saved(tmp_path, grey))
    np.testing.assert_allclose(task.truth, 0.6, atol=1e-6)


def test_a_blend_of_other_channels_is_refused(tmp_path: Path) -> None:
    file = saved(tmp_path, np.zeros((4, 4, 3), np.uint8))
    with pytest.raises(ConfigError, match="has 3 channels and the picture 1; give a second picture of as many"):
        made(torch.zeros(4, 4, 1), blend=file)


@pytest.mark.parametrize("targets", ["differences", "sobel", "published"])
def test_a_picture_one_pixel_wide_is_refused(targets: str) -> None:
    with pytest.raises(ConfigError, match="has no slope"):
        made(torch.zeros(5, 1, 3), targets=targets)


@pytest.mark.parametrize("name", optimizers.names())
@pytest.mark.parametrize("supervise", ["gradient", "laplacian"])
def test_no_optimiser_minds_that_the_last_bias_has_no_gradient(
    name: str, supervise: str, begin: Callable[..., Training]
) -> None:
    rate = "optimizer.lr=1e-6"  # derivatives are large: no step diverges
    training = begin("task=poisson", f"task.supervise={supervise}", f"optimizer={name}", rate, "batch_size=full")
    last: Any = training.field.network.last
    bias, weight = last.bias.detach().clone(), last.weight.detach().clone()
    losses = [training.update(step).item() for step in range(12)]
    torch.testing.assert_close(last.bias, bias, rtol=0, atol=1e-6)  # a decay of weights still reaches it
    assert not torch.equal(last.weight, weight)
    assert np.isfinite(losses).all()


@pytest.mark.parametrize("words", [("target_range=unit",), ("network.output=sigmoid",), ("network=separable",)])
def test_any_pointwise_network_can_be_differentiated(words: tuple[str, ...], begin: Callable[..., Training]) -> None:
    training = begin("task=poisson", "task.supervise=both", *words)
    losses = [training.update(step).item() for step in range(5)]
    assert np.isfinite(losses).all()


@pytest.mark.parametrize(
    ("supervise", "figure", "least"), [("gradient", "psnr_offset", 35), ("laplacian", "psnr_harmonic", 25)]
)
def test_a_siren_finds_the_picture(
    supervise: str, figure: str, least: float, configure: Callable[..., RunConfig], tmp_path: Path
) -> None:
    smooth = ("image=band_limited_noise", "dataset.width=24", "dataset.height=20")  # the face's edges alias
    words = ("task=poisson", f"task.supervise={supervise}", "batch_size=full", "steps=300", "network.hidden_layers=1")
    run = train(configure(*words, *smooth, f"out={tmp_path}"))
    assert run.summary[figure] > least
    assert run.summary["psnr"] is None
    header, first, *_, last = (run.path / "metrics.csv").read_text().splitlines()
    column = header.split(",").index("psnr_test")
    assert float(last.split(",")[column]) == pytest.approx(run.summary["psnr_offset"], rel=1e-9)
    assert float(first.split(",")[column]) < run.summary["psnr_offset"] - 5


def test_forced_relu_learns_nothing_from_a_laplacian(begin: Callable[..., Training]) -> None:
    words = ("task=poisson", "task.supervise=laplacian", "activation=relu", "task.force=true", "batch_size=full")
    training = begin(*words)
    before = {name: value.clone() for name, value in training.field.state_dict().items()}
    losses = {training.update(step).item() for step in range(5)}
    assert len(losses) == 1
    assert all(torch.equal(value, before[name]) for name, value in training.field.state_dict().items())
