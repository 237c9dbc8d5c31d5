from pathlib import Path

import numpy as np
import pytest

from inr_cli.config.errors import DatasetError, PictureError
from inr_cli.dataset.div2k import Div2k
from inr_cli.signal.encode import encode_picture


def div2k(root: Path | None) -> Div2k:
    return Div2k(Div2k.Spec(name="div2k", root=str(root) if root else None), seed=0)


def put(file: Path, grey: int) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(encode_picture(np.full((4, 6, 1), grey, np.uint8), ".png"))


@pytest.mark.parametrize("folders", [True, False])
@pytest.mark.parametrize(
    ("name", "half", "file"),
    [
        ("1", "DIV2K_train_HR", "0001.png"),
        ("0049", "DIV2K_train_HR", "0049.png"),
        ("800", "DIV2K_train_HR", "0800.png"),
        ("801", "DIV2K_valid_HR", "0801.png"),
        ("900", "DIV2K_valid_HR", "0900.png"),
    ],
)
def test_a_number_is_a_file_with_or_without_the_folders(
    name: str, half: str, file: str, folders: bool, tmp_path: Path
) -> None:
    put(tmp_path / half / file if folders else tmp_path / file, 51)
    picture = div2k(tmp_path).open(name, None)
    assert picture.name == file.removesuffix(".png")
    np.testing.assert_allclose(picture.pixels, 0.2, atol=1e-7)


@pytest.mark.parametrize("name", ["0", "901", "-1", "1.0", "cat", "", "²", "9" * 5000])
def test_what_is_no_number_of_a_picture_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="choose a number from 1 to 900"):
        div2k(tmp_path).open(name, None)


def test_without_a_folder_one_line_says_what_to_give() -> None:
    with pytest.raises(DatasetError, match=r"choose dataset\.root=DIR"):
        div2k(None).open("1", None)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"has no DIV2K_valid_HR/0801\.png, nor 0801\.png"):
        div2k(tmp_path).open("801", None)


def test_the_numbers_are_listed_in_order() -> None:
    assert Div2k.names() == [str(number) for number in range(1, 901)]
