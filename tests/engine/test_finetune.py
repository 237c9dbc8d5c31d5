"""Training that sees the rounding: it must help where there are few bits, and go on from where the run ended."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from inr_cli.config.errors import CheckpointError, DivergedError
from inr_cli.engine.checkpoint import load, save
from inr_cli.engine.compress import compress
from inr_cli.engine.finetune import finetuned
from inr_cli.engine.train import open_picture
from inr_cli.engine.training import Training

SIREN = ("encoding=identity", "activation=sine", "size=32", "steps=300", "network.hidden_features=24")
STEPS = 100


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory, checkpoint: Callable[..., Training]) -> Path:
    path = tmp_path_factory.mktemp("fitted") / "siren.safetensors"
    checkpoint(path, *SIREN, steps=300)
    return path


@pytest.mark.parametrize("bits", [3, 4, 5])
def test_it_helps_at_low_bits(fitted: Path, tmp_path: Path, bits: int) -> None:
    plain = compress(fitted, tmp_path / "plain.inr", bits)
    tuned = compress(fitted, tmp_path / "tuned.inr", bits, steps=STEPS)
    assert tuned["psnr_after"] > plain["psnr_after"] + 1
    assert tuned["bytes"] < 1.1 * plain["bytes"]
    assert tuned["psnr_before"] == plain["psnr_before"]
    assert load(tmp_path / "tuned.inr")[1].step == 300 + STEPS


def test_it_starts_from_a_field_alone_too_and_leaves_it_as_it_is(fitted: Path, tmp_path: Path) -> None:
    field, meta = load(fitted)
    alone = tmp_path / "alone.safetensors"
    save(alone, field, meta.config, meta.picture.sha256, meta.step)
    before = {name: value.clone() for name, value in field.state_dict().items()}
    plain, tuned = (compress(alone, tmp_path / f"{steps}.inr", 4, steps) for steps in (0, STEPS))
    assert tuned["psnr_after"] > plain["psnr_after"]
    finetuned(field, load(alone)[1], alone, open_picture(meta.config), 2, 4)
    assert all(torch.equal(before[name], value) for name, value in field.state_dict().items())


def test_with_all_bits_it_is_the_longer_run(
    fitted: Path, checkpoint: Callable[..., Training], begin: Callable[..., Training]
) -> None:
    field, meta = load(fitted)
    assert meta.progress is not None
    tuned = finetuned(field, meta, fitted, open_picture(meta.config), 5, 16)
    longer = begin(*SIREN, "steps=305")
    longer.restore(field.state_dict(), meta.progress.state)
    for step in range(300, 305):
        longer.update(step)
    for name, value in longer.field.state_dict().items():
        torch.testing.assert_close(tuned.state_dict()[name], value, rtol=0, atol=2e-4)
        if "weight" in name:
            assert not torch.equal(tuned.state_dict()[name], field.state_dict()[name])


def test_a_mask_stays_open(tmp_path: Path, checkpoint: Callable[..., Training]) -> None:
    path = tmp_path / "a.safetensors"
    checkpoint(path, "size=16", "encoding=positional", "mask=coarse_to_fine", "steps=20", steps=20)
    field, meta = load(path)
    tuned = finetuned(field, meta, path, open_picture(meta.config), 4, 8)
    assert tuned.state_dict()["mask.progress"] == 1


def test_a_training_that_is_not_finite_is_refused(fitted: Path) -> None:
    field, meta = load(fitted)
    assert meta.progress is not None
    meta.progress.state["losses"]["sum"].fill_(float("nan"))
    with pytest.raises(CheckpointError, match="not finite"):
        finetuned(field, meta, fitted, open_picture(meta.config), 1, 8)


def test_a_divergence_is_told(tmp_path: Path, checkpoint: Callable[..., Training]) -> None:
    path = tmp_path / "a.safetensors"
    training = checkpoint(path, "size=16", "optimizer=sgd", "optimizer.lr=1e9", "schedule=constant", steps=0)
    assert training.is_finite()
    field, meta = load(path)
    with pytest.raises(DivergedError, match="diverged"):
        finetuned(field, meta, path, open_picture(meta.config), 20, 8)
