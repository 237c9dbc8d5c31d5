import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.torch import save_file
from skimage.metrics import peak_signal_noise_ratio
from torch import nn

from inr_cli.engine.runs import read_json

VGG16 = {
    **{"0": (3, 64), "2": (64, 64), "5": (64, 128), "7": (128, 128), "10": (128, 256), "12": (256, 256)},
    **{"14": (256, 256), "17": (256, 512), **dict.fromkeys(("19", "21", "24", "26", "28"), (512, 512))},
}
"""Channels in and out of its convolutions, by the published numbers."""
PICTURE = np.random.default_rng(0).integers(0, 255, (20, 30, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def folder(inr, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run on a picture of its own."""
    place = tmp_path_factory.mktemp("eval")
    Image.fromarray(PICTURE).save(place / "picture.png")
    numbers = ("network.hidden_features=8", "encoding.count=8", "threads=1")
    inr("fit", "image=picture.png", "size=null", "steps=5", *numbers, cwd=place)
    return place


def test_the_original_has_the_figures_of_the_summary(inr, folder: Path) -> None:
    told = json.loads(inr("eval", cwd=folder).stdout)
    [file] = folder.glob("outputs/*/*/summary.json")
    summary = read_json(file)
    for name in ("psnr", "psnr_8bit", "psnr_unclamped", "ssim"):
        assert told[name] == pytest.approx(summary[name], abs=1e-4)
    for name in ("parameters", "bits_per_pixel", "width", "height"):
        assert told[name] == summary[name]
    assert told["step"] == 5
    assert told["ms_ssim"] is None, "too small a picture"
    assert "conventions" not in told


def test_the_original_is_found_from_anywhere(inr, folder: Path, tmp_path: Path) -> None:
    here = json.loads(inr("eval", cwd=folder).stdout)
    there = json.loads(inr("eval", "--runs", str(folder / "outputs"), cwd=tmp_path).stdout)
    assert there["psnr"] == here["psnr"]


def test_another_picture_of_another_size_is_compared_with_a_render_of_that_size(inr, folder: Path) -> None:
    Image.fromarray(PICTURE).resize((240, 180)).save(folder / "large.png")
    told = json.loads(inr("eval", "--target", "large.png", "--conventions", cwd=folder).stdout)
    inr("render", "--size", "240x180", "--out", "rendered.png", cwd=folder)
    wanted, rendered = (np.asarray(Image.open(folder / name)) for name in ("large.png", "rendered.png"))
    assert told["psnr_8bit"] == pytest.approx(peak_signal_noise_ratio(wanted, rendered, data_range=255), abs=1e-4)
    assert (told["width"], told["height"]) == (240, 180)
    assert 0 < told["ms_ssim"] < 1
    assert told["conventions"]["inr"] == told["psnr"]


def test_a_field_alone_is_compared_as_well(inr, folder: Path) -> None:
    inr("export", "--weights", "field.safetensors", cwd=folder)
    told = json.loads(inr("eval", "field.safetensors", "--target", "picture.png", cwd=folder).stdout)
    assert told["psnr"] == json.loads(inr("eval", cwd=folder).stdout)["psnr"]


def test_lpips_is_seen_by_the_network_that_is_given(inr, folder: Path) -> None:
    features = nn.ModuleDict({name: nn.Conv2d(*channels, 3) for name, channels in VGG16.items()})
    save_file({f"features.{name}": value.half() for name, value in features.state_dict().items()}, folder / "vgg16")
    told = json.loads(inr("eval", "--lpips", "vgg16", cwd=folder).stdout)
    assert 0 < told["lpips"] < 10
    assert told["lpips_sha256"] == hashlib.sha256((folder / "vgg16").read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--target", "missing.png"), 3, "missing.png"),
        (("--lpips", "grey.png"), 2, "--lpips=grey.png: not VGG16 as safetensors"),
        (("--target", "grey.png"), 2, "1 channels, and the field 3"),
        (("nowhere",), 2, "nowhere"),
    ],
)
def test_what_cannot_be_compared_is_told_in_one_line(
    inr, folder: Path, words: tuple[str, ...], code: int, says: str
) -> None:
    Image.fromarray(PICTURE[..., 0]).save(folder / "grey.png")
    done = inr("eval", *words, cwd=folder, expect=code)
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not done.stdout


def test_an_original_that_changed_or_is_gone_is_not_compared_with(inr, folder: Path, tmp_path: Path) -> None:
    original = (folder / "picture.png").read_bytes()
    try:
        Image.fromarray(255 - PICTURE).save(folder / "picture.png")
        assert "has changed since it was fitted" in inr("eval", cwd=folder, expect=3).stderr
        (folder / "picture.png").unlink()
        told = "error: the original, picture.png, is not here; --target FILE names a picture to compare with.\n"
        assert inr("eval", cwd=folder, expect=3).stderr == told
    finally:
        (folder / "picture.png").write_bytes(original)
