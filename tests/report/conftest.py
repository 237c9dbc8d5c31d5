from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from inr_cli.config.compose import compose
from inr_cli.config.root import plain
from inr_cli.config.words import prepare
from inr_cli.engine.check import check

MadeUp = Callable[..., Path]


@pytest.fixture
def made_up(tmp_path: Path) -> MadeUp:
    """`made_up("000", "scale=3", psnr=30.0)`: the folder of a run as it would be, nothing trained."""

    def make(name: str, *words: str, status: str = "done", error: str | None = None, **summary: Any) -> Path:
        folder = tmp_path / name
        folder.mkdir(parents=True)
        (folder / "config.yaml").write_text(yaml.safe_dump(plain(check(compose(prepare(words)))), sort_keys=False))
        state = {"status": status, "error": error, "overrides": list(words) if "/" in name else []}
        (folder / "run.json").write_text(json.dumps(state))
        if status == "done":
            (folder / "summary.json").write_text(json.dumps({"status": "done", **summary}))
        return folder

    return make
