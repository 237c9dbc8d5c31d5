"""A weighted sum of losses."""

from __future__ import annotations

import json
from typing import Annotated, Any, final

import torch
from jaxtyping import Float
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.config.compose import defaults
from inr_cli.config.errors import ConfigError
from inr_cli.config.explain import explain
from inr_cli.loss import Loss, losses


class Term(BaseModel):
    """A weight, beside numbers of the loss of that name."""

    model_config = ConfigDict(extra="allow", frozen=True, allow_inf_nan=False)

    weight: config.Positive = Field(description="what the loss is multiplied by, above 0")


def _table(value: Any) -> Any:
    """`mse: 1` is short for `mse: {weight: 1}`."""
    return value if isinstance(value, dict | Term) else {"weight": value}


def _tables(value: Any) -> Any:
    """The yaml has its terms as a text, so that terms given by a user replace them: Hydra would join two mappings."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        raise ValueError("must be a table such as {mse: 1, l1: 0.1}") from None


def _typed(terms: dict[str, Term]) -> dict[str, Term]:
    """Every term with the numbers as its loss has typed them. Raises `ConfigError`."""
    specs = {name: _spec(name, term) for name, term in terms.items()}
    return {
        name: Term.model_validate({**spec.model_dump(exclude={"name"}), "weight": terms[name].weight})
        for name, spec in specs.items()
    }


def _spec(name: str, term: Term) -> config.Spec:
    """The numbers of a term's loss, from its yaml those that the term does not have. Raises `ConfigError`."""
    part = losses.find(name)
    given = {**(term.model_extra or {}), "name": name}
    if part.Spec.model_fields.keys() - given.keys():
        given = {**defaults(losses.name, name), **given}
    try:
        return part.Spec.model_validate(given)
    except ValidationError as error:
        raise ConfigError(explain(error, part.Spec, prefix=f"loss.terms.{name}.")) from None


Terms = Annotated[
    dict[str, Annotated[Term, BeforeValidator(_table)]],
    Field(min_length=1),
    BeforeValidator(_tables),
    AfterValidator(_typed),
]


@final
class Sum(Loss):
    """sum over terms k of weight_k loss_k(p, t); what one of them needs, the sum needs."""

    class Spec(config.Spec):
        terms: Terms = Field(description="name of a loss: its weight, or {weight: ..., and what differs from its yaml}")

        def __hash__(self) -> int:  # every configuration has one, a dict has none
            return hash(self.model_dump_json())

    @classmethod
    def parts(cls, spec: config.Spec) -> tuple[type[Loss], ...]:
        assert isinstance(spec, Sum.Spec)
        return tuple(part for name, term in spec.terms.items() for part in losses.find(name).parts(_spec(name, term)))

    def __init__(self, spec: Spec, shape: tuple[int, int]) -> None:
        self.losses = {name: losses.make(_spec(name, term), shape) for name, term in spec.terms.items()}
        self.weights = [term.weight for term in spec.terms.values()]
        self.last: dict[str, Float[Tensor, ""]] = {}

    def __call__(
        self, prediction: Float[Tensor, "batch channels"], target: Float[Tensor, "batch channels"]
    ) -> Float[Tensor, ""]:
        values = {name: loss(prediction, target) for name, loss in self.losses.items()}
        self.last = {name: value.detach() for name, value in values.items()}
        weighted = zip(self.weights, values.values(), strict=True)
        return torch.stack([weight * value for weight, value in weighted]).sum()

    def terms(self) -> dict[str, Float[Tensor, ""]]:
        return self.last
