from inr_cli.reproduce.colours import colours


def test_a_colour_is_told_with_its_place() -> None:
    asked = [("low", {"at": [1.2, 200.5], "colour": [0.5, 0.25, 1.0]}), ("", {"at": [0, -3], "colour": None})]
    lines = colours(asked).splitlines()
    assert lines[2:] == ["| low | 1.2, 200.5 | 0.500 0.250 1.000 |", "|  | 0, -3 | outside the picture |"]


def test_without_a_question_there_is_no_table() -> None:
    assert colours([]) == ""
