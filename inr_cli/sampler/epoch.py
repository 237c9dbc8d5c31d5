"""Shuffled epochs."""

from __future__ import annotations

from functools import lru_cache
from typing import final

import torch
from jaxtyping import Int
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.sampler import Sampler, Samples
from inr_cli.signal.seed import generator


@final
class Epoch(Sampler):
    """Cuts an endless stream of shuffled epochs into batches: every pixel once before any comes again.

    Batches are all of one size; where the picture is no multiple of it, a batch ends one epoch and begins the next.
    """

    class Spec(config.Spec):
        """Takes no numbers."""

    takes_all = True

    def __init__(self, spec: Spec, samples: Samples) -> None:
        self.samples = samples
        self._epoch = lru_cache(maxsize=1)(self._shuffle)  # the next one is made where a batch first reaches into it

    def _shuffle(self, epoch: int) -> Int[Tensor, " count"]:
        random = generator(self.samples.seed, f"epoch {epoch}", self.samples.device)
        return torch.randperm(self.samples.count, generator=random, device=self.samples.device)

    def __call__(self, step: int) -> Int[Tensor, " batch"]:
        missing = self.samples.batch_size
        epoch, start = divmod(step * missing, self.samples.count)
        pieces = []
        while missing:
            piece = self._epoch(epoch)[start : start + missing]
            pieces.append(piece)
            missing -= len(piece)
            epoch, start = epoch + 1, 0
        return pieces[0] if len(pieces) == 1 else torch.cat(pieces)
