"""Limited-memory BFGS (Liu and Nocedal, On the Limited Memory BFGS Method for Large Scale Optimization, 1989)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, final

import torch
from pydantic import Field
from torch import nn

from inr_cli.config import spec as config
from inr_cli.optimizer import Optimizer

Few = Annotated[config.Integer, Field(ge=1, le=1000)]


@final
class Lbfgs(Optimizer):
    """theta += t d with d = -H gradient: H is the inverse Hessian as the last `history` pairs (s, y) show it.

    s are steps taken, y the gradient's changes along them; t meets the strong Wolfe conditions (c1 = 1e-4, c2 = 0.9),
    so the loss never rises and a wrong lr costs evaluations, not the run. One of our steps is `max_iter` such
    iterations of one or more evaluations each, at most `max_iter` * 5 / 4, so compare by seconds, never by steps.
    The loss must be the same function each time: full batch only.
    """

    needs_full_batch = True

    class Spec(config.Spec):
        lr: config.Positive = Field(description="first length tried along a direction, above 0")
        max_iter: Few = Field(description="iterations per step, 1 to 1000")
        history: Few = Field(description="pairs remembered, 1 to 1000")

    def __init__(self, spec: Spec) -> None:
        self.spec = spec

    def build(self, parameters: Sequence[nn.Parameter]) -> torch.optim.Optimizer:
        spec = self.spec
        return _Awake(
            parameters,
            lr=spec.lr,
            max_iter=spec.max_iter,
            history_size=spec.history,
            # How long to train is the run's to say: only a gradient or a step of nothing ends a step early.
            tolerance_grad=0.0,
            tolerance_change=0.0,
            line_search_fn="strong_wolfe",
        )


class _Awake(torch.optim.LBFGS):
    """Stands still at lr = 0, where a warm-up begins and PyTorch's line search would divide 0 by 0."""

    def step(self, closure: Callable[[], Any]) -> Any:  # type: ignore[override]
        if self.param_groups[0]["lr"] == 0:
            return closure()
        self.state[self._params[0]].pop("al", None)  # what a step notes for itself; a file may say it is of any length
        return super().step(closure)
