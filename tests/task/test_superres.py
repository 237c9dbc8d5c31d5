from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file
from skimage.measure import block_reduce
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio
from torch import Tensor
from torch.nn import functional

from inr_cli.config.errors import ConfigError, PictureError
from inr_cli.task import Lines, tasks
from inr_cli.task._srresnet import SrResNet
from inr_cli.task.superres import Superres

NUMBERS = {"factor": 4, "reduce": "area", "blur": 0.0, "noise": 0.0, "srgan": None}
RESAMPLING = Image.Resampling


def random_picture(height: int, width: int, channels: int = 3, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0, 1, (height, width, channels)).astype(np.float32)


PICTURE = random_picture(35, 50)
TRUTH = PICTURE[:32, :48]


def superres(picture: np.ndarray = PICTURE, kind: Any = "centre", seed: int = 0, **numbers: Any) -> Superres:
    spec = Superres.Spec(name="superres", **{**NUMBERS, **numbers})
    return Superres(spec, torch.from_numpy(picture), kind, torch.Generator().manual_seed(seed))


def look(lines: Lines) -> np.ndarray:
    raise AssertionError("the field is compared at the full-size picture's own pixels")


def resized(pixels: np.ndarray, height: int, width: int, way: RESAMPLING) -> np.ndarray:
    planes = [Image.fromarray(plane).resize((width, height), way) for plane in np.moveaxis(pixels, 2, 0)]
    return np.clip(np.stack(planes, axis=-1), 0, 1)


# The low-resolution picture


