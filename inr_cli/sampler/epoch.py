"""Shuffled epochs."""

from __future__ import annotations

from functools import lru_cache
from typing import final

import torch
from jaxtyping import Int
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.sampler import Sampler
from inr_cli.signal.seed import generator


@final
class Epoch(Sampler):
    """Cuts an endless stream of shuffled epochs into batches: every pixel once before any comes again.

    Batches are all of one size; where the picture is no multiple of it, a batch ends one epoch and begins the next.
    """

    class Spec(config.Spec):
        """Takes no numbers."""

    def __init__(self, spec: Spec, count: int, batch_size: int, seed: int, device: torch.device) -> None:
        self.count, self.batch_size, self.seed, self.device = count, batch_size, seed, device
        self._epoch = lru_cache(maxsize=2)(self._shuffle)

    def _shuffle(self, epoch: int) -> Int[Tensor, " count"]:
        random = generator(self.seed, f"epoch {epoch}", self.device)
        return torch.randperm(self.count, generator=random, device=self.device)

    def __call__(self, step: int) -> Int[Tensor, " batch"]:
        epoch, start = divmod(step * self.batch_size, self.count)
        pieces = []
        missing = self.batch_size
        while missing:
            piece = self._epoch(epoch)[start : start + missing]
            pieces.append(piece)
            missing -= len(piece)
            epoch, start = epoch + 1, 0
        return pieces[0] if len(pieces) == 1 else torch.cat(pieces)
