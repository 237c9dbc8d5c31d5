from pathlib import Path

import numpy as np
import pytest

from inr_cli.config.errors import PictureError
from inr_cli.dataset.file import File
from inr_cli.signal.encode import encode_picture
from inr_cli.signal.write import write_bytes

DATASET = File(File.Spec(name="file"), seed=0)


def test_a_written_picture_is_opened_by_its_path(tmp_path: Path) -> None:
    values = np.random.default_rng(0).integers(0, 255, (3, 5, 3), dtype=np.uint8)
    write_bytes(tmp_path / "my cat.png", encode_picture(values, ".png"))
    picture = DATASET.open(str(tmp_path / "my cat.png"), None)
    assert picture.name == "my cat"
    assert np.array_equal(np.round(picture.pixels * 255), values)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="No such file"):
        DATASET.open(str(tmp_path / "none.png"), None)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="a folder is not a picture"):
        DATASET.open(str(tmp_path), None)


def test_the_disk_is_not_listed() -> None:
    assert DATASET.names() == []
