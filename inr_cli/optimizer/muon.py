"""Muon (Jordan et al., An Optimizer for Hidden Layers in Neural Networks, 2024)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, final

import torch
from pydantic import Field
from torch import nn

from inr_cli.config import spec as config
from inr_cli.config.errors import ConfigError
from inr_cli.optimizer import Optimizer

Beta = Annotated[config.Number, Field(ge=0, lt=1)]
Rounds = Annotated[config.Integer, Field(ge=1, le=99)]


@final
class Muon(Optimizer):
    """m = momentum m + (1 - momentum) gradient; W -= lr sqrt(max(1, rows / columns)) orthogonal(look-ahead of m).

    orthogonal(U S V^T) = U V^T, nearly, by `ns_steps` rounds of a quintic Newton-Schulz iteration in bfloat16: singular
    values end within 0.7 to 1.2, and the gradient's size does not matter. The look-ahead is Nesterov's,
    (1 - momentum) gradient + momentum m. PyTorch's implementation, with the author's own scaling of lr.

    Which matrices are hidden is read off the order of the parameters: every one with two axes but the first and the
    last of them, as the author advises. The others, and all that is no matrix (biases), learn with Adam at `adam_lr`.
    A learned B or a hash table counts as a matrix, so behind one the network's own first layer is a hidden one.
    """

    class Spec(config.Spec):
        lr: config.Positive = Field(description="learning rate of the hidden matrices, above 0")
        momentum: Beta = Field(description="memory of the gradient, 0 to below 1")
        ns_steps: Rounds = Field(description="rounds of Newton-Schulz, 1 to 99")
        weight_decay: config.NonNegative = Field(description="of the hidden matrices, per step and unit of lr, from 0")
        adam_lr: config.Positive = Field(description="Adam's learning rate for the rest, above 0")
        beta1: Beta = Field(description="Adam's memory of the gradient, 0 to below 1")
        beta2: Beta = Field(description="Adam's memory of its square, 0 to below 1")

    def __init__(self, spec: Spec) -> None:
        self.spec = spec

    def build(self, parameters: Sequence[nn.Parameter]) -> torch.optim.Optimizer:
        spec = self.spec
        hidden = [parameter for parameter in parameters if parameter.ndim == 2][1:-1]
        if not hidden:
            raise ConfigError("optimizer=muon: this network has no hidden matrices; choose optimizer=adam.")
        theirs = {id(parameter) for parameter in hidden}
        rest = [parameter for parameter in parameters if id(parameter) not in theirs]
        return _Pair(
            torch.optim.Muon(
                hidden,
                lr=spec.lr,
                momentum=spec.momentum,
                ns_steps=spec.ns_steps,
                weight_decay=spec.weight_decay,
                adjust_lr_fn="original",
            ),
            torch.optim.Adam(rest, lr=spec.adam_lr, betas=(spec.beta1, spec.beta2), fused=True),
        )


class _Pair(torch.optim.Optimizer):
    """Two optimisers as one: each has a group, and both keep their state here, so it saves and loads as any other."""

    def __init__(self, *members: torch.optim.Optimizer) -> None:
        self.members = members
        super().__init__([group for member in members for group in member.param_groups], {})

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        loss = closure() if closure else None
        for member, group in zip(self.members, self.param_groups, strict=True):
            member.param_groups, member.state = [group], self.state  # loading puts new ones in place of the old
            member.step()
        return loss
