"""Checkpoints: one sealed file that a field, and the training it comes from, can be built from again.

Nothing in a file can name code: parts are found by name in their rooms, and numbers pass the same checks as the
command line's.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

import torch
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from torch import Tensor

from inr_cli import __version__
from inr_cli.config.errors import ConfigError, DamagedError
from inr_cli.config.explain import explain, show
from inr_cli.config.root import Grid, RunConfig, plain
from inr_cli.engine.build import build_structure
from inr_cli.engine.check import check
from inr_cli.engine.compressed import opened
from inr_cli.engine.sealed import reading, refusal, seal
from inr_cli.engine.tree import flatten, unflatten
from inr_cli.render.field import Field as PictureField
from inr_cli.render.field import Geometry
from inr_cli.signal.write import write_bytes

SCHEMA = 3
"""Raised by every change that an older program cannot read; `MIGRATIONS` bring older files up to it."""
NOT_KEPT = {"experiment": None, "variant": None, "out": "outputs", "logger": {"name": "csv"}}
"""What says why and where a run was made and who was told, and nothing of the field that came of it."""
NAMED_FREELY = ("image", "out")
"""What may hold any letters: nothing looks for it once a run is done."""
SHA256 = "^[0-9a-f]{64}$"
Version = Annotated[str, Field(pattern=r"^[0-9A-Za-z.+_-]{1,50}$")]
MAX_METRICS = 2**40


class PictureMeta(BaseModel):
    """What a checkpoint knows of the picture it was fitted to."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    height: int = Field(ge=1, le=65_535)
    width: int = Field(ge=1, le=65_535)
    channels: int = Field(ge=1, le=4)
    grid: Grid
    sha256: str = Field(pattern=SHA256)


class Progress(BaseModel):
    """What it takes to go on as if nothing had happened; a checkpoint made to be shared has none."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    seconds: float = Field(ge=0, le=1e9)
    metrics_bytes: int = Field(ge=0, le=MAX_METRICS)
    metrics_sha256: str = Field(pattern=SHA256)
    state: Any


def _complete(config: Any) -> Any:
    """The configuration with what no checkpoint keeps, whatever a foreign one says of it. Raises `ValueError`."""
    if not isinstance(config, dict):
        return config
    if any("${" in json.dumps(value) for key, value in config.items() if key not in NAMED_FREELY):
        raise ValueError("must not refer to anything outside it, as ${...} does")
    return config | NOT_KEPT


class Meta(BaseModel):
    """The JSON text of a checkpoint."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    format: Literal["inr"]
    schema_: int = Field(alias="schema", ge=1)
    inr_version: Version
    torch_version: Version
    step: int = Field(ge=0, le=10_000_000)
    picture: PictureMeta
    config: Annotated[RunConfig, BeforeValidator(_complete)]
    progress: Progress | None


READ_AS = {"file": {"background": None, "alpha": "auto", "frame": None, "convert_cmyk": False}}
"""What was decided of picture files before there were options for it."""


def _from_1(data: dict[str, Any]) -> dict[str, Any]:
    """Schema 1 held the field alone; how bad numbers end a run, and how a picture file is read, came later."""
    config = {"deterministic": "auto", "on_divergence": "stop"} | data["config"]
    config["dataset"] = READ_AS.get(config["dataset"]["name"], {}) | config["dataset"]
    return data | {"schema": 2, "config": config, "progress": None}


def _from_2(data: dict[str, Any]) -> dict[str, Any]:
    """Schema 2 knew no batches in parts, nothing compiled, and no sampler that remembers."""
    config = {"micro_batch": None, "compile": False} | data["config"]
    progress = data["progress"] and data["progress"] | {"state": _with_sampler(data["progress"]["state"])}
    return data | {"schema": 3, "config": config, "progress": progress}


def _with_sampler(state: dict[str, Any]) -> dict[str, Any]:
    """A flattened state with a sampler that was told nothing."""
    return {"dict": [*state["dict"], ["sampler", {"dict": []}]]}


MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _from_1, 2: _from_2}


