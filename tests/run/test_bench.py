from __future__ import annotations

import json
from pathlib import Path

QUICK = ("--seconds", "0.001", "--size", "8")


def test_parts_are_measured_into_a_file(inr, tmp_path: Path) -> None:
    words = ("bench", "parts", "mask", "loss=vgg", *QUICK, "--out", "parts.json")
    said = inr(*words, cwd=tmp_path).stdout.splitlines()
    assert [line.partition("\t")[0] for line in said] == ["mask=coarse_to_fine", "default", "loss=vgg"]
    assert "dB in" in said[0]
    found = json.loads((tmp_path / "parts.json").read_text())["parts"]
    assert set(found) == {"mask=coarse_to_fine", "default", "loss=vgg"}
    assert [path.name for path in tmp_path.iterdir()] == ["parts.json"]


def test_a_wrong_word_is_one_line(inr, tmp_path: Path) -> None:
    said = inr("bench", "parts", "encoding=gausian", *QUICK, cwd=tmp_path, expect=2).stderr
    assert said.splitlines() == [said.strip()]
    assert "Did you mean 'gaussian'?" in said


def test_a_place_that_cannot_be_written_is_said_before_anything_is_fitted(inr, tmp_path: Path) -> None:
    said = inr("bench", "parts", "mask", *QUICK, cwd=tmp_path, expect=4)
    assert "docs/parts.json: the folder does not exist" in said.stderr
    assert not said.stdout
    assert not list(tmp_path.iterdir())


def test_a_page_without_room_for_the_table_is_refused(inr, tmp_path: Path) -> None:
    assert (
        "between which the table goes" in inr("bench", "parts", "--table", "README.md", cwd=tmp_path, expect=2).stderr
    )
