"""Parts that do not go together: each function here refuses one such pair, with one line that says what to choose."""

from __future__ import annotations

from typing import Any

from inr_cli.activation import activations
from inr_cli.config.errors import ConfigError, listing
from inr_cli.config.room import Room
from inr_cli.config.root import RunConfig
from inr_cli.encoding import Encoding, encodings
from inr_cli.init import ROLES, Init, InitSpec, inits, scheme_of
from inr_cli.loss import Loss, losses
from inr_cli.mask import masks
from inr_cli.network import Network, networks
from inr_cli.optimizer import optimizers
from inr_cli.sampler import samplers
from inr_cli.task import Task, tasks


def refuse(config: RunConfig) -> None:
    """Raises `ConfigError` for the first pair of a typed configuration's parts that cannot work together."""
    for refusal in (
        _init_without_omega,
        _init_for_another_layer,
        _init_for_linear_outputs,
        _init_without_series,
        _loss_without_sigmoid,
        _sigmoid_with_signed,
        _nesterov_without_momentum,
        _full_batch,
        _compiled_derivatives,
        _compiled_grid,
        _mask_without_frequencies,
        _task_without_grid,
        _task_without_colours,
        _task_without_derivatives,
        _task_by_tiles,
    ):
        refusal(config)


def refuse_to_share(config: RunConfig) -> None:
    """Raises `ConfigError` for what several processes cannot do a share of each: what sees all, or the clock."""
    _refuse_first(
        "torchrun's processes see a share of the batch each",
        (f"network={config.network.name}", not _network(config).pointwise, "network=mlp"),
        (f"loss={config.loss.name}", any(part.needs_picture for part in losses_of(config)), "loss=mse"),
        (f"sampler={config.sampler.name}", samplers.find(config.sampler.name).needs_errors, "sampler=epoch"),
        (f"seconds={config.seconds}", config.seconds is not None, "steps=1500"),
        otherwise=", or one process",
    )


def output_of(config: RunConfig) -> str:
    """The last thing the network does to its numbers; empty if it says nothing of it."""
    return str(getattr(config.network, "output", ""))


def _network(config: RunConfig) -> type[Network]:
    return networks.find(config.network.name)


def losses_of(config: RunConfig) -> tuple[type[Loss], ...]:
    """The loss, or the terms of a sum."""
    return losses.find(config.loss.name).parts(config.loss)


def _task(config: RunConfig) -> type[Task]:
    return tasks.find(config.task.name)


def _init_without_omega(config: RunConfig) -> None:
    schemes = [config.init, *(getattr(config.init, role) for role in ROLES)]
    init = next((scheme.name for scheme in schemes if scheme and inits.find(scheme.name).needs_omega), None)
    if init and not activations.find(config.activation.name).has_omega:
        have = [name for name in activations.names() if activations.find(name).has_omega]
        raise ConfigError(
            f"init={init}: needs an activation with an omega_0 ({listing(have, limit=4)}), "
            f"activation={config.activation.name} has none; choose init=torch or init=kaiming_uniform."
        )


def _last_scheme(config: RunConfig) -> tuple[str, type[Init]]:
    """The last layer's scheme, and the words that choose it."""
    assert isinstance(config.init, InitSpec)
    name = scheme_of(config.init, "last").name
    return f"init.last={name}" if config.init.last else f"init={name}", inits.find(name)


def _init_for_another_layer(config: RunConfig) -> None:
    assert isinstance(config.init, InitSpec)
    for role in ROLES:
        name = scheme_of(config.init, role).name
        meant = inits.find(name).roles
        if role not in meant:
            raise ConfigError(
                f"init.{role}={name}: is for the {listing(meant)} layer only; "
                f"choose init.{meant[0]}={name}, and init.{role}=torch."
            )
    words, scheme = _last_scheme(config)
    if scheme.roles == ("last",) and _network(config).per_axis:
        raise ConfigError(
            f"{words}: network={config.network.name} multiplies several last layers, none of which learns while the "
            "others are zero; choose init.last=torch or network=mlp."
        )


def _init_for_linear_outputs(config: RunConfig) -> None:
    words, scheme = _last_scheme(config)
    if scheme.sees_picture and output_of(config) == "sigmoid":
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
    if any(part.needs_sigmoid for part in losses_of(config)) and output_of(config) != "sigmoid":
        raise ConfigError(f"loss={config.loss.name}: needs colours as probabilities; choose network.output=sigmoid.")


def _sigmoid_with_signed(config: RunConfig) -> None:
    if config.target_range == "signed" and output_of(config) == "sigmoid":
        raise ConfigError("target_range=signed: a sigmoid cannot reach below 0; choose target_range=unit or auto.")


