from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio

from inr_cli.config.errors import ConfigError, UserError
from inr_cli.task import Lines, tasks
from inr_cli.task.inpaint import Inpaint

PICTURE = torch.from_numpy(np.random.default_rng(0).uniform(0, 1, (12, 15, 3)).astype(np.float32))
RENDERED = np.random.default_rng(1).normal(0.5, 0.4, (12, 15, 3)).astype(np.float32)


def inpaint(
    share: float | None = None, mask: Path | None = None, seed: int = 0, picture: torch.Tensor = PICTURE
) -> Inpaint:
    spec = Inpaint.Spec(name="inpaint", share=share, mask=mask and str(mask))
    return Inpaint(spec, picture, "centre", torch.Generator().manual_seed(seed))


def look(lines: Lines) -> np.ndarray:
    raise AssertionError("all that is asked for is among the picture's own pixels")


def drawn(folder: Path, white: np.ndarray) -> Path:
    Image.fromarray((white * 255).astype(np.uint8)).save(folder / "mask.png")
    return folder / "mask.png"


@pytest.mark.parametrize(("share", "count"), [(0.01, 2), (0.3, 54), (0.99, 178)])
def test_a_share_of_the_pixels_is_shown_and_all_others_are_asked(share: float, count: int) -> None:
    task = inpaint(share)
    assert task.shown.sum() == len(task.coords) == len(task.targets) == count
    assert np.array_equal(task.asked, ~task.shown)


def test_a_sample_is_the_colour_at_its_own_place() -> None:
    task = inpaint(0.3)
    places = (task.coords.double().numpy() * [12, 15] + [11, 14]) / 2
    rows, columns = places.round().astype(int).T
    np.testing.assert_allclose(places, np.stack([rows, columns], axis=1), atol=1e-4)
    assert torch.equal(task.targets, PICTURE[rows, columns])
    assert np.array_equal(np.argwhere(task.shown), np.stack([rows, columns], axis=1))
    assert task.seen is None


def test_without_a_share_or_a_mask_it_is_a_tenth() -> None:
    assert inpaint().shown.sum() == 18


def test_the_seed_decides_which() -> None:
    first, again, other = (inpaint(0.3, seed=seed).shown for seed in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_mask_is_white_where_pixels_are_shown(tmp_path: Path) -> None:
    white = np.zeros((12, 15), bool)
    white[2:7, 4:] = True
    task = inpaint(mask=drawn(tmp_path, white))
    assert np.array_equal(task.shown, white)
    assert np.array_equal(task.asked, ~white)
    assert torch.equal(task.targets, PICTURE[2:7, 4:].flatten(end_dim=1))
    assert task.compared_with["psnr"] == "the 55 pixels shown"
    assert task.compared_with["psnr_test"] == "125 of the 125 pixels hidden"


def test_a_mask_is_known_by_the_sha256_of_its_file(tmp_path: Path) -> None:
    file = drawn(tmp_path, np.eye(12, 15, dtype=bool))
    assert inpaint(mask=file).files == {"mask": sha256(file.read_bytes()).hexdigest()}
    assert inpaint().files == {}


def test_the_error_and_the_figures_tell_shown_from_hidden() -> None:
    task = inpaint(0.3)
    clamped, truth = np.clip(RENDERED, 0, 1).astype(np.float64), PICTURE.double().numpy()
    error = float(task.error(torch.from_numpy(RENDERED)))
    assert error == pytest.approx(mean_squared_error(truth[task.shown], clamped[task.shown]), rel=1e-6)
    figures = task.judge(RENDERED, look)
    for name, where in (("psnr", task.shown), ("psnr_train", task.shown), ("psnr_test", ~task.shown)):
        assert figures[name] == pytest.approx(
            peak_signal_noise_ratio(truth[where], clamped[where], data_range=1), rel=1e-6
        )
    assert task.curves(RENDERED)["psnr_test"] == figures["psnr_test"]


def test_the_rival_is_a_plane_between_the_shown_pixels_and_the_nearest_outside(tmp_path: Path) -> None:
    rows, columns = np.mgrid[:12, :15]
    plane = torch.from_numpy(np.stack([rows / 12, columns / 15, (rows + columns) / 30], axis=-1).astype(np.float32))
    white = np.zeros((12, 15), bool)
    white[[1, 1, 9, 9], [2, 12, 2, 12]] = True
    found = inpaint(mask=drawn(tmp_path, white), picture=plane).interpolated()
    assert found is not None
    np.testing.assert_allclose(found[1:10, 2:13], plane[1:10, 2:13], atol=1e-6)
    np.testing.assert_allclose(found[0, 0], plane[1, 2], atol=1e-6)


def test_pixels_in_a_line_have_no_rival(tmp_path: Path) -> None:
    white = np.zeros((12, 15), bool)
    white[4] = True
    task = inpaint(mask=drawn(tmp_path, white))
    assert task.judge(RENDERED, look)["psnr_linear"] is None


def test_a_field_that_is_worse_than_its_rival_is_warned_of() -> None:
    task = inpaint(0.3)
    figures = task.judge(RENDERED, look)
    gap = figures["psnr_linear"] - figures["psnr_test"]
    assert f"than linear interpolation by {gap:.1f} dB" in str(task.warning(figures))
    assert task.warning(task.judge(PICTURE.numpy(), look)) is None


@pytest.mark.parametrize("times", [2, 5])
def test_a_mask_of_a_picture_that_was_shrunk_is_shrunk_likewise(times: int, tmp_path: Path) -> None:
    white = np.zeros((12, 15), bool)
    white[2:7, 4:] = True
    assert np.array_equal(inpaint(mask=drawn(tmp_path, white.repeat(times, 0).repeat(times, 1))).shown, white)


def test_a_share_beside_a_mask_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"task\.mask.*not with task\.share=0\.2") as refused:
        tasks.spec({"name": "inpaint", "share": 0.2, "mask": str(drawn(tmp_path, np.eye(12, 15)))})
    assert "\n" not in str(refused.value)


def refusal(mask: Path) -> str:
    with pytest.raises(UserError) as refused:
        inpaint(mask=mask)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_a_mask_of_another_size_is_refused(tmp_path: Path) -> None:
    assert "15 x 12" in refusal(drawn(tmp_path, np.ones((15, 12), bool)))


def test_a_mask_that_shows_nothing_is_refused(tmp_path: Path) -> None:
    assert "the mask's white leaves none of 15 x 12 pixels" in refusal(drawn(tmp_path, np.zeros((12, 15), bool)))


def test_a_mask_that_hides_nothing_is_refused(tmp_path: Path) -> None:
    assert "every pixel is shown" in refusal(drawn(tmp_path, np.ones((12, 15), bool)))


def test_a_share_that_rounds_to_every_pixel_is_refused() -> None:
    with pytest.raises(ConfigError, match="every pixel is shown"):
        inpaint(0.999)


def test_a_mask_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "No such file" in refusal(tmp_path / "none.png")


def test_the_path_is_made_absolute_where_there_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = drawn(tmp_path, np.ones((12, 15), bool))
    monkeypatch.chdir(tmp_path)
    assert tasks.spec({"name": "inpaint", "share": None, "mask": "mask.png"}).mask == str(file.resolve())
    assert tasks.spec({"name": "inpaint", "share": None, "mask": "none.png"}).mask == "none.png"


@pytest.mark.parametrize("share", [0, 1, -0.1, True])
def test_shares_of_nothing_or_everything_are_refused(share: Any) -> None:
    with pytest.raises(ConfigError, match=r"task\.share"):
        tasks.spec({"name": "inpaint", "share": share, "mask": None})
