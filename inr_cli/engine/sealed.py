"""Sealed files: safetensors with one JSON text and a sha256 over that text and every tensor.

safetensors alone notices neither a flipped bit in its data nor two tensors of one name. Here memory is only taken for
what is really in the file, nothing in it is ever run, and any change of any byte is found.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import math
import os
import re
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import Tensor

from inr_cli.config.errors import CheckpointError, ConfigError, DamagedError
from inr_cli.signal.memory import is_out_of_memory

MAX_BYTES = 2**30
MAX_HEADER = 2**20
MAX_TENSORS = 10_000
LONGEST_REASON = 160
NAME = re.compile(r"(model/[A-Za-z0-9_.]{1,200}|state/(0|[1-9][0-9]{0,4}))")
TYPES = frozenset({"F64", "F32", "F16", "BF16", "C64", "I64", "I32", "I16", "I8", "U8", "BOOL"})
BROKEN = (
    SafetensorError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,  # PyTorch's for a wrong shape, Python's for a stack too deep
    TypeError,
    ValueError,
    lzma.LZMAError,
    struct.error,
)
"""What a file that is none of ours makes its readers raise."""


def seal(data: Any, tensors: Mapping[str, Tensor]) -> bytes:
    """A file's bytes. Raises `ValueError` for numbers in `data` that JSON cannot hold.

    Raises `ConfigError` for more than could be read again.
    """
    require_readable(len(tensors), sum(tensor.nbytes for tensor in tensors.values()))
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), allow_nan=False)
    whole = _in_order(save_tensors(dict(tensors), {"meta": text, "sha256": digest(text, tensors)}))
    (header,) = struct.unpack("<Q", whole[:8])
    require_readable(len(tensors), len(whole), header)
    return whole


def require_readable(tensors: int, size: int, header: int = 0) -> None:
    """Raise `ConfigError` for a file of so many tensors, bytes, and bytes of header that `unseal` would refuse it."""
    for found, most, unit in (
        (size, MAX_BYTES, "bytes"),
        (header, MAX_HEADER, "bytes of names"),
        (tensors, MAX_TENSORS, "tensors"),
    ):
        if found > most:
            raise ConfigError(
                f"a checkpoint of {found} {unit} could not be read again, at most {most} can; make the network, the "
                "encoding or what the optimizer remembers smaller."
            )


def _in_order(data: bytes) -> bytes:
    """The same file with its header's names sorted, which safetensors leaves to chance: the same bytes every time."""
    (length,) = struct.unpack("<Q", data[:8])
    header = json.dumps(json.loads(data[8 : 8 + length]), sort_keys=True, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)
    return struct.pack("<Q", len(header)) + header + data[8 + length :]


def unseal(path: Path) -> tuple[Any, dict[str, Tensor]]:
    """The JSON data and the tensors of a file. Raises `CheckpointError`, one line, for what `seal` has not made."""
    return unsealed(read(path), path)


def unsealed(data: bytes, path: Path) -> tuple[Any, dict[str, Tensor]]:
    """The same of a file's bytes; `path` only says where they come from."""
    with reading(path):
        text, expected = metadata(data)
        tensors = load_tensors(data)
        if expected != digest(text, tensors):
            raise refusal(path, "damaged, its sha256 does not match; copy it again or use an older one.", DamagedError)
        return parsed(text), tensors


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Whatever goes wrong in here is the file's fault, but for a want of memory. Raises `DamagedError`."""
    try:
        yield
    except BROKEN as error:
        if is_out_of_memory(error):
            raise
        reason = (str(error) or type(error).__name__)[: LONGEST_REASON // 2]
        raise refusal(path, f"not a checkpoint of inr, or damaged ({reason}).", DamagedError) from error


def refusal(path: Path, reason: str, kind: type[CheckpointError] = CheckpointError) -> CheckpointError:
    """One short line, whatever of the file's own words is in it."""
    told = " ".join("".join(letter if letter.isprintable() else " " for letter in reason[:1000]).split())
    return kind(f"{path}: {told if len(told) <= LONGEST_REASON else told[: LONGEST_REASON - 3] + '...'}")


def digest(text: str, tensors: Mapping[str, Tensor]) -> str:
    """sha256 over the text and, name by name, each tensor's type, shape and bytes."""
    found = hashlib.sha256(text.encode())
    for name, tensor in sorted(tensors.items()):
        found.update(f"\n{name} {tensor.dtype} {list(tensor.shape)}\n".encode())
        if math.prod(tensor.shape):
            found.update(tensor.contiguous().reshape(-1).view(torch.uint8).numpy().data)
    return found.hexdigest()


def metadata(data: bytes) -> tuple[str, str]:
    """(JSON text, sha256) out of the safetensors header, whose sizes are checked first. Raises `ValueError`."""
    (length,) = struct.unpack("<Q", data[:8])
    if length > min(MAX_HEADER, len(data) - 8):
        raise ValueError("header too long")
    header = parsed(data[8 : 8 + length].decode())
    found = header.pop("__metadata__")
    if found.keys() != {"meta", "sha256"}:
        raise ValueError("other metadata")
    if len(header) > MAX_TENSORS or not all(_is_ours(name, entry) for name, entry in header.items()):
        raise ValueError("unknown tensors")
    return found["meta"], found["sha256"]


def _is_ours(name: str, entry: Mapping[str, Any]) -> bool:
    """Whether a tensor may be there. Empty ones are counted as if they were not: a length of 2**62 helps nobody."""
    is_known = NAME.fullmatch(name) is not None and entry["dtype"] in TYPES
    return is_known and math.prod(max(1, length) for length in entry["shape"]) <= MAX_BYTES


def parsed(text: str) -> Any:
    """What strict JSON says. Raises `ValueError` for a key that stands twice and for numbers that are none."""
    return json.loads(text, object_pairs_hook=_no_twins, parse_constant=_no_constant)


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        raise ValueError("a name stands twice")
    return table


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


def read(path: Path) -> bytes:
    """A file's bytes. Raises `CheckpointError` for one that is not there, no file, or too large."""
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
