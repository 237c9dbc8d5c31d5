from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from inr_cli.config.errors import ConfigError
from inr_cli.logger import Logger


def test_it_leaves_nothing_besides_what_a_run_writes_anyway(
    make: Callable[[str], Logger], picture: Path, tmp_path: Path
) -> None:
    logger, folder = make("csv"), tmp_path / "run"
    folder.mkdir()
    assert logger.begin(folder, {"steps": 10}, None) is None
    logger.row(10, {"psnr": 20.0})
    logger.picture(10, picture)
    logger.end("done", {"psnr": 20.0})
    assert not list(folder.iterdir())


@pytest.mark.parametrize(
    ("name", "package"), [("tensorboard", "torch.utils.tensorboard"), ("wandb", "wandb"), ("mlflow", "mlflow")]
)
def test_a_tool_that_is_not_installed_is_said_with_the_extra_that_brings_it(
    name: str, package: str, make: Callable[[str], Logger], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, package, None)  # an import of it raises ImportError
    with pytest.raises(ConfigError, match=rf"^logger={name}: .*pip install 'inr-cli\[{name}\]'\.$"):
        make(name)
