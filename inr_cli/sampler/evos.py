"""The fittest pixels survive (Zhang et al., EVOS: Efficient Implicit Training via EVOlutionary Selector, 2025)."""

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
class Evos(Told):
    """A batch is drawn from the pixels of largest error, and for the share `mutation` of it from all the others.

    The fittest are `share` (1 - mutation) of all pixels, by the errors of the last evaluation of the whole picture:
    the first before step 0, the next `first_interval` steps later, from where the interval goes down linearly to
    `last_interval` at the run's end. What the paper has besides, a crossover with the error of the Laplacian, is left
    out; and it takes the whole population in every step, which is ours at batch_size = share of the pixels.
    """

    class Spec(config.Spec):
        share: config.Fraction = Field(description="size of the population, as a share of all pixels, 0 to 1")
        mutation: config.Fraction = Field(description="share of it that is drawn from the less fit, 0 to 1")
        first_interval: config.Count = Field(description="steps between two evaluations at the start, from 1")
        last_interval: config.Count = Field(description="steps between two evaluations at the end, from 1")

    def __init__(self, spec: Spec, samples: Samples) -> None:
        super().__init__(samples)
        fittest = round(spec.share * (1 - spec.mutation) * samples.count)
        self.fittest = min(max(fittest, 1), max(samples.count - 1, 1))
        self.mutants = round(spec.mutation * samples.batch_size) if samples.count > 1 else 0
        self.due = set(evaluations(samples.steps, spec.first_interval, spec.last_interval))
        self.learn(self.errors)

    def wants_errors(self, step: int) -> bool:
        return step in self.due

    def learn(self, errors: Float[Tensor, " count"]) -> None:
        super().learn(errors)
        self.order = torch.argsort(self.errors, descending=True, stable=True)

    def __call__(self, step: int) -> Int[Tensor, " batch"]:
        samples = self.samples
        random = samples.generator(step)
        survivors, mutants = samples.batch_size - self.mutants, self.mutants
        ranks = [
            torch.randint(low, high, (size,), generator=random, device=samples.device)
            for low, high, size in ((0, self.fittest, survivors), (self.fittest, samples.count, mutants))
            if size
        ]
        return self.order[torch.cat(ranks)]


def evaluations(steps: int, first: int, last: int) -> list[int]:
    """Before which steps the whole picture is looked at: at 0, then at intervals that go from first to last."""
    due = [0]
    while (step := due[-1] + max(1, round(first + (last - first) * due[-1] / max(steps, 1)))) < steps:
        due.append(step)
    return due
