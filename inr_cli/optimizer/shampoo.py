"""Shampoo (Gupta, Koren and Singer, Preconditioned Stochastic Tensor Optimization, 2018)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, final

import torch
from pydantic import Field
from torch import nn

from inr_cli.config import spec as config
from inr_cli.config.errors import ConfigError, DivergedError
from inr_cli.optimizer import Optimizer
from inr_cli.optimizer._extra import pytorch_optimizer

LONGEST = 4096
"""Every axis takes a square matrix of its length and an SVD of it; above this that is gigabytes and minutes."""


@final
class Shampoo(Optimizer):
    """W -= lr L^(-1/4) G R^(-1/4) with L = eps I + sum of G G^T and R = eps I + sum of G^T G over all steps so far.

    A tensor of k axes has one such matrix per axis, to the power -1/(2k): a vector (bias) gets full-matrix AdaGrad.
    This is the plain algorithm of the paper, without momentum, blocks or grafting. The roots are taken every
    `precondition_every` steps and start as 0: until then nothing moves. Fresh roots bound every step by `lr` along each
    singular direction; stale ones do not, so with 10 it easily diverges.
    """

    class Spec(config.Spec):
        lr: config.Positive = Field(description="learning rate, above 0")
        eps: config.Positive = Field(description="what L and R start from, above 0")
        precondition_every: config.Count = Field(description="steps between two roots, from 1")

    def __init__(self, spec: Spec) -> None:
        self.spec = spec

    def build(self, parameters: Sequence[nn.Parameter]) -> torch.optim.Optimizer:
        spec = self.spec
        longest = max(size for parameter in parameters for size in parameter.shape)
        if longest > LONGEST:
            raise ConfigError(
                f"optimizer=shampoo: takes a square matrix for each axis, up to {LONGEST} long, and this field has "
                f"{longest}; choose optimizer=soap."
            )
        plain: Any = pytorch_optimizer("shampoo").Shampoo

        class Watched(plain):  # type: ignore[misc]
            """Where the numbers run away, an SVD is the first to notice."""

            def step(self, closure: Callable[[], Any] | None = None) -> Any:
                try:
                    return super().step(closure)
                except torch.linalg.LinAlgError:  # type: ignore[attr-defined]
                    raise DivergedError(
                        "diverged: optimizer=shampoo met numbers that are not finite; try a lower optimizer.lr (it was "
                        f"{spec.lr:g}), or optimizer.precondition_every=1."
                    ) from None

        return Watched(
            parameters, lr=spec.lr, matrix_eps=spec.eps, preconditioning_compute_steps=spec.precondition_every
        )