@pytest.mark.parametrize("factor", [2, 4, 8, 16])
def test_an_area_reduction_is_the_mean_of_blocks(factor: int) -> None:
    expected = block_reduce(
        PICTURE[: 35 - 35 % factor, : 50 - 50 % factor].astype(np.float64), (factor, factor, 1), np.mean
    )
    task = superres(factor=factor)
    assert task.shape == (35 // factor, 50 // factor) == task.seen.shape[:2]
    np.testing.assert_allclose(task.seen, expected, atol=1e-7)


@pytest.mark.parametrize("factor", [2, 4, 8])
def test_a_bicubic_reduction_is_pillows(factor: int) -> None:
    whole = PICTURE[: 35 - 35 % factor, : 50 - 50 % factor]
    expected = resized(whole, 35 // factor, 50 // factor, RESAMPLING.BICUBIC)
    np.testing.assert_allclose(superres(factor=factor, reduce="bicubic").seen, expected, atol=1e-6)


@pytest.mark.parametrize("sigma", [0.6, 2.0])
def test_the_blur_is_a_normalised_gaussian_with_border_pixels_repeated(sigma: float) -> None:
    reach = round(4 * sigma)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    weights /= weights.sum()
    padded = np.pad(TRUTH.astype(np.float64), ((reach, reach), (reach, reach), (0, 0)), mode="edge")
    down = np.apply_along_axis(np.convolve, 0, padded, weights, mode="valid")
    both = np.apply_along_axis(np.convolve, 1, down, weights, mode="valid")
    np.testing.assert_allclose(superres(blur=sigma).seen, block_reduce(both, (4, 4, 1), np.mean), atol=1e-6)


def test_noise_comes_last_and_is_not_clamped() -> None:
    grey = np.full((400, 400, 1), 0.25, np.float32)
    noise = superres(grey, noise=0.5).seen.double() - 0.25
    assert noise.min() < -0.25
    # 10,000 values: 4 standard errors
    assert abs(float(noise.mean())) < 4 * 0.5 / 100
    assert float(noise.std()) == pytest.approx(0.5, rel=4 / np.sqrt(2 * 10_000))


def test_the_seed_decides_the_noise() -> None:
    first, again, other = (superres(noise=0.1, seed=seed).seen for seed in (0, 0, 1))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_the_type_of_the_picture_is_kept() -> None:
    task = superres(PICTURE.astype(np.float64))
    assert task.seen.dtype == task.targets.dtype == task.coords.dtype == torch.float64


@pytest.mark.parametrize(("height", "width"), [(3, 50), (35, 3), (1, 1)])
def test_a_picture_of_which_nothing_is_left_is_refused(height: int, width: int) -> None:
    with pytest.raises(ConfigError, match=rf"task.factor=4: leaves nothing of {width}x{height} pixels") as refused:
        superres(random_picture(height, width))
    assert "\n" not in str(refused.value)


# Where things are


def test_the_samples_are_the_low_resolution_pixels_at_their_own_centres() -> None:
    task = superres()
    for row in range(8):
        for column in range(12):
            number = row * 12 + column
            assert torch.equal(task.targets[number], task.seen[row, column])
            place = [-1 + (2 * row + 1) / 8, -1 + (2 * column + 1) / 12]
            np.testing.assert_allclose(task.coords[number], place, atol=1e-7)


@pytest.mark.parametrize("factor", [2, 4, 8])
def test_on_centres_a_low_resolution_pixel_is_in_the_middle_of_those_it_is_made_of(factor: int) -> None:
    task = superres(factor=factor)
    low_rows = task.coords[:: task.shape[1], 0]
    np.testing.assert_allclose(task.lines[0].reshape(-1, factor).mean(axis=1), low_rows, atol=1e-6)
    assert [len(line) for line in task.lines] == [side - side % factor for side in (35, 50)]


def test_on_corners_both_sizes_end_at_the_same_place_as_published_comparisons_have_it() -> None:
    task = superres(kind="corner")
    np.testing.assert_allclose(task.lines[0], np.linspace(-1, 1, 32))
    np.testing.assert_allclose(task.coords[::12, 0], np.linspace(-1, 1, 8), atol=1e-7)
    shift = task.lines[0].reshape(-1, 4).mean(axis=1) - task.coords[::12, 0].numpy()
    assert shift[0] > 0.09 and shift[-1] < -0.09  # up to 3/62: 1.5 of 31 steps between full-size pixels


def test_the_far_sides_are_cropped_to_whole_blocks() -> None:
    assert np.array_equal(superres().truth, TRUTH)


# How it is judged


def test_the_picture_itself_has_no_error() -> None:
    for numbers in ({}, {"reduce": "bicubic"}, {"blur": 1.5}):
        assert float(superres(**numbers).error(torch.from_numpy(TRUTH.copy()))) == 0


def test_the_error_is_that_of_the_clamped_rendering_reduced_alike() -> None:
    rendered = np.random.default_rng(1).normal(0.5, 0.7, TRUTH.shape).astype(np.float32)
    task = superres(noise=0.3)
    reduced = block_reduce(np.clip(rendered, 0, 1).astype(np.float64), (4, 4, 1), np.mean)
    shown = np.clip(task.seen.double().numpy(), 0, 1)
    error = float(task.error(torch.from_numpy(rendered)))
    assert error == pytest.approx(mean_squared_error(shown, reduced), rel=1e-5)
    figures = task.judge(rendered, look)
    assert figures["psnr"] == pytest.approx(-10 * np.log10(error), abs=1e-5)
    clamped = np.clip(rendered, 0, 1).astype(np.float64)
    test = peak_signal_noise_ratio(TRUTH.astype(np.float64), clamped, data_range=1)
    assert figures["psnr_test"] == task.curves(rendered)["psnr_test"] == pytest.approx(test, rel=1e-6)


@pytest.mark.parametrize("numbers", [{}, {"factor": 2}, {"noise": 0.2}, {"reduce": "bicubic", "blur": 1.0}], ids=str)
def test_the_rivals_are_pillows_of_the_same_low_resolution_picture(numbers: dict[str, Any]) -> None:
    task = superres(**numbers)
    figures = task.judge(task.truth, look)
    shown = np.clip(task.seen.numpy(), 0, 1)
    for way in (RESAMPLING.NEAREST, RESAMPLING.BILINEAR, RESAMPLING.BICUBIC, RESAMPLING.LANCZOS):
        picture = resized(shown, *task.truth.shape[:2], way).astype(np.float64)
        expected = peak_signal_noise_ratio(task.truth.astype(np.float64), picture, data_range=1)
        assert figures[f"psnr_{way.name.lower()}"] == pytest.approx(expected, rel=1e-6)
        assert 0 < figures[f"ssim_{way.name.lower()}"] < 1
    assert figures["psnr_test"] == 300
    assert figures["ssim_test"] == pytest.approx(1, abs=1e-6)


def test_of_a_smooth_picture_bicubic_makes_more_than_bilinear_and_nearest() -> None:
    rows, columns = np.mgrid[:64, :64] / 64
    smooth = (0.5 + 0.4 * np.sin(6 * rows + 3) * np.cos(9 * columns))[..., None].astype(np.float32)
    task = superres(smooth)
    figures = task.judge(task.truth, look)
    assert figures["psnr_nearest"] < figures["psnr_bilinear"] < figures["psnr_bicubic"]


def test_a_picture_below_the_window_of_ssim_has_none() -> None:
    figures = superres(random_picture(16, 16)).judge(random_picture(16, 16), look)
    assert figures["ssim"] is None
    assert figures["ssim_test"] is not None


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ({"psnr_test": 26.65, "psnr_bicubic": 27.3}, "worse than bicubic by 0.7 dB; "),
        ({"psnr_test": 26.0, "psnr_bicubic": 26.04}, None),
        ({"psnr_test": 27.0, "psnr_bicubic": 26.0}, None),
    ],
)
def test_it_warns_of_a_field_that_loses_to_bicubic(figures: dict[str, float], words: str | None) -> None:
    warning = superres().warning(figures)
    assert warning is None if words is None else warning.startswith(words)


