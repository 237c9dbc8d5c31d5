"""Independent pixels."""

from __future__ import annotations

from typing import final

import torch
from jaxtyping import Int
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.sampler import Sampler, Samples


@final
class Uniform(Sampler):
    """Every pixel of a batch is drawn from all, whatever was drawn before: a gradient without bias, and more noise.

    It keeps no list of the pixels, so that it takes no memory however large the picture; `epoch`, which does, sees
    every pixel once before any comes again, and fits better.
    """

    class Spec(config.Spec):
        """Takes no numbers."""

    def __init__(self, spec: Spec, samples: Samples) -> None:
        self.samples = samples

    def __call__(self, step: int) -> Int[Tensor, " batch"]:
        samples = self.samples
        size, random = (samples.batch_size,), samples.generator(step)
        return torch.randint(samples.count, size, generator=random, device=samples.device)
