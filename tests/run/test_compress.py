"""A run, its compressed file, and the picture again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inr_cli.engine.checkpoint import load


@pytest.fixture(scope="module")
def folder(fitted: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of a run."""
    place = tmp_path_factory.mktemp("compress")
    shutil.copytree(fitted / "outputs", place / "outputs")
    return place


@pytest.fixture(scope="module")
def said(inr, folder: Path) -> str:
    """What is said when it is compressed."""
    told: str = inr("compress", cwd=folder).stdout
    return told


@pytest.fixture(scope="module")
def file(said: str, folder: Path) -> Path:
    """What came of that."""
    [file] = folder.glob("outputs/*/*/compressed-8bit.inr")
    return file


def test_the_bytes_that_are_told_are_those_of_the_file(inr, said: str, folder: Path, file: Path) -> None:
    size = file.stat().st_size
    for name in (f"{size:,}: ", "bits per pixel", "PSNR before", "PSNR after", "JPEG", str(file.relative_to(folder))):
        assert name in said
    figures = json.loads(file.with_suffix(".json").read_text())
    judged = json.loads(inr("eval", str(file), cwd=folder).stdout)
    assert figures["bytes"] == size
    assert judged["psnr"] == figures["psnr_after"]
    assert judged["bits_per_pixel"] == figures["bits_per_pixel"]


def test_the_same_run_gives_the_same_bytes(inr, folder: Path, file: Path) -> None:
    inr("compress", "--out", "again.inr", cwd=folder)
    assert (folder / "again.inr").read_bytes() == file.read_bytes()


@pytest.mark.parametrize("words", [["--size", "77"], ["--crop", "5,6,20,30", "--zoom", "3"], ["--size", "40x30"]])
def test_decompress_renders_as_render_does(inr, file: Path, tmp_path: Path, words: list[str]) -> None:
    shutil.copy(file, tmp_path / "cat.inr")
    inr("decompress", "cat.inr", *words, "--out", "one.png", cwd=tmp_path)
    inr("render", "cat.inr", *words, "--out", "other.png", cwd=tmp_path)
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "other.png").read_bytes()


def test_the_picture_is_near_that_of_the_run(inr, folder: Path, file: Path, tmp_path: Path) -> None:
    inr("decompress", str(file), "--size", "48", "--out", str(tmp_path / "a.png"), cwd=folder)
    inr("render", "last", "--size", "48", "--out", str(tmp_path / "b.png"), cwd=folder)
    one, other = (np.asarray(Image.open(tmp_path / name)).astype(int) for name in ("a.png", "b.png"))
    assert 0 < np.abs(one - other).max() < 40
    assert np.abs(one - other).mean() < 3


def test_where_nothing_is_said_the_picture_lies_beside_the_file(inr, folder: Path, file: Path) -> None:
    inr("decompress", str(file.relative_to(folder)), "--size", "20", cwd=folder)
    assert file.with_name("compressed-8bit-20x13.png").is_file()


def test_every_command_that_takes_a_checkpoint_takes_it(inr, folder: Path, file: Path, tmp_path: Path) -> None:
    assert len(inr("query", str(file), "--at", "1,2", cwd=folder).stdout.split()) == 3
    inr("export", str(file), "--weights", str(tmp_path / "back.safetensors"), cwd=folder)
    back, again = load(tmp_path / "back.safetensors")[0], load(file)[0]
    assert np.array_equal(back.render(9), again.render(9))


def test_finetuning_has_a_file_of_its_own(inr, folder: Path) -> None:
    said = inr("compress", "--bits", "4", "--finetune", "5", cwd=folder).stdout
    [file] = folder.glob("outputs/*/*/compressed-4bit-5steps.inr")
    assert file.name in said
    assert json.loads(file.with_suffix(".json").read_text())["step"] == 35


def test_without_its_picture_the_field_is_compared_with_itself(inr, file: Path, tmp_path: Path) -> None:
    Image.fromarray(np.arange(300, dtype=np.uint8).reshape(10, 30)).save(tmp_path / "mine.png")
    inr("fit", "image=mine.png", "steps=2", "network.hidden_features=8", "encoding.count=4", cwd=tmp_path)
    (tmp_path / "mine.png").unlink()
    said = inr("compress", cwd=tmp_path).stdout
    assert "against the field before" in said
    assert "mine.png" in said
    assert "mine.png" in inr("compress", "--finetune", "2", cwd=tmp_path, expect=3).stderr


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["compress", "--bits", "0"], 2, "1<=x<=16"),
        (["compress", "--bits", "17"], 2, "1<=x<=16"),
        (["compress", "--finetune", "-1"], 2, "--finetune"),
        (["compress", "--out", "cat.zip"], 2, "cat.inr"),
        (["compress", "--out", "nowhere/cat.inr"], 4, "nowhere"),
        (["compress", "nothing"], 2, "nothing"),
        (["decompress", "nothing.inr"], 2, "there is no such file"),
        (["decompress", "foreign.inr"], 5, "not a compressed file"),
        (["decompress", "broken.inr"], 5, "broken.inr"),
        (["render", "broken.inr"], 5, "broken.inr"),
        (["decompress", "."], 5, "not a compressed file"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_is_wrong_is_told_in_one_line(
    inr, folder: Path, file: Path, tmp_path: Path, words: list[str], code: int, told: str
) -> None:
    (tmp_path / "foreign.inr").write_bytes(b"PK\3\4")
    (tmp_path / "broken.inr").write_bytes(file.read_bytes()[:-40])
    runs = ["--runs", str(folder / "outputs")] if words[0] == "compress" else []
    said = inr(*words, *runs, cwd=tmp_path, expect=code).stderr
    assert told in said
    assert len(said.splitlines()) == 1
    assert {path.name for path in tmp_path.iterdir()} == {"foreign.inr", "broken.inr"}
