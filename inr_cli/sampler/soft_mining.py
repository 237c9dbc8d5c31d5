"""Importance sampling by the error (Kheradmand et al., Accelerating Neural Field Training via Soft Mining, 2024)."""

from __future__ import annotations

from typing import final

import torch
from jaxtyping import Float, Int
from pydantic import Field
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.sampler import Samples
from inr_cli.sampler._told import Told


@final
class SoftMining(Told):
    """Pixel i is drawn with q_i = (1 - floor) e_i / sum e + floor / n, and its gradient weighted by (n q_i)^-alpha.

    e_i are the absolute errors of the last evaluation of all n pixels, one every `every` steps. alpha = 1 undoes the
    choice in the mean, so that only the noise of the gradient changes; alpha = 0 is hard mining, a loss in which large
    errors count for more. The paper follows the errors with Langevin walkers on the plane; pixels can be counted.
    """

    class Spec(config.Spec):
        alpha: config.Fraction = Field(description="how far the weights undo the choice, 0 (not at all) to 1")
        floor: config.Fraction = Field(description="share of the pixels that is drawn from all alike, 0 to 1")
        every: config.Count = Field(description="steps between two evaluations of all pixels, from 1")

    def __init__(self, spec: Spec, samples: Samples) -> None:
        super().__init__(samples)
        self.alpha, self.floor, self.every = spec.alpha, spec.floor, spec.every
        self.learn(self.errors)

    def wants_errors(self, step: int) -> bool:
        return step % self.every == 0

    def learn(self, errors: Float[Tensor, " count"]) -> None:
        super().learn(errors)
        mined = self.errors.double().clamp(min=torch.finfo(torch.float32).tiny)
        chances = (1 - self.floor) * mined / mined.sum() + self.floor / len(mined)
        self.relative = chances * len(mined)
        self.up_to = chances.cumsum(0)

    def __call__(self, step: int) -> Int[Tensor, " batch"]:
        samples = self.samples
        random = samples.generator(step)
        size = (samples.batch_size,)
        drawn = torch.rand(size, generator=random, device=samples.device, dtype=torch.float64) * self.up_to[-1]
        return torch.searchsorted(self.up_to, drawn, right=True).clamp(max=samples.count - 1)

    def weights(self, chosen: Int[Tensor, " batch"]) -> Float[Tensor, " batch"]:
        return self.relative[chosen].float() ** -self.alpha
