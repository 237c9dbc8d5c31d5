from typing import Any, Literal

import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from inr_cli.config.explain import explain, show
from inr_cli.config.spec import Integer, Positive


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid")

    rate: Positive = Field(description="a rate, above 0")
    count: Integer | Literal["all"] | None = Field(description="how many, or all")


def explained(**given: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        Model.model_validate(given)
    return explain(caught.value, Model, prefix="part.")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"rate": 0, "count": 1}, "part.rate=0: should be greater than 0 (a rate, above 0)."),
        ({"rate": None, "count": 1}, "part.rate=null: should be a valid number (a rate, above 0)."),
        ({"rate": True, "count": 1}, "part.rate=true: must be a number, not true or false (a rate, above 0)."),
        ({"count": 1}, "part.rate: a value is needed."),
        ({"rate": 1, "count": 1, "rat": 2}, "part.rat: there is no such option. Did you mean 'part.rate'?"),
    ],
)
def test_the_line_says_the_option_what_came_and_what_is_allowed(given: dict[str, Any], message: str) -> None:
    assert explained(**given) == message


def test_where_a_number_or_a_list_may_stand_a_piece_of_the_list_is_named() -> None:
    class Wide(BaseModel):
        width: Positive | tuple[Positive, ...]

    with pytest.raises(ValidationError) as caught:
        Wide.model_validate({"width": [3, 0]})
    assert explain(caught.value, Wide) == "width.1=0: should be greater than 0."


def test_a_number_too_long_for_a_list_of_numbers_is_told_what_may_stand_there() -> None:
    class Few(BaseModel):
        factor: Literal[2, 4] = Field(description="2 or 4")

    with pytest.raises(ValidationError) as caught:
        Few.model_validate({"factor": 10**22})
    assert explain(caught.value, Few) == f"factor={10**22}: should have fewer digits (2 or 4)."


def test_the_branches_of_a_union_are_not_part_of_the_options_name() -> None:
    assert explained(rate=1, count="al").startswith("part.count=al: ")


@pytest.mark.parametrize("value", ["x" * 1000, ["a"] * 1000, "a\nb", {"deep": {"er": [1] * 500}}])
def test_any_value_stays_on_one_short_line(value: object) -> None:
    assert len(show(value)) <= 60
    assert "\n" not in show(value)


@pytest.mark.parametrize("letter", ["\n", "\r", "\x1b", "\x00", "\u2028", "\x85", "\t"])
def test_no_letter_of_a_value_can_end_the_line_or_speak_to_the_terminal(letter: str) -> None:
    assert show(f"a{letter}b") == "a b"


@pytest.mark.parametrize("typed", ["[a,1,null]", "{a:1,b:[true]}", "[]", "{}", "null", "0.5", "abc"])
def test_a_value_is_shown_as_it_is_typed(typed: str) -> None:
    assert show(OverridesParser.create().parse_override(f"key={typed}").value()) == typed
