"""Compressed files: a sealed file that holds whole numbers instead of floats, as .xz.

LZMA codes the numbers since Python has it and it decodes with integers alone. Of a network of 200,000 numbers its file
is 2 % larger at 8 bits than the entropy of the numbers, and 7 % at 4 bits; of one of 8,000 some 10 % and 17 %. A range
coder could save no more, and would have its own tables to store.
"""

from __future__ import annotations

import lzma
from collections.abc import Mapping
from functools import reduce
from pathlib import Path
from typing import Annotated, Any, Literal

import torch
from jaxtyping import Int32, UInt8
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor

from inr_cli.config.errors import ConfigError
from inr_cli.engine.quantise import Scale, indices, restored, scale_of
from inr_cli.engine.sealed import read, reading, seal, unseal, unsealed

SUFFIX = ".inr"
MAGIC = b"\xfd7zXZ\x00"
FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 6 | lzma.PRESET_EXTREME}]
MOST_BYTES = 2**26
"""Of the sealed file: what a hostile .xz may grow to."""
MOST_MEMORY = 2**26
"""Bytes that the decoder may take for itself; for what `FILTERS` makes it takes 9 MB."""


class Content(BaseModel):
    """The JSON text in the seal: that of a checkpoint of the field alone, and what its whole numbers stand for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["inr-compressed-1"]
    checkpoint: dict[str, Any]
    scales: dict[Annotated[str, Field(pattern="^model/")], Scale]


def packed(checkpoint: dict[str, Any], tensors: Mapping[str, Tensor], depths: Mapping[str, int]) -> bytes:
    """The bytes of a file: a checkpoint's text, and its tensors rounded to so many bits each.

    Raises `ConfigError` for more than could be read again.
    """
    scales, numbers = {}, {}
    for name, tensor in tensors.items():
        scales[f"model/{name}"] = scale = scale_of(tensor, depths[name])
        numbers[f"model/{name}"] = _planes(indices(tensor, scale), scale.bits)
    whole = seal(Content(format="inr-compressed-1", checkpoint=checkpoint, scales=scales).model_dump(), numbers)
    if len(whole) > MOST_BYTES:
        raise ConfigError(
            f"{len(whole)} bytes after rounding: a field of at most {MOST_BYTES} can be compressed; take fewer --bits."
        )
    return lzma.compress(whole, lzma.FORMAT_XZ, check=lzma.CHECK_NONE, filters=FILTERS)  # the seal has its sha256


def opened(path: Path) -> tuple[Any, dict[str, Tensor]]:
    """The JSON data and the float tensors of a checkpoint, compressed or not. Raises `CheckpointError`, one line."""
    return unpacked(read(path), path) if is_compressed(path) else unseal(path)


def is_compressed(path: Path) -> bool:
    """Whether there is a file that begins as a compressed one."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def unpacked(data: bytes, path: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """The same of a compressed file's bytes; `path` only says where they come from."""
    with reading(path):
        text, numbers = unsealed(_expanded(data), path)
        content = Content.model_validate(text)
        if content.scales.keys() != numbers.keys():
            raise ValueError("scales of other tensors")
        joined = {name: (_joined(numbers[name], scale.bits), scale) for name, scale in content.scales.items()}
        return content.checkpoint, {name: restored(*number) for name, number in joined.items()}


def _expanded(data: bytes) -> bytes:
    """Raises `ValueError`, `LZMAError`."""
    decoder = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MOST_MEMORY)
    whole = decoder.decompress(data, MOST_BYTES + 1)
    if not decoder.eof or decoder.unused_data:
        raise ValueError("cut off, too large, or followed by something else")
    return whole


def _planes(numbers: Int32[Tensor, "*shape"], bits: int) -> UInt8[Tensor, "planes ..."]:
    """Bytes, all high ones before the low ones: each kind has a distribution of its own."""
    return torch.stack([numbers >> 8, numbers & 255] if bits > 8 else [numbers]).to(torch.uint8)


def _joined(planes: UInt8[Tensor, "planes ..."], bits: int) -> Int32[Tensor, "*shape"]:
    """The numbers of `_planes`. Raises `ValueError`."""
    if planes.dtype != torch.uint8 or len(planes) != (2 if bits > 8 else 1):
        raise ValueError("other planes than its bits need")
    numbers = reduce(lambda high, low: high << 8 | low, planes.int())
    if bool((numbers >= 2**bits).any()):
        raise ValueError("a number of too many bits")
    return numbers
