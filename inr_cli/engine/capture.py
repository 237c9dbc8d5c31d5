"""How a step is cut and compiled: what makes it fast, and not what it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn

from inr_cli.config.root import RunConfig
from inr_cli.engine.log import tell
from inr_cli.render.field import Field
from inr_cli.render.sample import in_cache
from inr_cli.task import tasks

PAYS = {"cpu": 2e13, "cuda": 2e15}
"""Operations of a run from which on compiling it, 20 s, costs less than it saves: a sixth of some 3 minutes on two
cores, where that was measured; on a GPU, where it was not, taken to be half of some 40 s."""


def rows_at_once(config: RunConfig, field: Field, device: torch.device) -> int | None:
    """How many pixels go through the network together; None = the whole batch.

    A rule and no trial, so that a run can be repeated to the bit. A GPU wants them all.
    """
    if config.micro_batch != "auto":
        return config.micro_batch
    if device.type != "cpu":
        return None
    return in_cache(field.widest)


def is_worth_compiling(config: RunConfig, field: Field, device: torch.device, batch_size: int, steps: int) -> bool:
    """Whether `torch.compile` is to be tried: where it was asked for, or where `auto` expects it to pay.

    Three products per layer, each of two operations per weight and pixel, are what a step takes; of a table of features
    a pixel sees a few.
    """
    if config.compile != "auto":
        return config.compile
    if tasks.find(config.task.name).derivatives(config.task):
        return False  # of derivatives, which no compiler takes
    if field.prefers_grids and config.batch_size == "full":
        return False  # it is asked for rows and columns, not for points
    weights = sum(weight.numel() for weight in field.network.parameters())
    return 6 * weights * batch_size * steps > PAYS.get(device.type, PAYS["cpu"])


def compiled(field: Field, pieces: Iterable[Float[Tensor, "batch axes"]]) -> nn.Module:
    """The field as `torch.compile` makes it, tried forwards and backwards on a piece of each length that a batch has.

    Or the field as it is, and a line why.
    """
    tell("compile: some 20 s, after which steps are faster; compile=false goes without.")
    try:
        made: Any = torch.compile(field, dynamic=False)
        for piece in {len(piece): piece for piece in pieces}.values():
            made(piece).sum().backward()
    except Exception as error:  # whatever a compiler's absence looks like: nothing has changed, and all works without
        tell(f"compile: not on this machine ({str(error).strip().splitlines()[0]}); going on without.")
        made = field
    field.zero_grad(set_to_none=True)
    return made
