from typing import Any

import pytest
import yaml
from pydantic_core import PydanticUndefined

from inr_cli.config.compose import compose
from inr_cli.config.errors import ConfigError
from inr_cli.config.jobs import SweepSpec, jobs_at_once, without_jobs
from inr_cli.config.paths import conf_folder
from inr_cli.config.root import RunConfig


def test_every_word_of_a_sweep_has_its_default_in_the_yaml_and_its_description_here() -> None:
    root = yaml.safe_load((conf_folder() / "config.yaml").read_text(encoding="utf-8"))
    for name, field in SweepSpec.model_fields.items():
        assert field.default is PydanticUndefined
        assert field.description
        SweepSpec.model_validate({name: root[name]})
    assert not SweepSpec.model_fields.keys() & RunConfig.model_fields.keys()


@pytest.mark.parametrize(
    ("words", "default", "expected"),
    [(["seed=1,2"], 1, 1), (["seed=1,2", "jobs=3"], 1, 3), (["jobs=3", "jobs=4"], 1, 4), ([], 1024, 1024)],
)
def test_the_last_number_typed_holds_and_else_the_default(words: list[str], default: int, expected: int) -> None:
    assert jobs_at_once(words, default) == expected
    assert not any(word.startswith("jobs=") for word in without_jobs(words))


@pytest.mark.parametrize("value", ["0", "-1", "1025", "1.5", "1,2", "many", "", "null", "true", "nan"])
def test_what_is_no_number_of_jobs_is_refused_in_one_line(value: str) -> None:
    with pytest.raises(ConfigError) as caught:
        jobs_at_once([f"jobs={value}"], 1)
    assert str(caught.value).startswith(f"jobs={value}: ")
    assert "1 to 1024" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("default", [None, 0])
def test_a_configuration_of_ones_own_that_lacks_the_word_is_told_so(default: Any) -> None:
    with pytest.raises(ConfigError, match="jobs="):
        jobs_at_once([], default)


def test_a_single_run_has_no_jobs() -> None:
    with pytest.raises(ConfigError, match=r"^jobs=2: .* add -m\.$"):
        compose(["jobs=2"])
