from __future__ import annotations

from pathlib import Path

import pytest

from inr_cli.config.paths import conf_folder, existing_file, user_folder


def test_the_programs_own_configuration_is_found() -> None:
    assert (conf_folder() / "config.yaml").is_file()


def test_only_a_file_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "here").touch()
    assert existing_file("~/here") == tmp_path / "here"
    assert [existing_file(text) for text in ("", "~", str(tmp_path / "not"), "x" * 5000)] == [None] * 4


def test_the_users_folder_is_the_variables_or_that_in_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("INR_CONFIG_DIR", raising=False)
    assert user_folder() is None
    (tmp_path / ".config/inr").mkdir(parents=True)
    assert user_folder() == tmp_path / ".config/inr"
    (tmp_path / "other").mkdir()
    monkeypatch.setenv("INR_CONFIG_DIR", str(tmp_path / "other"))
    assert user_folder() == tmp_path / "other"
