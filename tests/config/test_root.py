from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic_core import PydanticUndefined

from inr_cli.config.compose import compose
from inr_cli.config.errors import ConfigError
from inr_cli.config.jobs import SweepSpec
from inr_cli.config.paths import conf_folder
from inr_cli.config.root import PARTS, RunConfig, check_root, plain

ROOT = yaml.safe_load((conf_folder() / "config.yaml").read_text(encoding="utf-8"))
KEYS = ROOT.keys() - {"defaults", "hydra", *SweepSpec.model_fields}


@pytest.fixture(scope="module")
def defaults() -> dict[str, Any]:
    return plain(compose([]))


def test_the_defaults_stand_in_the_yaml_only() -> None:
    for field in RunConfig.model_fields.values():
        assert field.default is PydanticUndefined
        assert field.default_factory is None


def test_the_yaml_and_the_types_have_the_same_keys() -> None:
    assert {*KEYS, *PARTS} == RunConfig.model_fields.keys()


def test_the_groups_are_chosen_in_the_order_in_which_the_parts_are_listed() -> None:
    chosen = [next(iter(entry)) for entry in ROOT["defaults"] if isinstance(entry, dict)]
    assert tuple(group for group in chosen if group in PARTS) == PARTS


@pytest.mark.parametrize("key", sorted(set(KEYS) - set(PARTS)))
def test_every_key_of_the_root_says_what_it_is(key: str) -> None:
    description = RunConfig.model_fields[key].description
    assert description
    assert len(description) < 110


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("steps", value) for value in (-5, 1.5, "abc", 10**12, True, [], float("nan"))),
        *(("batch_size", value) for value in (0, "ful", True, 1.5)),
        *(("seed", value) for value in (-1, 2**63, True)),
        *(("size", value) for value in (0, 1, 65_536, "big")),
        *(("scale", value) for value in (0, -1, float("inf"), True, 1e10)),
        *(("threads", value) for value in (0, 2000, "many")),
        *(("device", value) for value in ("tpu", "cuda:", "cuda:123", "CPU", "")),
        ("epochs", 0),
        ("seconds", -1),
        ("crop", "circle"),
        ("crop", True),
        ("grey", "dark"),
        ("color_max", 0),
        ("grid", "center"),
        ("target_range", "tanh"),
        ("precision", "fp16"),
        ("image", ["a", "b"]),
        ("image", ""),
        ("out", ""),
        ("eval_every", 0),
        ("save_every", "never"),
        ("render_every", 0.5),
        ("encoding", "gaussian"),
        ("encoding", {"count": 3}),
        ("encoding", None),
        ("foo", 1),
        ("step", 1),
    ],
)
def test_a_wrong_value_is_refused_in_one_line_that_begins_with_its_key(
    defaults: dict[str, Any], key: str, value: object
) -> None:
    length = {"steps": None} if key in {"epochs", "seconds"} else {}
    with pytest.raises(ConfigError) as caught:
        check_root(defaults | length | {key: value})
    assert str(caught.value).startswith(key)
    assert len(str(caught.value)) <= 300
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("key", sorted({*KEYS, *PARTS}))
def test_a_missing_key_is_named(defaults: dict[str, Any], key: str) -> None:
    with pytest.raises(ConfigError, match=f"{key}: a value is needed"):
        check_root({name: value for name, value in defaults.items() if name != key})


@pytest.mark.parametrize(("key", "value"), [("steps", 1000.0), ("steps", "1000"), ("image", 15), ("out", 2026)])
def test_a_number_typed_another_way_is_the_same(defaults: dict[str, Any], key: str, value: object) -> None:
    assert getattr(check_root(defaults | {key: value}), key) == (1000 if key == "steps" else str(value))


def test_plain_data_make_the_same_configuration_again(defaults: dict[str, Any]) -> None:
    config = check_root(defaults)
    assert yaml.safe_load(yaml.safe_dump(plain(config))) == plain(config) == defaults


def test_a_configuration_cannot_be_changed(defaults: dict[str, Any]) -> None:
    config = check_root(defaults)
    with pytest.raises(ValueError, match="frozen"):
        config.steps = 5  # type: ignore[misc]


def test_a_file_is_read_as_one_whatever_the_dataset(defaults: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(b"x")
    config = check_root(defaults | {"image": str(file)})
    assert (config.image, config.dataset.name) == (str(file), "file")
    assert check_root(defaults | {"image": str(tmp_path)}).dataset.name == defaults["dataset"]["name"]
