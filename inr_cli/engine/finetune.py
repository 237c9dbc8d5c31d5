"""Training that knows of the rounding to come (straight-through estimation, Bengio et al., 2013)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor

from inr_cli.engine.checkpoint import Meta
from inr_cli.engine.log import progress_bar
from inr_cli.engine.machine import find_machine, using
from inr_cli.engine.original import configuration
from inr_cli.engine.quantise import depths, indices, restored, scale_of
from inr_cli.engine.sealed import reading
from inr_cli.engine.training import Training, diverged
from inr_cli.engine.tree import is_finite
from inr_cli.render.field import Field
from inr_cli.signal.picture import Picture


def finetuned(field: Field, meta: Meta, checkpoint: Path, picture: Picture, steps: int, bits: int) -> Field:
    """The field after `steps` more steps of its run, each of which sees its numbers rounded to so many bits.

    The run goes on as a longer one would: with the schedule, mask and batches after `meta.step` of `meta.step + steps`.
    A step's update is computed at the rounded numbers and added to the exact ones. Raises `DivergedError`, and
    `CheckpointError` for a training that the checkpoint's own configuration does not have.
    """
    config = configuration(checkpoint, meta)
    machine = find_machine(config)
    with using(machine):
        training = Training(config, picture, machine, meta.step + steps)
        with reading(checkpoint):
            _adopt(training, field, meta)
        learned, kept = dict(training.field.named_parameters()), depths(training.field, bits)
        exact = {name: parameter.detach().clone() for name, parameter in learned.items()}
        with progress_bar(steps, f"{bits} bits") as bar:
            for step in range(meta.step, training.steps):
                rounded = {name: _rounded(value, kept[name]) for name, value in exact.items()}
                _put(learned, rounded)
                training.update(step)
                for name, value in exact.items():
                    value += learned[name].detach() - rounded[name]
                bar.update()
        _put(learned, exact)
        if not training.is_finite():
            raise diverged(training, training.steps)
        return training.field.cpu().requires_grad_(False).eval()


def _adopt(training: Training, field: Field, meta: Meta) -> None:
    """Put the training where the checkpoint left it; one of the field alone left it no memory of its steps."""
    if meta.progress is None:
        training.field.load_state_dict(field.state_dict())
    elif not is_finite(meta.progress.state):
        raise ValueError("some numbers of its training are not finite")
    else:
        training.adopt(field.state_dict(), meta.progress.state, meta.step)


def _rounded(values: Float[Tensor, "*shape"], bits: int) -> Float[Tensor, "*shape"]:
    scale = scale_of(values, bits)
    return restored(indices(values, scale), scale).to(values)


@torch.no_grad()
def _put(learned: Mapping[str, Tensor], values: Mapping[str, Tensor]) -> None:
    for name, parameter in learned.items():
        parameter.copy_(values[name])
