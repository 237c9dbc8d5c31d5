"""The forms in which a field leaves the program: what renders elsewhere, with or without it."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import numpy as np

from inr_cli.engine.checkpoint import Meta, kept, save
from inr_cli.render.field import Field
from inr_cli.render.onnx import onnx_model
from inr_cli.render.script import script
from inr_cli.signal.write import write_bytes, write_text

Write = Callable[[Path, Field, Meta], None]


class Format(NamedTuple):
    """The ending of its files, and what writes one. Raises `ConfigError` for a field that it cannot hold."""

    suffix: str
    write: Write


def _weights(path: Path, field: Field, meta: Meta) -> None:
    save(path, field, meta.config, meta.picture.sha256, meta.step)


def _onnx(path: Path, field: Field, meta: Meta) -> None:
    write_bytes(path, onnx_model(field))


def _numpy(path: Path, field: Field, meta: Meta) -> None:
    write_text(path, script(field, f"{title(meta)}, fitted by inr {meta.inr_version}"))


def _npz(path: Path, field: Field, meta: Meta) -> None:
    """Every number by its name, and as JSON texts the configuration and the picture's size and grid."""
    numbers = {name: value.detach().cpu().numpy() for name, value in field.state_dict().items()}
    texts = {"configuration": kept(meta.config), "picture": asdict(field.geometry)}
    packed = io.BytesIO()
    np.savez_compressed(packed, **numbers, **{name: np.array(json.dumps(text)) for name, text in texts.items()})  # type: ignore[arg-type]
    write_bytes(path, packed.getvalue())


FORMATS: Mapping[str, Format] = {
    "weights": Format(".safetensors", _weights),
    "onnx": Format(".onnx", _onnx),
    "numpy": Format(".py", _numpy),
    "npz": Format(".npz", _npz),
}


def title(meta: Meta) -> str:
    """The picture's name in letters that mean nothing to any program."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "_", Path(meta.config.image).stem).strip("_.-")[:80] or "picture"