def _nesterov_without_momentum(config: RunConfig) -> None:
    if getattr(config.optimizer, "nesterov", False) and getattr(config.optimizer, "momentum", 1) == 0:
        raise ConfigError("optimizer.nesterov=true: needs momentum; choose optimizer.momentum=0.9.")


def _full_batch(config: RunConfig) -> None:
    if config.batch_size == "full":
        if not samplers.find(config.sampler.name).takes_all:
            raise ConfigError(
                f"sampler={config.sampler.name}: chooses among the pixels, and batch_size=full takes them all; choose "
                "batch_size=2048."
            )
        return
    for group, needed in (
        ("network", not _network(config).pointwise),
        ("loss", any(part.needs_picture for part in losses_of(config))),
        ("optimizer", optimizers.find(config.optimizer.name).needs_full_batch),
        ("sampler", samplers.find(config.sampler.name).needs_full_batch),
    ):
        if needed:
            raise ConfigError(
                f"{group}={getattr(config, group).name}: cannot work on {config.batch_size} pixels at a time; "
                "choose batch_size=full."
            )


def _compiled_derivatives(config: RunConfig) -> None:
    if config.compile is True and _task(config).derivatives(config.task):
        raise ConfigError(
            f"compile=true: torch.compile takes no derivatives of derivatives, and task={config.task.name} needs them; "
            "choose compile=auto."
        )


def _compiled_grid(config: RunConfig) -> None:
    network = _network(config)
    if config.compile is True and config.batch_size == "full" and (network.per_axis or not network.pointwise):
        raise ConfigError(
            f"compile=true: torch.compile takes points, and network={config.network.name} a whole grid of a full "
            "batch; choose compile=auto."
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


def _task_without_grid(config: RunConfig) -> None:
    if _task(config).is_grid:
        return
    last, scheme = _last_scheme(config)
    chooses = encodings.find(config.encoding.name).sees_picture(config.encoding)
    _refuse_first(
        f"needs a whole grid of colours, which task={config.task.name} does not show",
        (f"network={config.network.name}", not _network(config).pointwise, "network=mlp"),
        (f"loss={config.loss.name}", any(part.needs_picture for part in losses_of(config)), "loss=mse"),
        (f"encoding={config.encoding.name}", chooses, "encoding.count=null"),
        (last, scheme.sees_picture and scheme.needs_series, "init.last=torch"),
        (f"sampler={config.sampler.name}", samplers.find(config.sampler.name).needs_grid, "sampler=epoch"),
        otherwise=" or task=interpolate",
    )


def _task_without_colours(config: RunConfig) -> None:
    if not _task(config).derivatives(config.task):
        return
    last, scheme = _last_scheme(config)
    _refuse_first(
        f"is made for colours, and task={config.task.name} shows derivatives only",
        (last, scheme.sees_picture, "init.last=torch"),
        (f"loss={config.loss.name}", any(part.needs_sigmoid for part in losses_of(config)), "loss=mse"),
        (f"sampler={config.sampler.name}", samplers.find(config.sampler.name).needs_errors, "sampler=epoch"),
    )


def _task_without_derivatives(config: RunConfig) -> None:
    wanted = _task(config).derivatives(config.task)
    rooms: tuple[Room[Any], ...] = (activations, encodings) if _network(config).has_activation else (encodings,)
    for room in rooms:
        name = getattr(config, room.name).name
        if room.find(name).derivatives < wanted:
            have = [other for other in room.names() if room.find(other).derivatives >= wanted]
            raise ConfigError(
                f"{room.name}={name}: its second derivative is zero almost everywhere, or lacks the kinks; "
                f"task={config.task.name} needs one: choose {room.name}={listing(have)}, or task.force=true to see it "
                "fail."
            )


def _task_by_tiles(config: RunConfig) -> None:
    if not _task(config).by_tiles:
        return
    last, scheme = _last_scheme(config)
    _refuse_first(
        f"needs the whole picture at once, of which task={config.task.name} has some tiles",
        (f"size={config.size}", config.size is not None, "size=null"),
        (f"crop={config.crop}", config.crop is not None, "crop=null"),
        ("grey=true", config.grey, "grey=false"),
        (f"sampler={config.sampler.name}", samplers.find(config.sampler.name).needs_errors, "sampler=epoch"),
        (last, scheme.sees_picture, "init.last=torch"),
    )


def _refuse_first(why: str, *found: tuple[str, bool, str], otherwise: str = "") -> None:
    """Raise `ConfigError` for the first of the words that is refused, each with whether it is and what to choose."""
    for words, is_refused, instead in found:
        if is_refused:
            raise ConfigError(f"{words}: {why}; choose {instead}{otherwise}.")