# SRResNet


@pytest.fixture(scope="module")
def weights() -> dict[str, Tensor]:
    """Random numbers, the batch norms' too, for a factor of 4."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        state = SrResNet(4).state_dict()
        for name, value in state.items():
            if "running" in name:
                state[name] = torch.rand_like(value) + 0.5
    return state


@pytest.fixture(scope="module")
def file(weights: dict[str, Tensor], tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("srresnet") / "srresnet.safetensors"
    save_file(weights, file)
    return file


def by_hand(picture: Tensor, weights: dict[str, Tensor]) -> Tensor:
    """(3, H, W) in, (3, 4 H, 4 W) out, one operation after the other."""

    def conv(x: Tensor, name: str, padding: int = 1) -> Tensor:
        return functional.conv2d(x, weights[f"{name}.weight"], weights.get(f"{name}.bias"), padding=padding)

    def norm(x: Tensor, name: str) -> Tensor:
        mean, variance, weight, bias = (
            weights[f"{name}.{kind}"][:, None, None] for kind in ("running_mean", "running_var", "weight", "bias")
        )
        return (x - mean) / (variance + 1e-5).sqrt() * weight + bias

    def prelu(x: Tensor, name: str) -> Tensor:
        return torch.where(x > 0, x, weights[f"{name}.weight"] * x)

    first = x = prelu(conv(picture, "conv1.0", 4), "conv1.1")
    for n in range(16):
        inner = prelu(norm(conv(x, f"trunk.{n}.rcb.0"), f"trunk.{n}.rcb.1"), f"trunk.{n}.rcb.2")
        x = x + norm(conv(inner, f"trunk.{n}.rcb.3"), f"trunk.{n}.rcb.4")
    x = first + norm(conv(x, "conv2.0"), "conv2.1")
    for n in range(2):
        four = conv(x, f"upsampling.{n}.upsample_block.0").unflatten(0, (64, 2, 2))  # (64, down, right, H, W)
        x = four.permute(0, 3, 1, 4, 2).flatten(3, 4).flatten(1, 2)
        x = prelu(x, f"upsampling.{n}.upsample_block.2")
    return conv(x, "conv3", 4)


def test_it_is_srresnet(weights: dict[str, Tensor]) -> None:
    network = SrResNet(4)
    network.load_state_dict(weights)
    picture = torch.rand(3, 5, 7, generator=torch.Generator().manual_seed(1))
    ours = network.eval()(picture[None])[0]
    assert ours.shape == (3, 20, 28)
    torch.testing.assert_close(ours, by_hand(picture, weights), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(("factor", "learned"), [(2, 1_399_637), (4, 1_547_350), (8, 1_695_063), (16, 1_842_776)])
def test_it_has_as_many_numbers_as_its_layers_need(factor: int, learned: int) -> None:
    """Four times is the published 1.55 million; each doubling has 64 x 256 x 9 + 256 and one for its PReLU."""
    with torch.device("meta"):
        assert sum(number.numel() for number in SrResNet(factor).parameters()) == learned


def test_its_figure_is_that_of_what_it_makes_of_the_low_resolution_picture(
    weights: dict[str, Tensor], file: Path
) -> None:
    task = superres(srgan=str(file))
    made = by_hand(task.seen.permute(2, 0, 1), weights).permute(1, 2, 0).clamp(0, 1).double().numpy()
    figures = task.judge(task.truth, look)
    expected = peak_signal_noise_ratio(task.truth.astype(np.float64), made, data_range=1)
    assert figures["psnr_srgan"] == pytest.approx(expected, abs=1e-3)
    assert figures["ssim_srgan"] is not None


@pytest.mark.parametrize("channels", [1, 2, 4])
def test_grey_and_alpha_are_shown_as_rgb(channels: int, weights: dict[str, Tensor], file: Path) -> None:
    task = superres(random_picture(16, 16, channels), srgan=str(file))
    planes = task.seen.permute(2, 0, 1)
    colours = by_hand(planes[:3], weights) if channels == 4 else torch.empty(0, 16, 16)
    alone = [by_hand(plane.expand(3, -1, -1), weights).mean(0, keepdim=True) for plane in planes[len(colours) :]]
    made = torch.cat([colours, *alone]).permute(1, 2, 0).clamp(0, 1).double().numpy()
    expected = peak_signal_noise_ratio(task.truth.astype(np.float64), made, data_range=1)
    assert task.judge(task.truth, look)["psnr_srgan"] == pytest.approx(expected, abs=1e-3)


def test_without_weights_it_was_not_run_and_says_so() -> None:
    task = superres()
    figures = task.judge(task.truth, look)
    assert figures["psnr_srgan"] is None
    assert figures["ssim_srgan"] is None
    assert task.compared_with["psnr_srgan"].startswith("not run: no weights")


def test_it_takes_no_random_numbers(file: Path) -> None:
    before = torch.get_rng_state()
    superres(srgan=str(file))
    assert torch.equal(before, torch.get_rng_state())


def test_the_weights_are_known_by_the_sha256_of_their_file(file: Path) -> None:
    assert superres(srgan=str(file)).files == {"srgan": sha256(file.read_bytes()).hexdigest()}
    assert superres().files == {}


def refusal(file: Path, factor: int = 4) -> str:
    with pytest.raises(ConfigError, match=r"task\.srgan=") as refused:
        superres(srgan=str(file), factor=factor)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_weights_for_another_factor_are_refused(file: Path) -> None:
    twice, eight_times = refusal(file, factor=2), refusal(file, factor=8)
    assert "not SRResNet for task.factor=2" in twice
    assert "upsampling.1.upsample_block.0.bias: expected nothing of that name, found [256]" in twice
    assert "upsampling.2.upsample_block.0.weight: expected [256, 64, 3, 3], found nothing of that name" in eight_times
    assert "SRResNet x8, written by safetensors.torch.save_file" in eight_times


def test_weights_that_are_not_there_are_refused_as_any_file_that_is_not(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match=r"none\.safetensors: No such file .*; task\.srgan=FILE") as refused:
        superres(srgan=str(tmp_path / "none.safetensors"))
    assert "\n" not in str(refused.value)


def test_what_is_no_safetensors_is_refused(tmp_path: Path) -> None:
    (tmp_path / "weights.pth").write_bytes(b"\x80\x02" * 100)
    assert "as safetensors" in refusal(tmp_path / "weights.pth")


def test_weights_of_other_shapes_are_refused(tmp_path: Path, weights: dict[str, Tensor]) -> None:
    save_file({**weights, "conv3.bias": torch.zeros(1)}, tmp_path / "grey.safetensors")
    assert "conv3.bias: expected [3], found [1]" in refusal(tmp_path / "grey.safetensors")


# The numbers


@pytest.mark.parametrize(
    "numbers",
    [{"factor": 3}, {"factor": 1}, {"reduce": "nearest"}, {"blur": -1}, {"blur": 101}, {"noise": -0.1}],
    ids=str,
)
def test_numbers_outside_their_range_are_refused(numbers: dict[str, Any]) -> None:
    (name,) = numbers
    with pytest.raises(ConfigError, match=rf"task\.{name}") as refused:
        tasks.spec({"name": "superres", **NUMBERS, **numbers})
    assert "\n" not in str(refused.value)
