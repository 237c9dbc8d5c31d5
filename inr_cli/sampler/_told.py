"""What the samplers that follow the errors share."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from jaxtyping import Float
from torch import Tensor

from inr_cli.sampler import Sampler, Samples


class Told(Sampler):
    """A sampler that knows the errors that it was last told, and chooses by them."""

    needs_errors = True

    def __init__(self, samples: Samples) -> None:
        self.samples = samples
        self.errors = torch.ones(samples.count, device=samples.device)

    def learn(self, errors: Float[Tensor, " count"]) -> None:
        self.errors = errors.float()

    def state(self) -> dict[str, Tensor]:
        return {"errors": self.errors}

    def restore(self, state: Mapping[str, Tensor]) -> None:
        if set(state) != {"errors"} or state["errors"].shape != self.errors.shape:
            raise ValueError("errors of other pixels")
        self.learn(state["errors"].to(self.errors.device))
