"""Unshuffled batches, as a TensorFlow dataset's `batch` cuts them."""

from __future__ import annotations

import math
from typing import final

import torch
from jaxtyping import Int
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.sampler import Sampler, Samples


@final
class Sequential(Sampler):
    """Batch j of an epoch holds samples j b to (j + 1) b - 1 in their order, row by row, the same in every epoch.

    What remains at an epoch's end is a shorter batch of its own, so an epoch takes ceil(count / b) steps. Neighbours
    come together: a step pulls the whole field towards one stripe of the picture, which is for replications only.
    """

    class Spec(config.Spec):
        """Takes no numbers."""

    takes_all = True

    def __init__(self, spec: Spec, samples: Samples) -> None:
        self.samples = samples
        self.per_epoch = math.ceil(samples.count / samples.batch_size)

    def __call__(self, step: int) -> Int[Tensor, " batch"]:
        start = step % self.per_epoch * self.samples.batch_size
        return torch.arange(start, min(start + self.samples.batch_size, self.samples.count), device=self.samples.device)
