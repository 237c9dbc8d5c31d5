from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tifffile
import torch
from torchmetrics.image import MultiScaleStructuralSimilarityIndexMeasure

from inr_cli.engine.evaluate import evaluate
from inr_cli.render.field import Field
from inr_cli.signal import tiles
from inr_cli.signal.metrics import MS_SSIM_SIDE, ms_ssim
from inr_cli.signal.picture import Picture


def test_a_field_that_is_known_has_the_figures_of_its_picture(ramp: Callable[..., Field]) -> None:
    field = ramp(12, 16, [[0.3, 0.0]])
    rows = 0.5 + 0.3 * (2 * np.arange(24) + 1 - 24) / 24
    target = np.repeat(rows[:, None, None], 32, axis=1).astype(np.float32)
    figures = evaluate(field, Picture(target, "ramp", "0" * 64))
    assert figures["psnr"] > 120, "the ramp of twice the size"
    assert (figures["width"], figures["height"], figures["target"]) == (32, 24, "ramp")


def test_a_picture_read_by_tiles_is_compared_where_its_pixels_are(
    ramp: Callable[..., Field], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiles, "THINNED", 50)
    field = ramp(24, 32, [[0.9, 0.0]])
    picture = field.render().astype(np.float32)
    tifffile.imwrite(tmp_path / "ramp.tif", picture[..., 0], tile=(16, 16))
    read = tiles.Tiles(tmp_path / "ramp.tif")
    assert read.every > 1
    figures = evaluate(field, Picture(read.thinned(), "ramp", read.sha256(), read))
    assert figures["psnr"] > 120
    assert (figures["width"], figures["height"]) == (32, 24)
    assert figures["bits_per_pixel"] == 32 * field.count / (24 * 32)


def test_five_scales_are_compared_where_there_is_room_for_them() -> None:
    random = np.random.default_rng(0)
    large = random.uniform(-0.2, 1.2, (MS_SSIM_SIDE, 180, 3)).astype(np.float32)
    other = np.clip(large + random.normal(0, 0.1, large.shape), 0, 1).astype(np.float32)
    batch = [torch.from_numpy(np.clip(one, 0, 1)).permute(2, 0, 1)[None] for one in (large, other)]
    assert ms_ssim(large, other) == pytest.approx(
        MultiScaleStructuralSimilarityIndexMeasure(data_range=1.0)(*batch).item(), abs=1e-5
    )
    assert ms_ssim(large[:-1], other[:-1]) is None
