"""Sealed files: what was put in, or a refusal, whatever becomes of the bytes."""

from __future__ import annotations

import json
import random
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import torch
from observing import growth
from safetensors.torch import save as save_tensors
from torch import Tensor

from inr_cli.config.errors import CheckpointError, ConfigError
from inr_cli.engine import sealed
from inr_cli.engine.sealed import digest, parsed, reading, refusal, seal, unseal, unsealed
from inr_cli.engine.training import Training

PATH = Path("x.safetensors")
DATA = {"number": 0.1, "list": [None, True, -3, "é\n"], "table": {"b": 1, "a": 2.5e-300}}
TENSORS = {
    "model/a.b_1": torch.arange(6.0).reshape(2, 3),
    "model/empty": torch.zeros(0, 3),
    "state/0": torch.tensor(3, dtype=torch.int64),
    "state/1": torch.tensor([True, False]),
    "state/2": torch.tensor([1 + 2j]),
    "state/10": torch.full((2,), 0.1, dtype=torch.float64),
    "state/11": torch.full((2,), 0.1, dtype=torch.bfloat16),
}
WORDS = ("size=8", "network.hidden_features=4", "network.hidden_layers=1", "encoding.count=2")
MEMORY = 200_000
"""In kB: what reading damaged files may cost, whatever lengths they claim."""


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory, checkpoint: Callable[..., Training]) -> bytes:
    """A real checkpoint, with a training's state."""
    path = tmp_path_factory.mktemp("sealed") / "good.safetensors"
    checkpoint(path, *WORDS)
    return path.read_bytes()


def same(one: tuple[Any, dict[str, Tensor]], other: tuple[Any, dict[str, Tensor]]) -> bool:
    """Whether text and tensors are equal to the last bit."""
    return json.dumps(one[0]) == json.dumps(other[0]) and digest("", one[1]) == digest("", other[1])


def test_what_was_put_in_comes_out(tmp_path: Path) -> None:
    (tmp_path / "a.safetensors").write_bytes(seal(DATA, TENSORS))
    data, tensors = unseal(tmp_path / "a.safetensors")
    assert data == DATA
    assert tensors.keys() == TENSORS.keys()
    for name, tensor in TENSORS.items():
        torch.testing.assert_close(tensors[name], tensor, rtol=0, atol=0)


def test_the_same_content_has_the_same_bytes() -> None:
    again = dict(reversed(DATA.items())), dict(reversed(TENSORS.items()))
    assert len({seal(*content) for content in 10 * [again, (DATA, TENSORS)]}) == 1


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_numbers_that_json_lacks_are_not_sealed(number: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        seal({"a": [number]}, {})


@pytest.mark.parametrize(("limit", "most"), [("MAX_BYTES", 699), ("MAX_HEADER", 299), ("MAX_TENSORS", 6)])
def test_what_could_not_be_read_again_is_not_sealed(limit: str, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed, limit, most)
    with pytest.raises(ConfigError, match=rf"at most {most} .* smaller\.$"):
        seal(DATA, TENSORS)


@pytest.mark.parametrize(
    "other",
    [
        {"model/a": torch.tensor([1.0, 2.0])},
        {"model/b": torch.tensor([1.0, 3.0])},
        {"model/b": torch.tensor([1.0, 2.0]), "model/c": torch.zeros(0)},
        {"model/b": torch.tensor([[1.0, 2.0]])},
        {"model/b": torch.tensor([1.0, 2.0]).view(torch.int32)},
        {"model/b": torch.tensor([1.0, -0.0])},
        {},
    ],
    ids=["name", "value", "one more", "shape", "type", "sign of zero", "none"],
)
def test_every_property_of_a_tensor_is_signed(other: dict[str, Tensor]) -> None:
    tensors = {"model/b": torch.tensor([1.0, 0.0 if "sign" in str(other) else 2.0])}
    assert digest("x", tensors) != digest("x", other)
    assert digest("x", tensors) != digest("y", tensors)


def truncated(data: bytearray, draw: random.Random) -> None:
    del data[draw.randrange(len(data)) :]


def appended(data: bytearray, draw: random.Random) -> None:
    data += draw.randbytes(draw.choice([1, 8, 100]))


def flipped_in_header(data: bytearray, draw: random.Random) -> None:
    data[draw.randrange(8 + struct.unpack("<Q", data[:8])[0])] ^= 1 << draw.randrange(8)


def flipped(data: bytearray, draw: random.Random) -> None:
    data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)


def overwritten(data: bytearray, draw: random.Random) -> None:
    start, length = draw.randrange(len(data)), draw.choice([1, 4, 16, 512])
    data[start : start + length] = draw.choice([draw.randbytes, bytes])(len(data[start : start + length]))


def swapped(data: bytearray, draw: random.Random) -> None:
    length = draw.choice([1, 4, 16, 64])
    here, there = sorted(draw.sample(range(0, len(data) - length, length), 2))
    data[here : here + length], data[there : there + length] = data[there : there + length], data[here : here + length]


