"""The second half of the configuration's check, with torch: every part's own numbers, and how parts go together."""

from __future__ import annotations

from typing import Any

from inr_cli.activation import activations
from inr_cli.config.errors import ConfigError, listing
from inr_cli.config.room import Room
from inr_cli.config.root import PARTS, RunConfig
from inr_cli.dataset import datasets
from inr_cli.encoding import Encoding, encodings
from inr_cli.init import ROLES, Init, InitSpec, inits, scheme_of
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
    )
}


def check(config: RunConfig) -> RunConfig:
    """The configuration with every part typed by its room. Raises `ConfigError`, before anything is written."""
    config = _give_scale(config)
    typed = {group: ROOMS[group].spec(getattr(config, group).model_dump()) for group in PARTS}
    typed["init"] = _type_roles(typed["init"])
    checked = config.model_copy(update=typed)
    for refuse in (
        _init_without_omega,
        _init_for_the_last_layer,
        _init_for_linear_outputs,
        _init_without_series,
        _loss_without_sigmoid,
        _sigmoid_with_signed,
        _nesterov_without_momentum,
        _full_batch,
        _mask_without_frequencies,
    ):
        refuse(checked)
    return checked


def signed(config: RunConfig) -> bool:
    """Whether the network learns [-1, 1]: worth decibels for linear outputs, impossible for a sigmoid."""
    if config.target_range == "auto":
        return _output(config) != "sigmoid"
    return config.target_range == "signed"


def _type_roles(init: Any) -> Any:
    """The init with the schemes of single roles typed too; what those say of other roles is not asked for."""
    given = {role: spec.model_dump(exclude=set(ROLES)) for role in ROLES if (spec := getattr(init, role))}
    return init.model_copy(update={role: inits.spec(spec) for role, spec in given.items()})


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


def _output(config: RunConfig) -> str:
    return str(getattr(config.network, "output", ""))


def _init_without_omega(config: RunConfig) -> None:
    schemes = [config.init, *(getattr(config.init, role) for role in ROLES)]
    init = next((scheme.name for scheme in schemes if scheme and inits.find(scheme.name).needs_omega), None)
    if init and not activations.find(config.activation.name).has_omega:
        have = [name for name in activations.names() if activations.find(name).has_omega]
        raise ConfigError(
            f"init={init}: needs an activation with an omega_0 ({listing(have, limit=4)}), "
            f"activation={config.activation.name} has none; choose init=kaiming_uniform or init=torch."
        )


def _last_scheme(config: RunConfig) -> tuple[str, type[Init]]:
    """The last layer's scheme, and the words that choose it."""
    assert isinstance(config.init, InitSpec)
    name = scheme_of(config.init, "last").name
    return f"init.last={name}" if config.init.last else f"init={name}", inits.find(name)


def _init_for_the_last_layer(config: RunConfig) -> None:
    assert isinstance(config.init, InitSpec)
    for role in ROLES[:-1]:
        name = scheme_of(config.init, role).name
        if inits.find(name).last_only:
            raise ConfigError(
                f"init.{role}={name}: draws no random numbers, and units that start equal stay equal; "
                f"choose init.last={name}, and init.{role}=torch."
            )
    words, scheme = _last_scheme(config)
    if scheme.last_only and networks.find(config.network.name).per_axis:
        raise ConfigError(
            f"{words}: network={config.network.name} multiplies several last layers, none of which learns while the "
            "others are zero; choose init.last=torch or network=mlp."
        )


def _init_for_linear_outputs(config: RunConfig) -> None:
    words, scheme = _last_scheme(config)
    if scheme.sees_picture and _output(config) == "sigmoid":
        raise ConfigError(f"{words}: sets a linear output by the picture; choose network.output=linear.")


def _init_without_series(config: RunConfig) -> None:
    words, scheme = _last_scheme(config)
    if not scheme.needs_series:
        return
    rooms: tuple[tuple[Room[Any], str], ...] = (encodings, "is_series"), (networks, "is_linear")
    for room, attribute in rooms:
        name = getattr(config, room.name).name
        if not getattr(room.find(name), attribute):
            have = [other for other in room.names() if getattr(room.find(other), attribute)]
            raise ConfigError(
                f"{words}: sets the coefficients of a Fourier series, {room.name}={name} makes none; "
                f"choose {room.name}={listing(have)}."
            )
    if config.grid == "corner":
        raise ConfigError(f"{words}: on grid=corner waves do not end with the picture; choose grid=centre or left.")


def _loss_without_sigmoid(config: RunConfig) -> None:
    needed = any(part.needs_sigmoid for part in losses.find(config.loss.name).parts(config.loss))
    if needed and _output(config) != "sigmoid":
        raise ConfigError(f"loss={config.loss.name}: needs colours as probabilities; choose network.output=sigmoid.")


def _sigmoid_with_signed(config: RunConfig) -> None:
    if config.target_range == "signed" and _output(config) == "sigmoid":
        raise ConfigError("target_range=signed: a sigmoid cannot reach below 0; choose target_range=unit or auto.")


def _nesterov_without_momentum(config: RunConfig) -> None:
    if getattr(config.optimizer, "nesterov", False) and getattr(config.optimizer, "momentum", 1) == 0:
        raise ConfigError("optimizer.nesterov=true: needs momentum; choose optimizer.momentum=0.9.")


def _full_batch(config: RunConfig) -> None:
    if config.batch_size == "full":
        return
    for group, needed in (
        ("network", not networks.find(config.network.name).pointwise),
        ("loss", any(part.needs_picture for part in losses.find(config.loss.name).parts(config.loss))),
        ("optimizer", optimizers.find(config.optimizer.name).needs_full_batch),
    ):
        if needed:
            raise ConfigError(
                f"{group}={getattr(config, group).name}: cannot work on {config.batch_size} pixels at a time; "
                "choose batch_size=full."
            )


def _mask_without_frequencies(config: RunConfig) -> None:
    def has_frequencies(name: str) -> bool:
        return encodings.find(name).frequencies is not Encoding.frequencies

    mask, encoding = config.mask.name, config.encoding.name
    if masks.find(mask).needs_frequencies and not has_frequencies(encoding):
        have = [name for name in encodings.names() if has_frequencies(name)]
        raise ConfigError(
            f"mask={mask}: needs an encoding with frequencies, encoding={encoding} has none; choose {listing(have)}."
        )
