"""One field being fitted: everything an update needs, and nothing of how it is watched."""

from __future__ import annotations

import math
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from inr_cli.config.root import RunConfig
from inr_cli.engine.build import build_field
from inr_cli.engine.machine import Machine
from inr_cli.loss import losses
from inr_cli.optimizer import optimizers
from inr_cli.render.field import Field, Geometry
from inr_cli.render.sample import chunk_of
from inr_cli.sampler import samplers
from inr_cli.schedule import schedules
from inr_cli.signal.picture import Picture
from inr_cli.signal.seed import generator
from inr_cli.task import Lines, crossings, tasks


class Training:
    """A field, its task, and the means to take a step. `steps` is the length of the run that schedules refer to."""

    field: Field

    def __init__(self, config: RunConfig, picture: Picture, machine: Machine, steps: int | None = None) -> None:
        like = torch.empty(0, device=machine.device, dtype=machine.dtype)
        self.machine = machine
        pixels, random = torch.from_numpy(picture.pixels).to(like), generator(config.seed, "task")
        self.task = tasks.make(config.task, pixels, config.grid, random)
        self.field = build_field(config, Geometry(*self.task.shape, picture.channels, config.grid), self.task)
        self.loss = losses.make(config.loss, self.task.shape if self.task.seen is None else self.task.seen.shape[:2])
        self.optimizer = optimizers.make(config.optimizer).build(list(self.field.parameters()))
        self.full_lr = [group["lr"] for group in self.optimizer.param_groups]
        self.schedule = schedules.make(config.schedule)

        samples = len(self.task.coords)
        self.batch_size = samples if config.batch_size == "full" else min(config.batch_size, samples)
        self.sampler = samplers.make(config.sampler, samples, self.batch_size, config.seed, machine.device)
        self.steps = steps if steps is not None else steps_of(config, samples, self.batch_size)

    def update(self, step: int) -> Float[Tensor, ""]:
        """Take one step and return its loss, on the device, so that the host need not wait."""
        coords, targets = self.batch(step)
        self.set_lr(step)

        def look_and_learn() -> Any:
            self.optimizer.zero_grad(set_to_none=True)
            with self.machine.autocast():
                loss = self.task.objective(self.colours, self.loss, coords, targets)
            loss.backward()
            return loss.detach()

        loss: Any = self.optimizer.step(look_and_learn)
        self.field.mask.advance((step + 1) / self.steps)
        return loss

    def colours(self, coords: Float[Tensor, "batch axes"]) -> Float[Tensor, "batch channels"]:
        """The field at some points; all that the task shows, if a grid, are crossings of its rows and columns."""
        if coords is self.task.coords and self.field.prefers_grids and self.task.seen is not None:
            points = coords.unflatten(0, self.task.seen.shape[:2])
            return self.field.on_grid(points[:, 0, 0], points[0, :, 1]).flatten(end_dim=1)
        colours: Tensor = self.field(coords)
        return colours

    def batch(self, step: int) -> tuple[Float[Tensor, "batch axes"], Float[Tensor, "batch ..."]]:
        """The coordinates and targets of a step."""
        if self.batch_size == len(self.task.coords):
            return self.task.coords, self.task.targets
        chosen = self.sampler(step)
        return self.task.coords[chosen], self.task.targets[chosen]

    def set_lr(self, step: int) -> None:
        """Scale every learning rate by the schedule's factor at this step's progress."""
        factor = self.schedule(step / self.steps)
        for group, full in zip(self.optimizer.param_groups, self.full_lr, strict=True):
            group["lr"] = full * factor

    @property
    def lr(self) -> float:
        """The learning rate of the last step."""
        return float(self.optimizer.param_groups[0]["lr"])

    def look(self) -> Float[Tensor, "height width channels"]:
        """The field as it is now where the task compares it, on the device; products are exact as after training."""
        return self.look_at(self.task.lines)

    @torch.inference_mode()
    def look_at(self, lines: Lines) -> Float[Tensor, "height width channels"]:
        """The field where rows and columns cross."""
        like = self.task.coords
        if self.field.prefers_grids:
            rows, columns = (torch.from_numpy(line).to(like) for line in lines)
            return self.field.on_grid(rows, columns)
        chunks = crossings(lines, like).split(chunk_of(self.field.widest))
        return torch.cat([self.field(points) for points in chunks]).unflatten(0, [len(line) for line in lines])


def steps_of(config: RunConfig, samples: int, batch_size: int) -> int:
    """The optimiser steps that `steps` or `epochs` stand for."""
    if config.steps is not None:
        return config.steps
    assert config.epochs is not None
    return max(1, math.ceil(config.epochs * samples / batch_size))
