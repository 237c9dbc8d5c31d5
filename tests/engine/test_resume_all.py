"""Every optimiser with every schedule, sampler, precision and mask, cut wherever: the bits of a run without a break.

Below the loop: what a run is made of is built anew at each cut, from nothing but the checkpoint of the one before.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import pairwise, product
from pathlib import Path

import pytest
import torch

from inr_cli.config.root import RunConfig
from inr_cli.engine.listener import Listener
from inr_cli.engine.machine import find_machine, using
from inr_cli.engine.sealed import digest
from inr_cli.engine.train import keeper_of, open_picture
from inr_cli.engine.training import Training
from inr_cli.engine.tree import flatten
from inr_cli.mask import masks
from inr_cli.optimizer import optimizers
from inr_cli.sampler import samplers
from inr_cli.schedule import schedules

Configure = Callable[..., RunConfig]
Result = tuple[list[float], str]

STEPS = 12
CUTS = (1, 4, 6, 8, STEPS - 1)
"""After the first step, at the ends of epochs of 4 and within one, between two evaluations, and before the last."""
SMALL = ("size=8", "network.hidden_features=4", "network.hidden_layers=1", "encoding.count=2", f"steps={STEPS}")
SOONER = {
    "lbfgs": ["optimizer.max_iter=3"],
    "soap": ["optimizer.precondition_every=3"],
    "shampoo": ["optimizer.precondition_every=3"],
    "evos": ["sampler.first_interval=5", "sampler.last_interval=3"],
    "soft_mining": ["sampler.every=5"],
    "progressive": ["sampler.levels=2"],
}
"""What else would come into play after more steps than are taken here."""


def combinations(optimizer: str) -> Iterator[list[str]]:
    """The words for every schedule and sampler that go with an optimiser."""
    needs_all = optimizers.find(optimizer).needs_full_batch
    for schedule, sampler in product(schedules.names(), samplers.names()):
        takes_all = samplers.find(sampler).needs_full_batch
        if needs_all and not takes_all:
            continue  # nothing is left for it to choose
        chosen = [f"optimizer={optimizer}", f"schedule={schedule}", f"sampler={sampler}"]
        sooner = [word for name in (optimizer, schedule, sampler) for word in SOONER.get(name, [])]
        yield [*chosen, *sooner, f"batch_size={'full' if takes_all else 16}"]


def bits(training: Training) -> str:
    tensors: list[torch.Tensor] = []
    told = flatten([dict(training.field.state_dict()), training.state()], tensors)
    return digest(json.dumps(told), {f"state/{place}": value for place, value in enumerate(tensors)})


def cut_at(cuts: tuple[int, ...], config: RunConfig, folder: Path) -> Result:
    """The losses of all steps and the state after the last, of a training that ends at each cut and is resumed."""
    (folder / "checkpoints").mkdir(parents=True)
    picture, listener, losses = open_picture(config), Listener(config), []
    for start, end in pairwise((0, *cuts, STEPS)):
        training = Training(config, picture, find_machine(config))
        keeper = keeper_of(training, config, picture, folder, listener)
        assert (keeper.restore() if start else keeper.begin()) == start
        losses += [float(training.update(step)) for step in range(start, end)]
        if end < STEPS:
            keeper.save(end)
    return losses, bits(training)


@pytest.mark.long
@pytest.mark.parametrize("mask", masks.names())
@pytest.mark.parametrize("precision", ["float32", "bf16", "float64"])
@pytest.mark.parametrize("optimizer", optimizers.names())
def test_wherever_any_is_cut_it_goes_on_to_the_same_bits(
    optimizer: str, precision: str, mask: str, configure: Configure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.fsync", lambda file: None)  # half of the time, and nobody pulls the plug here
    for place, words in enumerate(combinations(optimizer)):
        config = configure(*SMALL, f"precision={precision}", f"mask={mask}", *words)
        with using(find_machine(config)):
            straight = cut_at((), config, tmp_path / f"{place} straight")
            assert cut_at(CUTS, config, tmp_path / f"{place} cut") == straight, " ".join(words)
