"""Several processes that fit one picture together, as torchrun starts them.

The first one trains, with everything that belongs to a run. The others keep nothing: they are handed the field as it
is, and hand back the gradient of their share of the batch. So there is one optimiser, one measurement, one decision to
stop, and whatever an optimiser asks for within a step works as it does alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

import torch
from jaxtyping import Float
from torch import Tensor, distributed, nn

from inr_cli.config.errors import UserError

PATIENCE = timedelta(days=7)
"""How long a process waits for another: the first may look at a picture of any size, and torchrun ends those left."""
END = -1
"""In place of a step: there are no more."""


@contextmanager
def group(device: torch.device) -> Iterator[None]:
    """Inside, the processes that torchrun started reach each other. Raises `UserError` where one has ended."""
    on_gpu = device.type == "cuda"
    if on_gpu:
        torch.cuda.set_device(device)
    with _told():
        distributed.init_process_group(
            "nccl" if on_gpu else "gloo", timeout=PATIENCE, device_id=device if on_gpu else None
        )
    try:
        yield
    finally:
        distributed.destroy_process_group()


class Ranks:
    """This one of several processes, and the parameters whose gradients they add up. All raise `UserError`."""

    def __init__(self, rank: int, count: int, parameters: Sequence[nn.Parameter]) -> None:
        self.rank, self.count, self.parameters = rank, count, parameters

    def send(self, step: int) -> None:
        """In the first process: ask the others for their share of that step's gradient, the field being as it is."""
        with _told():
            distributed.broadcast(self._packed(self.parameters, step), src=0)

    def receive(self) -> int:
        """In the others: the step that is asked for, or `END`, with the field as it is in the first process."""
        sent = self._packed(self.parameters, END)
        with _told():
            distributed.broadcast(sent, src=0)
        with torch.no_grad():
            for parameter, value in zip(self.parameters, self._unpacked(sent), strict=True):
                parameter.copy_(value)
        return int(sent[-1])  # a float32 holds every number of a step, at most 10,000,000

    def sum(self, loss: Float[Tensor, ""]) -> Float[Tensor, ""]:
        """The sum of all losses, with those of the gradients in the parameters; both in the first process only."""
        gradients = [torch.zeros_like(one) if one.grad is None else one.grad for one in self.parameters]
        total = self._packed(gradients, loss)
        with _told():
            distributed.reduce(total, dst=0)
        for gradient, value in zip(gradients, self._unpacked(total), strict=True):
            gradient.copy_(value)
        return total[-1]

    @staticmethod
    def _packed(tensors: Sequence[Tensor], number: float | Tensor) -> Float[Tensor, " numbers"]:
        """All numbers in one row, since a message costs more than its length."""
        last = torch.as_tensor(number).to(tensors[0]).reshape(1)
        return torch.cat([*(tensor.detach().flatten() for tensor in tensors), last])

    def _unpacked(self, numbers: Float[Tensor, " numbers"]) -> list[Tensor]:
        parts = numbers[:-1].split([parameter.numel() for parameter in self.parameters])
        return [part.view_as(parameter) for part, parameter in zip(parts, self.parameters, strict=True)]


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except RuntimeError as error:  # gloo's and NCCL's alike
        why = str(error).strip().splitlines()[0]
        raise UserError(f"another of torchrun's processes has ended or cannot be reached ({why}).") from error