DAMAGES = [truncated, appended, flipped_in_header, flipped, overwritten, swapped]


def damaged(good: bytes, seed: int, count: int) -> Iterator[bytes]:
    draw = random.Random(seed)
    for number in range(count):
        data = bytearray(good)
        DAMAGES[number % len(DAMAGES)](data, draw)
        yield bytes(data)


@pytest.mark.parametrize(
    ("seed", "count"), [(0, 20_000), pytest.param(1, 200_000, marks=pytest.mark.long)], ids=["quick", "long"]
)
def test_no_damage_changes_the_content_unnoticed(good: bytes, seed: int, count: int) -> None:
    whole, refused = unsealed(good, PATH), 0
    for number, data in enumerate(damaged(good, seed, count)):
        try:
            read = unsealed(data, PATH)
        except CheckpointError as error:
            assert "\n" not in str(error)
            refused += 1
        else:  # blanks in the header, or a swap of equal bytes
            assert same(read, whole), f"seed {seed}, number {number}"
    assert refused > 0.95 * count


def read_damaged(file: str) -> None:
    for data in damaged(Path(file).read_bytes(), 3, 3000):
        with suppress(CheckpointError):
            unsealed(data, PATH)


def test_nor_does_it_take_memory(good: bytes, tmp_path: Path) -> None:
    file = tmp_path / "good.safetensors"
    file.write_bytes(good)
    assert growth(__file__, "read_damaged", file) < MEMORY


def test_nor_does_it_in_a_file(good: bytes, tmp_path: Path) -> None:
    path, whole = tmp_path / "a.safetensors", unsealed(good, PATH)
    for data in damaged(good, 2, 300):
        path.write_bytes(data)
        try:
            assert same(unseal(path), whole)
        except CheckpointError as error:
            assert str(error).startswith(f"{path}: ")


@pytest.mark.parametrize("place", range(8))
def test_no_length_of_the_header_does_harm(good: bytes, place: int) -> None:
    data = bytearray(good)
    data[place] ^= 0x7F
    with pytest.raises(CheckpointError):
        unsealed(bytes(data), PATH)


@pytest.mark.parametrize("name", ["other", "../a", "model/", "state/00", "state/x", "model/a/b", "model/é"])
def test_only_known_names_are_read(name: str) -> None:
    with pytest.raises(CheckpointError, match="unknown tensors"):
        unsealed(seal({}, {name: torch.zeros(1)}), PATH)


@pytest.mark.parametrize(
    "tensors", [{f"state/{place}": torch.zeros(0) for place in range(sealed.MAX_TENSORS + 1)}, {"model/a": "2**62"}]
)
def test_neither_many_nor_long_empty_tensors_are_read(tensors: dict[str, Any]) -> None:
    if tensors == {"model/a": "2**62"}:
        text = json.dumps({"model/a": {"dtype": "F32", "shape": [0, 2**62], "data_offsets": [0, 0]}})
        data = save_tensors({}, {"meta": "{}", "sha256": ""})
        header = f"{text[:-1]},{data[8:].decode().strip()[1:]}".encode()
        data = struct.pack("<Q", len(header)) + header
    else:
        data = save_tensors(tensors, {"meta": "{}", "sha256": digest("{}", tensors)})
    with pytest.raises(CheckpointError):
        unsealed(data, PATH)


@pytest.mark.parametrize(
    "text", ['{"a": 1, "a": 1}', '[{"a": {"b": 1, "b": 2}}]', "NaN", "[Infinity]", '{"a": -Infinity}']
)
def test_json_is_strict(text: str) -> None:
    with pytest.raises(ValueError, match=r"twice|number"):
        parsed(text)


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "sparse.safetensors"
    with path.open("wb") as file:
        file.truncate(sealed.MAX_BYTES + 1)
    with pytest.raises(CheckpointError, match="at most"):
        unseal(path)


def test_a_folder_a_device_and_nothing_at_all_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none", Path("/dev/zero")):
        with pytest.raises(CheckpointError, match="no such checkpoint file"):
            unseal(path)


@pytest.mark.parametrize(
    "reason", ["a" * 10**6, "one\ntwo\r\n\tthree", "\x1b[2J\x1b]0;title\a", "\u202egnp.tac", "\0", "é" * 500]
)
def test_a_refusal_is_one_short_printable_line(reason: str) -> None:
    told = str(refusal(PATH, reason)).removeprefix(f"{PATH}: ")
    assert told.isprintable()
    assert len(told) <= sealed.LONGEST_REASON


@pytest.mark.parametrize("error", sealed.BROKEN)
def test_what_a_reader_raises_is_the_files_fault(error: type[Exception]) -> None:
    with pytest.raises(CheckpointError, match="not a checkpoint of inr, or damaged"), reading(PATH):
        raise error("reason")


@pytest.mark.parametrize("error", [MemoryError(), torch.OutOfMemoryError("CUDA out of memory.")], ids=repr)
def test_but_a_want_of_memory_is_not(error: Exception) -> None:
    with pytest.raises(type(error)), reading(PATH):
        raise error
