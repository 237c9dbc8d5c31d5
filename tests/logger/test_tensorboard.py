from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from inr_cli.logger import Logger

Make = Callable[[str], Logger]


def board(folder: Path) -> EventAccumulator:
    """What TensorBoard itself finds."""
    found = EventAccumulator(str(folder / "tensorboard"))
    found.Reload()
    return found


def curve(folder: Path, tag: str) -> list[tuple[int, float]]:
    return [(event.step, event.value) for event in board(folder).Scalars(tag)]


def test_rows_and_texts_are_what_the_board_shows(make: Make, tmp_path: Path) -> None:
    logger = make("tensorboard")
    logger.begin(tmp_path, {"optimizer": {"lr": 0.5}}, None)
    logger.row(0, {"psnr": 7.5})
    assert curve(tmp_path, "psnr") == [(0, 7.5)], "it is there at once"
    logger.row(10, {"psnr": 8.25, "loss": 0.125})
    logger.end("interrupted", {})
    assert curve(tmp_path, "psnr") == [(0, 7.5), (10, 8.25)]
    assert curve(tmp_path, "loss") == [(10, 0.125)]
    [config], [summary] = (board(tmp_path).Tensors(f"{tag}/text_summary") for tag in ("config", "summary"))
    assert '"lr": 0.5' in config.tensor_proto.string_val[0].decode()
    assert '"status": "interrupted"' in summary.tensor_proto.string_val[0].decode()


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_a_picture_of_any_channels_is_shown_to_the_bit(mode: str, make: Make, picture: Path, tmp_path: Path) -> None:
    Image.open(picture).convert(mode).save(picture)
    logger = make("tensorboard")
    logger.begin(tmp_path, {}, None)
    logger.picture(10, picture)
    logger.end("done", {})
    [shown] = board(tmp_path).Images("render")
    assert shown.step == 10
    expected, found = (Image.open(file).convert("RGBA") for file in (picture, io.BytesIO(shown.encoded_image_string)))
    assert found.tobytes() == expected.tobytes()


def test_who_begins_again_takes_back_what_was_said(make: Make, picture: Path, tmp_path: Path) -> None:
    for rows in ({0: 1.0, 10: 2.0, 20: 3.0}, {0: 1.0, 10: 2.5}):
        logger = make("tensorboard")
        logger.begin(tmp_path, {}, None)
        for step, value in rows.items():
            logger.row(step, {"psnr": value})
        logger.picture(10, picture)
        logger.end("done", {})
    assert curve(tmp_path, "psnr") == [(0, 1.0), (10, 2.5)]
    assert len(board(tmp_path).Images("render")) == 1


def test_a_folder_that_is_gone_is_an_error_and_not_silence(make: Make, tmp_path: Path) -> None:
    logger = make("tensorboard")
    logger.begin(tmp_path, {}, None)
    logger.row(0, {"psnr": 0.5})
    shutil.rmtree(tmp_path / "tensorboard")
    with pytest.raises(OSError, match="No such file"):
        logger.row(10, {"psnr": 1.0})
