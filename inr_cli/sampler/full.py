"""The whole picture in every step."""

from __future__ import annotations

from typing import final

import torch
from jaxtyping import Int
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.sampler import Sampler, Samples


@final
class Full(Sampler):
    """All pixels in their order: the gradient without noise, as SIREN and Fourier features are published."""

    class Spec(config.Spec):
        """Takes no numbers."""

    needs_full_batch = True
    takes_all = True

    def __init__(self, spec: Spec, samples: Samples) -> None:
        self.samples = samples

    def __call__(self, step: int) -> Int[Tensor, " batch"]:
        return torch.arange(self.samples.count, device=self.samples.device)
