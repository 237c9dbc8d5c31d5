from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from inr_cli.config.compose import compose
from inr_cli.config.errors import ConfigError
from inr_cli.config.foreign import refuse_code

HOSTILE: list[dict[str, Any]] = [
    {"callbacks": {"x": {"_target_": "evil.f"}}},
    {"launcher": {"_target_": "subprocess.Popen"}},
    {"job_logging": {"handlers": {"x": {"()": "evil.f"}}}},
    {"job_logging": {"handlers": {"x": {"class": "evil.Handler"}}}},
    {"job_logging": {"handlers": {"x": {"class": "logging.StreamHandler", "stream": "ext://evil.f"}}}},
    {"sweeper": {"params": {"scale": "1,-2"}}},
    {"deep": [{"er": [{"_target_": "hydra.utils.call"}]}]},
]


@pytest.mark.parametrize("section", HOSTILE, ids=str)
def test_a_hydra_section_cannot_name_code_or_unchecked_jobs(section: dict[str, Any]) -> None:
    with pytest.raises(ConfigError) as refused:
        refuse_code(section)
    assert len(str(refused.value).splitlines()) == 1


def test_hydras_own_section_is_accepted() -> None:
    compose(["hydra/launcher=basic", "hydra/job_logging=default", "hydra/hydra_logging=default"])


def test_an_experiment_that_names_code_is_refused_before_it_runs(tmp_path: Path) -> None:
    (tmp_path / "experiment").mkdir()
    text = "# @package _global_\nscale: 4\nhydra: {callbacks: {x: {_target_: evilmod.f}}}\n"
    (tmp_path / "experiment/evil.yaml").write_text(text)
    with pytest.raises(ConfigError, match="cannot name code"):
        compose(["experiment=evil"], [str(tmp_path)])


@pytest.mark.parametrize(
    "word", ["hydra.sweeper.params=1", "hydra.sweeper.params.seed=1", "+hydra.sweeper.params.seed=1"]
)
def test_a_word_cannot_name_unchecked_jobs(word: str) -> None:
    with pytest.raises(ConfigError, match="type the values after -m"):
        compose([word])
