from typing import Any

import pytest

from inr_cli.config.errors import ConfigError
from inr_cli.encoding import encodings
from inr_cli.encoding.gaussian import Gaussian
from inr_cli.init import inits
from inr_cli.init.kaiming_uniform import KaimingUniform

GIVEN = {"name": "gaussian", "count": 8, "scale": 2.0}


def refusal(given: dict[str, Any]) -> str:
    with pytest.raises(ConfigError) as caught:
        encodings.spec(given)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) <= 300
    return str(caught.value)


def test_a_part_is_found_by_its_modules_name() -> None:
    assert encodings.find("gaussian") is Gaussian
    assert inits.find("kaiming_uniform") is KaimingUniform
    assert {"gaussian", "identity", "positional"} <= set(encodings.names())


@pytest.mark.parametrize(
    "name", ["gausian", "Gaussian", "", "__init__", "os.system", "../loss/mse", "gaussian.Gaussian"]
)
def test_only_the_names_of_parts_are_found(name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        encodings.find(name)
    assert str(caught.value).startswith(f"encoding={name}: ")
    assert "gaussian" in str(caught.value)


def test_the_numbers_are_typed_by_the_part() -> None:
    spec = encodings.spec(GIVEN | {"count": 8.0})
    assert spec == Gaussian.Spec(**GIVEN)
    assert isinstance(encodings.make(spec, (4, 4), None), Gaussian)


@pytest.mark.parametrize(
    ("change", "option"),
    [
        ({"count": 0}, "encoding.count=0"),
        ({"count": True}, "encoding.count=true"),
        ({"count": "x" * 5000}, "encoding.count=xxx"),
        ({"scale": float("nan")}, "encoding.scale=nan"),
        ({"scale": None}, "encoding.scale=null"),
        ({"scale": "line\nbreak"}, "encoding.scale=line break"),
        ({"scal": 3}, "encoding.scal"),
    ],
)
def test_a_wrong_number_is_named_as_it_is_typed(change: dict[str, Any], option: str) -> None:
    assert refusal(GIVEN | change).startswith(option)


def test_an_unknown_number_is_answered_with_the_nearest() -> None:
    assert "'encoding.scale'" in refusal(GIVEN | {"scal": 3})


def test_a_part_without_numbers_says_so() -> None:
    assert "takes none" in refusal({"name": "identity", "count": 3})


def test_a_missing_number_is_named() -> None:
    assert refusal({"name": "gaussian", "count": 3}).startswith("encoding.scale: a value is needed")


def test_a_room_tells_what_each_part_is_without_importing_it() -> None:
    told = encodings.told()
    assert set(told) <= set(encodings.names())
    assert told["identity"] == "No encoding: the network sees the coordinates themselves."
    assert all(told.values())
