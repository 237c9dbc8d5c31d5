"""The second half of the configuration's check, with torch: every part's own numbers, and how parts go together."""

from __future__ import annotations

from typing import Any

from inr_cli.activation import activations
from inr_cli.config.errors import ConfigError, listing
from inr_cli.config.room import Room
from inr_cli.config.root import PARTS, RunConfig
from inr_cli.dataset import datasets
from inr_cli.encoding import encodings
from inr_cli.engine.refusals import output_of, refuse
from inr_cli.init import ROLES, inits
from inr_cli.logger import loggers
from inr_cli.loss import losses
from inr_cli.mask import masks
from inr_cli.network import networks
from inr_cli.optimizer import optimizers
from inr_cli.sampler import samplers
from inr_cli.schedule import schedules
from inr_cli.task import tasks

ROOMS: dict[str, Room[Any]] = {
    room.name: room
    for room in (
        datasets,
        optimizers,
        encodings,
        masks,
        inits,
        activations,
        networks,
        losses,
        samplers,
        schedules,
        tasks,
        loggers,
    )
}


def check(config: RunConfig) -> RunConfig:
    """The configuration with every part typed by its room. Raises `ConfigError`, before anything is written."""
    config = _give_scale(config)
    typed = {group: ROOMS[group].spec(getattr(config, group).model_dump()) for group in PARTS}
    typed["init"] = _type_roles(typed["init"])
    checked = config.model_copy(update=typed)
    refuse(checked)
    return checked


def signed(config: RunConfig) -> bool:
    """Whether the network learns [-1, 1]: worth decibels for linear outputs, impossible for a sigmoid."""
    if config.target_range == "auto":
        return output_of(config) != "sigmoid"
    return config.target_range == "signed"


def _type_roles(init: Any) -> Any:
    """The init with the schemes of single roles typed too; what those say of other roles is not asked for."""
    given = {role: spec.model_dump(exclude=set(ROLES)) for role in ROLES if (spec := getattr(init, role))}
    return init.model_copy(update={role: inits.spec(spec, f"init.{role}") for role, spec in given.items()})


def _give_scale(config: RunConfig) -> RunConfig:
    """Root `scale` reaches the encoding's."""
    if config.scale is None:
        return config
    if "scale" not in encodings.find(config.encoding.name).Spec.model_fields:
        have = [name for name in encodings.names() if "scale" in encodings.find(name).Spec.model_fields]
        raise ConfigError(
            f"scale={config.scale:g}: encoding={config.encoding.name} has no scale; choose encoding={listing(have)}."
        )
    return config.model_copy(update={"encoding": config.encoding.model_copy(update={"scale": config.scale})})