def save(
    path: Path, field: PictureField, config: RunConfig, picture: str, step: int, progress: Progress | None = None
) -> None:
    """Write the field atomically, with `progress` also the training; `picture` is the sha256 of what is fitted.

    The file holds no path, host or user name. Raises `OutputError`, and `ConfigError` for more than could be read
    again: what is at `path` then stays.
    """
    states: list[Tensor] = []
    told = progress and progress.model_dump() | {"state": flatten(progress.state, states)}
    meta = described(field, config, picture, step) | {"progress": told}
    tensors = {f"model/{name}": value.detach().cpu().contiguous() for name, value in field.state_dict().items()}
    tensors |= {f"state/{place}": value for place, value in enumerate(states)}
    write_bytes(path, seal(meta, tensors))


def described(field: PictureField, config: RunConfig, picture: str, step: int) -> dict[str, Any]:
    """The text of a checkpoint of the field alone."""
    return {
        "format": "inr",
        "schema": SCHEMA,
        "inr_version": __version__,
        "torch_version": str(torch.__version__),
        "step": step,
        "picture": {**asdict(field.geometry), "sha256": picture},
        "config": kept(config),
        "progress": None,
    }


def kept(config: RunConfig) -> dict[str, Any]:
    """The configuration as a checkpoint keeps it: every path is cut to its last word."""
    kept: dict[str, Any] = _without_paths({key: value for key, value in plain(config).items() if key not in NOT_KEPT})
    return kept


def _without_paths(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _without_paths(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_without_paths(value) for value in data]
    return Path(data).name or data if isinstance(data, str) else data


def load(path: Path) -> tuple[PictureField, Meta]:
    """The field of a checkpoint, on the CPU, and what the file says of it; `progress.state` is ready for use.

    Raises `CheckpointError`, one line, for anything that is not exactly what `save` wrote.
    """
    data, tensors = opened(path)
    with reading(path):
        try:
            meta = _meta(data, path)
            return _field(meta, tensors, path), _with_state(meta, tensors)
        except ConfigError as error:
            raise refusal(path, str(error)) from None


def _meta(data: Any, path: Path) -> Meta:
    data = _migrated(data, path)
    try:
        meta = Meta.model_validate(data)
        return meta.model_copy(update={"config": check(meta.config)})
    except ValidationError as error:
        raise refusal(path, explain(error, Meta)) from None


def _with_state(meta: Meta, tensors: dict[str, Tensor]) -> Meta:
    """`progress.state` with its tensors in it. Raises `ValueError`."""
    states = [tensors[f"state/{place}"] for place in range(sum(name.startswith("state/") for name in tensors))]
    if meta.progress is None:
        if states:
            raise ValueError("a training's tensors without the training")
        return meta
    progress = meta.progress.model_copy(update={"state": unflatten(meta.progress.state, states)})
    return meta.model_copy(update={"progress": progress})


def _migrated(data: Any, path: Path) -> Any:
    """What an older program wrote, in today's words. Only whole numbers are schemas: `true` and `1.0` equal 1 too."""
    schema = data["schema"]
    if type(schema) is not int or schema < 1:
        raise refusal(path, f"schema={show(schema)}: must be a whole number from 1 to {SCHEMA}.")
    if schema > SCHEMA:
        raise refusal(path, f"written with schema {show(schema)}, this program reads up to {SCHEMA}; upgrade inr.")
    while data["schema"] in MIGRATIONS:
        data = MIGRATIONS[data["schema"]](data)
    return data


def _field(meta: Meta, tensors: dict[str, Tensor], path: Path) -> PictureField:
    """Build the structure without memory, compare every name, type and shape, and only then put the tensors in."""
    picture = meta.picture
    with torch.device("meta"):
        field = build_structure(meta.config, Geometry(picture.height, picture.width, picture.channels, picture.grid))
    values = {name.removeprefix("model/"): value for name, value in tensors.items() if name.startswith("model/")}
    expected = {name: tuple(tensor.shape) for name, tensor in field.state_dict().items()}
    if expected != {name: tuple(tensor.shape) for name, tensor in values.items()}:
        raise refusal(path, "its tensors do not fit its configuration.")
    if {tensor.dtype for tensor in values.values()} not in ({torch.float32}, {torch.float64}):
        raise refusal(path, "its tensors are not all float32, or all float64.")
    if not all(bool(tensor.isfinite().all()) for tensor in values.values()):
        told = "some of its numbers are not finite; the run diverged, use an older checkpoint."
        raise refusal(path, told, DamagedError)
    field.load_state_dict(values, assign=True)
    return field.requires_grad_(False).eval()
