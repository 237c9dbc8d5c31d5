"""The base of every typed piece of configuration, and the number ranges they share."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SerializeAsAny

from inr_cli.config.paths import existing_file


class Spec(BaseModel):
    """The numbers of one part, typed and ranged; defaults live in the part's yaml, never here.

    `name` is the word on the command line, the yaml's file name and the module's name.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    name: str


class AnySpec(Spec):
    """A part before its room has looked at it: a name and whatever else the yaml says."""

    model_config = ConfigDict(extra="allow")


def _part(value: Any) -> Any:
    return AnySpec.model_validate(value) if isinstance(value, dict) else value


PartSpec = Annotated[SerializeAsAny[Spec], BeforeValidator(_part)]
"""A part of whichever room."""


def _no_bool(value: Any) -> Any:
    """`steps=true` is a slip of the hand, not the number 1."""
    if isinstance(value, bool):
        raise ValueError("must be a number, not true or false")
    return value


def _whole(value: Any) -> Any:
    """`1e300` is a whole number like any other, only too large."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Integer = Annotated[int, BeforeValidator(_whole), BeforeValidator(_no_bool)]
Number = Annotated[float, BeforeValidator(_no_bool)]

Count = Annotated[Integer, Field(ge=1, le=1_000_000)]
Positive = Annotated[Number, Field(gt=0, le=1e9)]
NonNegative = Annotated[Number, Field(ge=0, le=1e9)]
Fraction = Annotated[Number, Field(ge=0, le=1)]


def _absolute(text: str) -> str:
    file = existing_file(text)
    return str(file.resolve()) if file else text


File = Annotated[str, AfterValidator(_absolute)]
"""A path, made absolute where there is such a file, so that the run can be repeated from another folder."""
