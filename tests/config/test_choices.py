from __future__ import annotations

from pathlib import Path

import pytest

from inr_cli.config.choices import choices, files, groups, natural
from inr_cli.config.root import PARTS


def test_every_part_of_a_run_is_a_group_to_choose_from() -> None:
    assert set(groups()) == {*PARTS, "experiment", "cluster"}


def test_every_choice_says_what_it_is() -> None:
    assert all(text for group in groups() for text in choices(group).values())


def test_the_users_own_choices_join_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "encoding").mkdir()
    (tmp_path / "encoding/wide.yaml").write_text("# wider\nname: gaussian\n")
    monkeypatch.setenv("INR_CONFIG_DIR", str(tmp_path))
    assert choices("encoding")["wide"] == "wider"


def test_the_programs_own_file_of_a_name_comes_before_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "encoding").mkdir()
    (tmp_path / "encoding/gaussian.yaml").write_text("# mine\nname: gaussian\n")
    monkeypatch.setenv("INR_CONFIG_DIR", str(tmp_path))
    assert files("encoding")["gaussian"].parts[-3] == "conf"
    assert choices("encoding")["gaussian"] != "mine"


def test_numbers_in_names_are_in_their_order() -> None:
    names = ["scale_25", "scale_1", "scale_300", "scale_none", "art_10", "art_0.5", "art_2"]
    assert sorted(names, key=natural) == [
        "art_0.5", "art_2", "art_10", "scale_1", "scale_25", "scale_300", "scale_none"
    ]  # fmt: skip
    assert list(choices("experiment")) == sorted(choices("experiment"), key=natural)
