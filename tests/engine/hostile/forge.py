"""Makes checkpoints that say what they like, and are signed for it."""

import copy
import json
import struct
from typing import Any

from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import Tensor

from inr_cli.engine import sealed

Tensors = dict[str, Tensor]


def parts(data: bytes) -> tuple[dict[str, Any], Tensors]:
    """The text of a good checkpoint, and its tensors."""
    return json.loads(sealed.metadata(data)[0]), load_tensors(data)


def written(text: str, tensors: Tensors) -> bytes:
    """A file whose sha256 is right, whatever it says."""
    return save_tensors(tensors, {"meta": text, "sha256": sealed.digest(text, tensors)})


def signed(meta: Any, tensors: Tensors) -> bytes:
    return written(json.dumps(meta, sort_keys=True, separators=(",", ":")), tensors)


def raw(header: str | bytes, data: bytes = b"", length: int | None = None) -> bytes:
    """A file with that header."""
    header = header.encode() if isinstance(header, str) else header
    return struct.pack("<Q", len(header) if length is None else length) + header + data


def at(data: Any, place: tuple[str, ...]) -> Any:
    for key in place:
        data = data[key]
    return data


def replaced(data: dict[str, Any], place: tuple[str, ...], value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(data)
    at(changed, place[:-1])[place[-1]] = value
    return changed


def without(data: dict[str, Any], place: tuple[str, ...]) -> dict[str, Any]:
    changed = copy.deepcopy(data)
    del at(changed, place[:-1])[place[-1]]
    return changed
