from __future__ import annotations

import json
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from inr_cli.bench import scaling, target
from inr_cli.cli.bench import _curves, _dots, _flat, _print

LOOK = target.Look(1.5, 20, 30.5)
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


@pytest.mark.parametrize("option", ["--json", "--plot"])
def test_a_place_for_figures_that_is_not_there_is_said_before_anything_is_measured(
    inr, option: str, tmp_path: Path
) -> None:
    said = inr("bench", "scaling", option, "there/figures", cwd=tmp_path, expect=4)
    assert said.stderr == "error: cannot write there/figures: the folder does not exist\n"
    assert not said.stdout


def test_figures_are_a_list_of_flat_rows_and_a_plot(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    measured = [scaling.Row(f"256-wide-{side}", "inr fit", side, 256, 1.0, 2.0, 3.0) for side in (128, 256)]
    _print(scaling.HEADER, measured, tmp_path / "rows.json", tmp_path / "rows.png", partial(_dots, title=scaling.UNIT))
    rows = json.loads((tmp_path / "rows.json").read_text())
    assert [row["case"] for row in rows] == ["256-wide-128", "256-wide-256"]
    for row in rows:
        assert row.pop("environment")["processor"]
        assert not [name for name, value in row.items() if isinstance(value, dict | list)]
    with Image.open(tmp_path / "rows.png") as image:
        assert image.format == "PNG"


def test_recipes_are_drawn_by_their_seconds() -> None:
    pytest.importorskip("matplotlib")
    row = target.Row("a", "inr bench target a", {30: 1.5}, {30: 20}, 30.5, [LOOK, target.Look(3.0, 40, 32.0)])
    drawn = [_curves({row.case: row.points(), **more}, target.UNIT) for more in ({}, {"b": ([1.0, 2.0], [20.0, 30.0])})]
    for picture in drawn:
        with Image.open(BytesIO(picture)) as image:
            assert image.format == "PNG"
    assert drawn[0] != drawn[1]


def test_figures_by_target_have_a_name_each() -> None:
    row = target.Row("a", "inr bench target a", {30: 1.5, 35: None}, {30: 20, 35: None}, 31.0, [LOOK])
    found = dict(_flat(row))
    assert (found["seconds_to_30"], found["steps_to_30"], found["seconds_to_35"]) == (1.5, 20, None)
