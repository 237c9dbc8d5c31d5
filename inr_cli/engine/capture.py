"""How a step is cut and compiled: what makes it fast, and not what it is."""

from __future__ import annotations

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn

from inr_cli.config.root import RunConfig
from inr_cli.engine.log import tell
from inr_cli.render.field import Field
from inr_cli.task import tasks

IN_CACHE = 4 * 2**20
"""Bytes of one layer's values that a step is fastest with; 2 to 16 MiB differ by 5 %, and 64 take twice as long."""
FEWEST = 512
"""Rows of a piece, however wide the layers: the weights' gradients are read and written once for each piece."""
PAYS = 2e13
"""Operations of a run from which on compiling it, 20 s, costs less than the sixth that it saves: some 3 minutes."""


def rows_at_once(config: RunConfig, field: Field, device: torch.device) -> int | None:
    """How many pixels go through the network together; None = the whole batch.

    A rule and no trial, so that a run can be repeated to the bit. A GPU wants them all.
    """
    if config.micro_batch != "auto":
        return config.micro_batch
    if device.type != "cpu":
        return None
    return max(FEWEST, 2 ** ((IN_CACHE // (4 * field.widest)).bit_length() - 1))


def is_worth_compiling(config: RunConfig, field: Field, batch_size: int, steps: int) -> bool:
    """Whether `torch.compile` is to be tried: where it was asked for, or where `auto` expects it to pay.

    Three products per layer, each of two operations per weight and pixel, are what a step takes.
    """
    if config.compile != "auto":
        return config.compile
    if tasks.find(config.task.name).derivatives(config.task):
        return False  # of derivatives, which no compiler takes
    return 6 * field.count * batch_size * steps > PAYS


def compiled(field: Field, coords: Float[Tensor, "batch axes"]) -> nn.Module:
    """The field as `torch.compile` makes it, tried forwards and backwards on a batch; or the field, and a line why."""
    try:
        made: Any = torch.compile(field, dynamic=False)
        made(coords).sum().backward()
    except Exception as error:  # whatever a compiler's absence looks like: nothing has changed, and all works without
        tell(f"compile: not on this machine ({str(error).strip().splitlines()[0]}); going on without.")
        made = field
    field.zero_grad(set_to_none=True)
    return made
