"""One field being fitted: everything an update needs, and nothing of how it is watched."""

from __future__ import annotations

import math
from functools import reduce
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn

from inr_cli.config.errors import DivergedError, MemoryShortError
from inr_cli.config.root import RunConfig
from inr_cli.engine.batch import Batch
from inr_cli.engine.build import build_field
from inr_cli.engine.capture import compiled, is_worth_compiling, rows_at_once
from inr_cli.engine.log import tell
from inr_cli.engine.machine import Machine
from inr_cli.engine.mean import Mean
from inr_cli.engine.optimizing import put_back
from inr_cli.engine.ranks import Ranks
from inr_cli.engine.refusals import losses_of
from inr_cli.engine.tree import is_finite
from inr_cli.loss import losses
from inr_cli.optimizer import optimizers
from inr_cli.render.field import Field, Geometry
from inr_cli.render.sample import crossed, in_chunks
from inr_cli.sampler import Samples, samplers
from inr_cli.schedule import schedules
from inr_cli.signal.memory import is_out_of_memory
from inr_cli.signal.picture import Picture
from inr_cli.signal.seed import generator
from inr_cli.task import Lines, Task, crossings, tasks

MOST_PIECES = 64
"""How often a piece may be cut again where memory is short."""


class Training:
    """A field, its task, and the means to take a step. `steps` is the length of the run that schedules refer to."""

    field: Field

    def __init__(self, config: RunConfig, picture: Picture, machine: Machine, steps: int | None = None) -> None:
        like = torch.empty(0, device=machine.device, dtype=machine.dtype)
        self.machine = machine
        self.task = task_of(config, picture, like)
        self.field = build_field(config, Geometry(*self.task.shape, picture.channels, config.grid), self.task)
        seen = self.task.seen
        shape = None if seen is None else (seen.shape[0], seen.shape[1])
        self.loss = losses.make(config.loss, shape or self.task.shape)
        self.optimizer = optimizers.make(config.optimizer).build(list(self.field.parameters()))
        self.built = self.optimizer.state_dict()["param_groups"]
        self.full_lr = [group["lr"] for group in self.built]
        self.schedule = schedules.make(config.schedule)

        samples = len(self.task.coords)
        self.batch_size = samples if config.batch_size == "full" else min(config.batch_size, samples)
        self.task.draw_by(self.batch_size)
        samples = len(self.task.coords)
        self.steps = steps if steps is not None else steps_of(config, self.task.count, self.batch_size)
        self.task.advance(0, self.steps * self.batch_size)
        self.sampler = samplers.make(
            config.sampler, Samples(samples, shape, self.batch_size, self.steps, config.seed, machine.device)
        )

        self.losses = Mean(like)
        self.told: list[tuple[float, dict[str, Float[Tensor, ""]]]] = []
        """Of each piece of the last step, its share of the pixels and the terms of a summed loss."""
        self.slowed = 1.0
        """What every learning rate is multiplied with after the run went astray."""
        self.is_divisible = self.field.network.pointwise and not any(part.needs_picture for part in losses_of(config))
        self.ranks: Ranks | None = None
        if machine.processes > 1:
            self.ranks = Ranks(machine.rank, machine.processes, list(self.field.parameters()))
        self.share = math.ceil(self.batch_size / machine.processes)
        """The pixels of a batch that fall to this process."""
        self.takes_all = self.sampler.takes_all and self.batch_size == samples
        is_grid = self.takes_all and seen is not None and self.ranks is None
        self.by_lines = is_grid and self.field.prefers_grids and config.micro_batch in ("auto", None)
        """Whether a batch goes through as rows and columns, which cannot be cut into pieces."""
        is_cut = self.is_divisible and not self.by_lines
        rows = rows_at_once(config, self.field, machine.device) if is_cut else None
        self.pieces = 1 if rows is None else math.ceil(self.share / rows)
        """Into how many they are cut, to stay in the cache or where memory is short; the gradient is their sum."""
        self.most_pieces = min(MOST_PIECES * self.pieces, self.share)
        self.trained: nn.Module = self.field
        if is_worth_compiling(config, self.field, machine.device, self.batch_size, self.steps):
            with machine.autocast():
                self.trained = compiled(self.field, self.task.coords[: self.share].chunk(self.pieces))

    def update(self, step: int) -> Float[Tensor, ""]:
        """Take one step and return its loss, on the device, so that the host need not wait.

        Raises `MemoryShortError` if there is not enough even for the smallest pieces of the batch.
        """
        batch = self.batch(step)
        self.set_lr(step)
        loss: Any = self.optimizer.step(lambda: self._gradient(step, batch))
        self.field.mask.advance((step + 1) / self.steps)
        self.losses.add(loss)
        return loss

    def contribute(self, step: int) -> None:
        """Compute this process's share of a step's gradient, for the field as it was received."""
        assert self.ranks is not None
        self.field.mask.advance(step / self.steps)
        self.ranks.sum(self._share_of_gradient(self.batch(step)))

    def _gradient(self, step: int, batch: Batch) -> Any:
        """The loss and its gradient, of all processes' shares."""
        if self.ranks is None:
            return self._share_of_gradient(batch)
        self.ranks.send(step)
        return self.ranks.sum(self._share_of_gradient(batch))

    def _share_of_gradient(self, batch: Batch) -> Any:
        """This process's part of the two, in as many pieces as memory asks for: before anything has changed."""
        pieces = self.pieces
        while True:
            try:
                loss = self._sum_over_pieces(batch)
                break
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
            self._cut()  # outside the handler, whose traceback holds on to the tensors that were too much
        if self.pieces > pieces:
            tell(f"memory is short: every batch is cut into {self.pieces} pieces from here on, to the same gradient.")
        return loss

    def _sum_over_pieces(self, batch: Batch) -> Float[Tensor, ""]:
        self.optimizer.zero_grad(set_to_none=True)
        share = batch if self.ranks is None else batch.share(self.ranks.rank, self.ranks.count)
        if len(share.coords) == 0:
            return batch.targets.new_zeros(())
        parts, self.told = [], []
        for piece in share.pieces(self.pieces):
            with self.machine.autocast():
                loss = self.task.objective(piece.weighted(self.colours), self.loss, piece.coords, piece.targets)
            if len(piece.coords) < len(batch.coords):
                loss = loss * (len(piece.coords) / len(batch.coords))
            loss.backward()
            parts.append(loss.detach())
            self.told.append((len(piece.coords) / len(share.coords), self.loss.terms()))
        return reduce(torch.add, parts)

    def _cut(self) -> None:
        self.pieces *= 2
        if self.machine.device.type == "cuda":
            torch.cuda.empty_cache()
        if not self.is_divisible or self.pieces > self.most_pieces:
            smaller = "a smaller size" if not self.is_divisible else "a smaller batch_size or network.hidden_features"
            raise MemoryShortError(f"not enough memory for a step of {self.batch_size} pixels; try {smaller}.")

    def colours(self, coords: Float[Tensor, "batch axes"]) -> Float[Tensor, "batch channels"]:
        """The field at some points; all that the task shows, if a grid, are crossings of its rows and columns."""
        if self.by_lines and coords is self.task.coords and self.task.seen is not None:
            points = coords.unflatten(0, self.task.seen.shape[:2])
            return self.field.on_grid(points[:, 0, 0], points[0, :, 1]).flatten(end_dim=1)
        colours: Tensor = self.trained(coords)
        return colours

    def batch(self, step: int) -> Batch:
        """What a step sees; the sampler is told the errors before, if it wants to know them."""
        self.task.advance(step * self.batch_size, self.steps * self.batch_size)
        if self.takes_all:
            return Batch(self.task.coords, self.task.targets)
        if self.sampler.wants_errors(step):
            self.sampler.learn(self.errors())
        chosen = self.sampler(step)
        return Batch(self.task.coords[chosen], self.task.targets[chosen], self.sampler.weights(chosen))

    @torch.no_grad()
    def errors(self) -> Float[Tensor, " samples"]:
        """The mean absolute error of every sample's colour over its channels, as the field is now."""
        return (self._colours_at(self.task.coords) - self.task.targets).abs().mean(dim=-1)

    def set_lr(self, step: int) -> None:
        """Scale every learning rate by the schedule's factor at this step's progress."""
        factor = self.schedule(step / self.steps) * self.slowed
        for group, full in zip(self.optimizer.param_groups, self.full_lr, strict=True):
            group["lr"] = full * factor

    @property
    def micro_batch(self) -> int:
        """The pixels that go through the network together, at most."""
        return math.ceil(self.share / self.pieces)

    @property
    def is_compiled(self) -> bool:
        """Whether `torch.compile` was asked for or expected to pay, and worked."""
        return self.trained is not self.field

    @property
    def terms(self) -> dict[str, Float[Tensor, ""]]:
        """What the losses of a sum came to in the last step, unweighted, on all the pixels that this process saw."""
        names = self.told[0][1] if self.told else ()
        return {name: reduce(torch.add, [part * terms[name] for part, terms in self.told]) for name in names}

    @property
    def lr(self) -> float:
        """The learning rate of the last step."""
        return float(self.optimizer.param_groups[0]["lr"])

    def state(self) -> dict[str, Any]:
        """All that changes in a training but the field, as plain data and tensors.

        The schedule is no part of it, nor are the batches but for what the sampler was told: they follow from the step.
        """
        return {
            "optimizer": self.optimizer.state_dict(),
            "losses": self.losses.state(),
            "sampler": self.sampler.state(),
            "slowed": self.slowed,
            "pieces": self.pieces,
        }

    def restore(self, field: dict[str, Tensor], state: dict[str, Any]) -> None:
        """Go back to a field's values and to what `state` said then. Raises `ValueError` if they are of another."""
        self.field.load_state_dict(field)
        put_back(self.optimizer, self.built, state["optimizer"])
        self.losses.restore(state["losses"])
        self.sampler.restore(state["sampler"])
        self.slowed, self.pieces = state["slowed"], state["pieces"]
        if not (0 < self.slowed <= 1 and self.pieces in range(1, self.batch_size + 1)):
            raise ValueError("a learning rate or a number of pieces that no training has")

    def adopt(self, field: dict[str, Tensor], state: dict[str, Any], step: int) -> None:
        """`restore` what others may have written, after that step was tried from there, for the errors it may raise.

        First with kernels that look at every shape: the fused ones read and write beyond the end of what is too short.
        """
        for is_checked in (True, False):
            self.restore(field, state)
            for group in self.optimizer.param_groups:
                group.update({"fused": False} if is_checked and "fused" in group else {})
            self.update(step)
        self.restore(field, state)

    def is_finite(self) -> bool:
        """Whether every number of the field, the optimiser's state and the losses is one. Waits for the device."""
        return is_finite([self.field.state_dict(), self.state()])

    def look(self) -> Float[Tensor, "height width channels"]:
        """The field as it is now where the task compares it, on the device; products are exact as after training."""
        return self.look_at(self.task.lines)

    @torch.inference_mode()
    def look_at(self, lines: Lines) -> Float[Tensor, "height width channels"]:
        """The field where rows and columns cross."""
        like = self.task.coords
        if self.field.prefers_grids:
            rows, columns = (torch.from_numpy(line).to(like) for line in lines)
            if self.field.network.pointwise:
                first, *rest = crossed(lambda *some: self.field.on_grid(*some).flatten(end_dim=1), rows, columns)
                whole = torch.cat([first, *rest]) if rest else first
                return whole.unflatten(0, [len(line) for line in lines])
            return self.field.on_grid(rows, columns)
        return self._colours_at(crossings(lines, like)).unflatten(0, [len(line) for line in lines])

    def _colours_at(self, points: Float[Tensor, "points axes"]) -> Float[Tensor, "points channels"]:
        """The field at any number of points; each piece goes where it belongs, so that all are never there twice."""
        colours = points.new_empty(len(points), self.task.truth.shape[2])
        start = 0
        for values in in_chunks(self.field, points, self.field.widest):
            colours[start : start + len(values)] = values
            start += len(values)
        return colours


def task_of(config: RunConfig, picture: Picture, like: Tensor) -> Task:
    """What is asked of a field of the picture, on the device and in the type of `like`."""
    pixels, random = torch.from_numpy(picture.pixels).to(like), generator(config.seed, "task")
    tiles = () if picture.tiles is None else (picture.tiles,)
    return tasks.make(config.task, pixels, config.grid, random, *tiles)


def diverged(training: Training, step: int) -> DivergedError:
    """What to say, with the usual cure, when a number of this step is not finite."""
    return DivergedError(
        f"diverged by step {step}: the loss or what it trains is not finite any more; try a lower optimizer.lr "
        f"(it was {training.full_lr[0] * training.slowed:g}) or a lower omega_0 or scale."
    )


def steps_of(config: RunConfig, samples: int, batch_size: int) -> int:
    """The optimiser steps that `steps` or `epochs` stand for."""
    if config.steps is not None:
        return config.steps
    assert config.epochs is not None
    return max(1, math.ceil(config.epochs * samples / batch_size))
