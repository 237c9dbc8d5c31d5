from typing import Any, Literal

import pytest
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


def test_the_branches_of_a_union_are_not_part_of_the_options_name() -> None:
    assert explained(rate=1, count="al").startswith("part.count=al: ")


@pytest.mark.parametrize("value", ["x" * 1000, ["a"] * 1000, "a\nb", {"deep": {"er": [1] * 500}}])
def test_any_value_stays_on_one_short_line(value: object) -> None:
    assert len(show(value)) <= 60
    assert "\n" not in show(value)
