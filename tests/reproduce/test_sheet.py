from typing import Any

from inr_cli.reproduce.sheet import rows, sheet


def form(label: str, status: str = "done") -> dict[str, Any]:
    run = {"image": "cat", "folder": f"study/{label.replace(' ', '-')}", "picture": "render.png", "status": status}
    return {"label": label, "runs": [run]}


def test_a_single_picture_is_large() -> None:
    [text] = sheet([form("")])
    assert text.splitlines()[0] == "| cat |"
    assert 'width="500"' in text


def test_many_forms_make_rows_of_four_and_say_how_many_there_are() -> None:
    *tables, said = sheet([form(f"form {count}") for count in range(70)])
    assert [text.count("<img") for text in tables] == [4] * 15
    assert said == "The first 60 of 70; the others are in their folders, below."
    assert "".join(sheet([form(f"form {count}") for count in range(60)])).count("<img") == 60


def test_what_was_not_run_is_left_out() -> None:
    [text] = sheet([form("a"), form("b", "not run"), form("c", "diverged"), form("d")])
    assert text.splitlines()[0] == "| a | d |"
    assert list(sheet([form("a", "not run")])) == []


def test_two_keys_lie_by_row_and_column_and_fit_the_page() -> None:
    labels = [f"a.x={x} b.y={y}" for x in (1, 2) for y in (8, 15, 30, 60, 120, 240)]
    [text] = sheet([form(label, "failed" if label == "a.x=2 b.y=60" else "done") for label in labels])
    head, _, first, second = text.splitlines()
    assert head == "| x ↓ y → | 8 | 15 | 30 | 60 | 120 | 240 |"
    assert first.startswith('| **1** | <img src="study/a.x=1-b.y=8/render.png" alt="1 8" width="133">')
    assert (first.count("<img"), second.count("<img")) == (6, 5)
    assert second.split(" | ")[4] == "-"


def test_a_grid_that_is_too_wide_is_turned_round() -> None:
    [text] = sheet([form(f"x={x} y={y}") for x in range(3) for y in range(10)])
    head, _, *lines = text.splitlines()
    assert head == "| y ↓ x → | 0 | 1 | 2 |"
    assert lines[9].startswith('| **9** | <img src="study/x=0-y=9/render.png"')
    assert [line.count("<img") for line in lines] == [3] * 10


def test_a_grid_of_too_many_pictures_is_shortened_like_any_other() -> None:
    *tables, said = sheet([form(f"x={x} y={y}") for x in range(8) for y in range(8)])
    assert sum(text.count("<img") for text in tables) == 60
    assert "of 64" in said


def test_rows_are_called_as_they_are_given() -> None:
    runs = {name: form(name)["runs"][0] for name in ("one", "two")}
    assert "| one | two |" in next(rows(list(runs.items())))
