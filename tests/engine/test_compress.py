"""What a compressed field costs and loses, measured again from the file."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from inr_cli.config.errors import PictureError
from inr_cli.engine.checkpoint import load, save
from inr_cli.engine.compress import compress, place_of
from inr_cli.engine.evaluate import evaluate
from inr_cli.engine.train import open_picture
from inr_cli.engine.training import Training
from inr_cli.signal.jpeg import jpeg_within

SIREN = ("encoding=identity", "activation=sine", "size=32", "steps=300", "network.hidden_features=24")


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory, checkpoint: Callable[..., Training]) -> Path:
    """A checkpoint that shows something: 30 dB and more."""
    path = tmp_path_factory.mktemp("fitted") / "siren.safetensors"
    checkpoint(path, *SIREN, steps=300)
    return path


def test_the_figures_are_those_of_the_file(fitted: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.inr"
    figures = compress(fitted, out, 8)
    (before, meta), (after, again) = load(fitted), load(out)
    picture = open_picture(meta.config)
    assert figures["bytes"] == out.stat().st_size
    assert figures["bits_per_pixel"] == 8 * figures["bytes"] / (picture.width * picture.height)
    assert figures["psnr_before"] == evaluate(before, picture)["psnr"] > 30
    assert figures["psnr_after"] == evaluate(after, picture)["psnr"]
    assert figures["ssim_after"] == evaluate(after, picture)["ssim"]
    assert figures["jpeg"] == jpeg_within(picture.pixels, figures["bytes"])._asdict()
    assert json.loads(out.with_suffix(".json").read_text()) == figures
    assert again.model_dump(exclude={"progress"}) == meta.model_dump(exclude={"progress"})
    assert again.progress is None


def test_more_bits_are_never_worse(fitted: Path, tmp_path: Path) -> None:
    curve = [compress(fitted, tmp_path / "a.inr", bits) for bits in (2, 4, 6, 8, 10, 12, 16)]
    psnrs, sizes = [point["psnr_after"] for point in curve], [point["bytes"] for point in curve]
    assert all(more > fewer - 0.05 for fewer, more in pairwise(psnrs))
    assert sizes == sorted(sizes)
    assert psnrs[-1] == pytest.approx(curve[-1]["psnr_before"], abs=0.01)
    assert psnrs[0] < psnrs[-1] - 3, "two bits are too few"


@pytest.mark.parametrize(
    "words",
    [
        ("network=separable", "network.hidden_features=8"),
        ("network=cnn", "encoding=identity", "network.hidden_features=[4,8]", "batch_size=full"),
        ("network=gabor_mfn", "encoding=identity"),
        ("network=perceptron", "encoding=lattice", "encoding.limit=4"),
        ("activation=gabor", "encoding=identity"),
        ("encoding=hash_grid",),
        ("encoding=positional", "mask=coarse_to_fine"),
        ("precision=float64",),
        ("task=superres", "task.factor=2"),
        ("task=inpaint",),
        ("grey=true",),
    ],
    ids=" ".join,
)
def test_every_kind_of_field_is_the_same_at_16_bits(
    words: tuple[str, ...], tmp_path: Path, checkpoint: Callable[..., Training]
) -> None:
    checkpoint(tmp_path / "a.safetensors", "size=16", *words)
    figures = compress(tmp_path / "a.safetensors", tmp_path / "a.inr", 16)
    assert figures["psnr_after"] == pytest.approx(figures["psnr_before"], abs=0.01)
    before, after = (load(tmp_path / name)[0].render(20) for name in ("a.safetensors", "a.inr"))
    assert after == pytest.approx(before, abs=1e-2)


def test_a_field_without_its_picture_is_held_against_what_it_was(fitted: Path, tmp_path: Path) -> None:
    field, meta = load(fitted)
    lost = tmp_path / "lost.safetensors"
    save(lost, field, meta.config, "0" * 64, meta.step)
    figures = compress(lost, tmp_path / "a.inr", 10)
    assert "psnr_before" not in figures
    assert figures["psnr_between"] > compress(lost, tmp_path / "b.inr", 5)["psnr_between"] + 10
    assert "has changed" in figures["picture"]
    assert figures["bits_per_pixel"] == 8 * figures["bytes"] / (meta.picture.height * meta.picture.width)
    with pytest.raises(PictureError, match="has changed"):
        compress(lost, tmp_path / "c.inr", 5, steps=1)
    assert not (tmp_path / "c.inr").exists()


def test_what_was_compressed_can_be_again(fitted: Path, tmp_path: Path) -> None:
    compress(fitted, tmp_path / "a.inr", 8)
    again = compress(tmp_path / "a.inr", tmp_path / "b.inr", 8)
    assert again["psnr_after"] == pytest.approx(again["psnr_before"], abs=0.01)


def test_the_file_goes_into_the_runs_folder_or_beside_what_was_named(tmp_path: Path) -> None:
    checkpoint = tmp_path / "run/checkpoints/step_000500.safetensors"
    checkpoint.parent.mkdir(parents=True)
    assert place_of(tmp_path / "run", checkpoint, 8, 0) == tmp_path / "run/compressed-8bit.inr"
    assert place_of(tmp_path / "run", checkpoint, 4, 200) == tmp_path / "run/compressed-4bit-200steps.inr"
    assert place_of(checkpoint, checkpoint, 8, 0) == checkpoint.with_name("step_000500-8bit.inr")
