from __future__ import annotations

from pathlib import Path

import pytest

from inr_cli.config.choices import choices, groups
from inr_cli.config.root import PARTS


def test_every_part_of_a_run_is_a_group_to_choose_from() -> None:
    assert set(groups()) == {*PARTS, "experiment"}


def test_every_choice_says_what_it_is() -> None:
    assert all(text for group in groups() for text in choices(group).values())


def test_the_users_own_choices_join_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "encoding").mkdir()
    (tmp_path / "encoding/wide.yaml").write_text("# wider\nname: gaussian\n")
    monkeypatch.setenv("INR_CONFIG_DIR", str(tmp_path))
    assert choices("encoding")["wide"] == "wider"
