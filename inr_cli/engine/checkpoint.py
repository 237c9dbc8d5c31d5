"""Checkpoints: one safetensors file of plain data, verified before anything is built from it.

The file's metadata holds one canonical JSON text and a sha256 over that text and every tensor. Nothing in a file can
name code: parts are found by name in their rooms, numbers pass the same checks as the command line's, and memory
is only taken for tensors that are really in the file.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import struct
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

import torch
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import Tensor

from inr_cli import __version__
from inr_cli.config.errors import CheckpointError, ConfigError
from inr_cli.config.explain import explain
from inr_cli.config.root import Grid, RunConfig, plain
from inr_cli.engine.build import build_structure
from inr_cli.engine.check import check
from inr_cli.render.field import Field as PictureField
from inr_cli.render.field import Geometry
from inr_cli.signal.picture import Picture
from inr_cli.signal.write import write_bytes

SCHEMA = 1
MAX_BYTES = 2**30
MAX_HEADER = 2**20
MAX_TENSORS = 10_000
NOT_KEPT = ("experiment", "variant")
"""What says why a run was made, and nothing of the field that came of it."""
NAME = re.compile(r"model/[A-Za-z0-9_.]{1,200}")


class PictureMeta(BaseModel):
    """What a checkpoint knows of the picture it was fitted to."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    height: int = Field(ge=1, le=65_535)
    width: int = Field(ge=1, le=65_535)
    channels: int = Field(ge=1, le=4)
    grid: Grid
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


def _complete(config: Any) -> Any:
    return dict.fromkeys(NOT_KEPT) | config if isinstance(config, dict) else config


class Meta(BaseModel):
    """The JSON text of a checkpoint. `schema_` is raised by every change that an older program cannot read."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    format: Literal["inr"]
    schema_: int = Field(alias="schema", ge=1)
    inr_version: str = Field(max_length=50)
    torch_version: str = Field(max_length=50)
    step: int = Field(ge=0)
    picture: PictureMeta
    config: Annotated[RunConfig, BeforeValidator(_complete)]


def save(path: Path, field: PictureField, config: RunConfig, picture: Picture, step: int) -> None:
    """Write the field atomically. The file holds no path, host or user name. Raises `OutputError`."""
    meta = {
        "format": "inr",
        "schema": SCHEMA,
        "inr_version": __version__,
        "torch_version": str(torch.__version__),
        "step": step,
        "picture": {**asdict(field.geometry), "sha256": picture.sha256},
        "config": _without_paths({key: value for key, value in plain(config).items() if key not in NOT_KEPT}),
    }
    tensors = {f"model/{name}": value.detach().cpu().contiguous() for name, value in field.state_dict().items()}
    text = json.dumps(meta, sort_keys=True, separators=(",", ":"), allow_nan=False)
    write_bytes(path, save_tensors(tensors, {"meta": text, "sha256": _digest(text, tensors)}))


def _without_paths(data: Any) -> Any:
    """The configuration with every absolute path cut to its last word: a folder is nobody else's business."""
    if isinstance(data, dict):
        return {key: _without_paths(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_without_paths(value) for value in data]
    return Path(data).name if isinstance(data, str) and Path(data).is_absolute() else data


def load(path: Path) -> tuple[PictureField, Meta]:
    """The field of a checkpoint, on the CPU, and what the file says of it.

    Raises `CheckpointError`, one line, for anything that is not exactly what `save` wrote.
    """
    data = _read(path)
    try:
        text, digest = _metadata(data)
        tensors = load_tensors(data)
        if digest != _digest(text, tensors):
            raise CheckpointError(f"{path}: damaged, its sha256 does not match; copy it again or use an older one.")
        meta = _meta(text, path)
        return _field(meta, tensors, path), meta
    except (SafetensorError, ValueError, KeyError, TypeError, AttributeError, RecursionError, struct.error) as error:
        raise CheckpointError(f"{path}: not a checkpoint of inr, or damaged ({_short(error)}).") from error


def _read(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise CheckpointError(f"{path}: there is no such checkpoint file.")
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > MAX_BYTES:
                raise CheckpointError(f"{path}: {size} bytes; a checkpoint has at most {MAX_BYTES}.")
            return file.read(MAX_BYTES)
    except OSError as error:
        raise CheckpointError(f"{path}: cannot be read ({error.strerror}).") from error


def _metadata(data: bytes) -> tuple[str, str]:
    """(JSON text, sha256) out of the safetensors header, whose sizes are checked first. Raises `ValueError`."""
    (length,) = struct.unpack("<Q", data[:8])
    if length > min(MAX_HEADER, len(data) - 8):
        raise ValueError("header too long")
    header = json.loads(data[8 : 8 + length], object_pairs_hook=_no_twins)
    metadata = header.pop("__metadata__")
    if len(header) > MAX_TENSORS or not all(NAME.fullmatch(name) for name in header):
        raise ValueError("unknown tensors")
    return metadata["meta"], metadata["sha256"]


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        raise ValueError("a name stands twice")
    return table


def _meta(text: str, path: Path) -> Meta:
    plain_data = json.loads(text)
    schema = plain_data.get("schema")
    if isinstance(schema, int) and schema > SCHEMA:
        raise CheckpointError(f"{path}: written with schema {schema}, this program reads up to {SCHEMA}; upgrade inr.")
    try:
        meta = Meta.model_validate(plain_data)
        return meta.model_copy(update={"config": check(meta.config)})
    except ValidationError as error:
        raise CheckpointError(f"{path}: {explain(error, Meta)}") from None
    except ConfigError as error:
        raise CheckpointError(f"{path}: {error}") from None


def _field(meta: Meta, tensors: dict[str, Tensor], path: Path) -> PictureField:
    """Build the structure without memory, compare every name, type and shape, and only then put the tensors in."""
    picture = meta.picture
    with torch.device("meta"):
        field = build_structure(meta.config, Geometry(picture.height, picture.width, picture.channels, picture.grid))
    values = {name.removeprefix("model/"): tensor for name, tensor in tensors.items()}
    expected = {name: tuple(tensor.shape) for name, tensor in field.state_dict().items()}
    if expected != {name: tuple(tensor.shape) for name, tensor in values.items()}:
        raise CheckpointError(f"{path}: its tensors do not fit its configuration.")
    if {tensor.dtype for tensor in values.values()} - {torch.float32, torch.float64}:
        raise CheckpointError(f"{path}: its tensors are not float32 or float64.")
    if not all(bool(tensor.isfinite().all()) for tensor in values.values()):
        raise CheckpointError(f"{path}: some of its numbers are not finite; the run diverged, use an older checkpoint.")
    field.load_state_dict(values, assign=True)
    return field.requires_grad_(False).eval()


def _digest(text: str, tensors: dict[str, Tensor]) -> str:
    """sha256 over the text and, name by name, each tensor's type, shape and bytes."""
    digest = hashlib.sha256(text.encode())
    for name, tensor in sorted(tensors.items()):
        digest.update(f"\n{name} {tensor.dtype} {list(tensor.shape)}\n".encode())
        if math.prod(tensor.shape):
            digest.update(tensor.contiguous().reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:100] or type(error).__name__
