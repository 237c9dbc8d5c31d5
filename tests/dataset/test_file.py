from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inr_cli.config.compose import defaults
from inr_cli.config.errors import ConfigError, PictureError
from inr_cli.dataset import datasets
from inr_cli.dataset.file import File
from inr_cli.signal.encode import encode_picture
from inr_cli.signal.write import write_bytes

VALUES = np.random.default_rng(0).integers(0, 255, (3, 5, 4), dtype=np.uint8)


def file_dataset(**chosen: object) -> File:
    return File(datasets.spec({**defaults("dataset", "file"), **chosen}), seed=0)


@pytest.fixture
def picture(tmp_path: Path) -> str:
    write_bytes(tmp_path / "my cat.png", encode_picture(VALUES, ".png"))
    return str(tmp_path / "my cat.png")


def test_a_written_picture_is_opened_by_its_path(picture: str) -> None:
    opened = file_dataset().open(picture, None)
    assert opened.name == "my cat"
    assert np.array_equal(np.round(opened.pixels * 255), VALUES)


@pytest.mark.parametrize(
    ("chosen", "channels"),
    [({"alpha": "drop"}, 3), ({"alpha": "keep"}, 4), ({"background": "#ff8000"}, 3), ({"background": "white"}, 3)],
    ids=str,
)
def test_what_is_chosen_reaches_the_picture(chosen: dict[str, str], channels: int, picture: str) -> None:
    assert file_dataset(**chosen).open(picture, None).channels == channels


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="No such file"):
        file_dataset().open(str(tmp_path / "none.png"), None)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="a folder is not a picture"):
        file_dataset().open(str(tmp_path), None)


@pytest.mark.parametrize(
    ("format", "options", "cure", "chosen"),
    [
        ("GIF", {"save_all": True, "append_images": [Image.new("RGB", (4, 4))]}, "frame=0 to 1", {"frame": 0}),
        ("JPEG", {}, "convert_cmyk=true", {"convert_cmyk": True}),
    ],
)
def test_a_refusal_names_the_option_that_opens_it(
    format: str, options: dict[str, object], cure: str, chosen: dict[str, object], tmp_path: Path
) -> None:
    colours = "RGB" if format == "GIF" else "CMYK"
    Image.new(colours, (4, 4), "red").save(tmp_path / "odd", format, **options)
    with pytest.raises(PictureError, match=f"or choose dataset.{cure}$"):
        file_dataset().open(str(tmp_path / "odd"), None)
    assert file_dataset(**chosen).open(str(tmp_path / "odd"), None).channels == 3


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        ({"background": "grey"}, "dataset.background=grey: must be white, black or #rrggbb"),
        ({"background": "#fff"}, "dataset.background=#fff: must be white, black or #rrggbb"),
        ({"frame": -1}, "dataset.frame=-1"),
        ({"frame": True}, "dataset.frame=true"),
        ({"alpha": "dropped"}, "dataset.alpha=dropped"),
        ({"alpha": "drop", "background": "white"}, "dataset.alpha=drop: not with dataset.background=white"),
    ],
    ids=str,
)
def test_a_wrong_word_is_refused_by_name(chosen: dict[str, object], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        file_dataset(**chosen)


def test_the_disk_is_not_listed() -> None:
    assert File.names() == []
