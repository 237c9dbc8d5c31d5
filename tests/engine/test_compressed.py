"""Compressed files: the same whole numbers again, or a refusal, whatever becomes of the bytes."""

from __future__ import annotations

import json
import lzma
import math
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from observing import growth
from safetensors.torch import load as load_tensors
from torch import Tensor

from inr_cli.config.errors import CheckpointError, ConfigError
from inr_cli.engine import compressed
from inr_cli.engine.checkpoint import described, load
from inr_cli.engine.compressed import MAGIC, is_compressed, opened, packed, unpacked
from inr_cli.engine.quantise import depths, indices, restored, scale_of
from inr_cli.engine.sealed import metadata, seal
from inr_cli.engine.training import Training

PATH = Path("x.inr")
WORDS = ("size=8", "network.hidden_features=4", "network.hidden_layers=1", "encoding.count=2")
TEXT = {"a": [1, None, "é"], "b": {"c": 0.1}}
TENSORS = {
    "a.weight": torch.linspace(-1, 2, 60).reshape(3, 4, 5),
    "a.bias": torch.tensor([0.25, -1e-3]),
    "scalar": torch.tensor(30.0),
    "double": torch.tensor([0.1, 0.7], dtype=torch.float64),
}
MOST, MEMORY = 2**24, 300_000
"""What a file may grow to in a test, in bytes, and what reading hostile ones may then cost in all, in kB."""


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory, checkpoint: Callable[..., Training]) -> bytes:
    """A real field's file."""
    path = tmp_path_factory.mktemp("compressed") / "good.safetensors"
    checkpoint(path, *WORDS)
    field, meta = load(path)
    text = described(field, meta.config, meta.picture.sha256, meta.step)
    return packed(text, field.state_dict(), depths(field, 6))


@pytest.mark.parametrize("bits", range(1, 17))
def test_whole_numbers_come_back_exactly(bits: int) -> None:
    text, tensors = unpacked(packed(TEXT, TENSORS, dict.fromkeys(TENSORS, bits)), PATH)
    assert text == TEXT
    assert tensors.keys() == {f"model/{name}" for name in TENSORS}
    for name, tensor in TENSORS.items():
        scale = scale_of(tensor, bits)
        found = tensors[f"model/{name}"]
        assert found.dtype == torch.float32
        assert torch.equal(found, restored(indices(tensor, scale), scale))
        assert torch.equal(indices(found, scale), indices(tensor, scale))


def test_the_same_field_has_the_same_bytes() -> None:
    bits = dict.fromkeys(TENSORS, 8)
    assert len({packed(TEXT, TENSORS, bits) for _ in range(5)}) == 1


def test_fewer_bits_are_fewer_bytes() -> None:
    tensors = {"a": torch.randn(5000, generator=torch.Generator().manual_seed(0))}
    sizes = [len(packed(TEXT, tensors, {"a": bits})) for bits in range(1, 17)]
    assert sizes == sorted(sizes)
    at_8 = indices(tensors["a"], scale_of(tensors["a"], 8))
    shares = torch.bincount(at_8).double() / len(at_8)
    entropy = -(shares * shares.log2().nan_to_num(neginf=0)).sum().item() * len(at_8) / 8
    assert sizes[7] < 1.1 * entropy + 400, "LZMA is near what any code can reach"


def mutated(good: bytes, draw: random.Random) -> bytes:
    data = bytearray(good)
    where = draw.randrange(len(data))
    match draw.randrange(4):
        case 0:
            data[where] ^= 1 << draw.randrange(8)
        case 1:
            data[where] = draw.randrange(256)
        case 2:
            del data[where:]
        case _:
            data[where : where + 4] = draw.randbytes(draw.choice([0, 4, 8]))
    return bytes(data)


def test_two_thousand_damaged_files_are_refused_or_the_same(good: bytes) -> None:
    text, tensors = unpacked(good, PATH)
    draw, refused = random.Random(0), 0
    for number in range(2000):
        try:
            read, found = unpacked(mutated(good, draw), PATH)
        except CheckpointError as error:
            assert str(error).startswith(f"{PATH}: ")
            assert "\n" not in str(error)
            refused += 1
        else:
            assert read == text, number
            assert all(torch.equal(found[name], tensor) for name, tensor in tensors.items()), number
    assert refused > 1900


def test_nor_is_one_read_from_a_file(good: bytes, tmp_path: Path) -> None:
    whole, draw, path = unpacked(good, PATH)[0], random.Random(1), tmp_path / "a.inr"
    for _ in range(50):
        path.write_bytes(mutated(good, draw))
        try:
            assert opened(path)[0] == whole
        except CheckpointError as error:
            assert str(error).startswith(f"{path}: ")


def forged(good: bytes, change: Callable[[dict[str, Any], dict[str, Tensor]], None]) -> bytes:
    """A file whose seal is right, whatever it says."""
    whole = lzma.decompress(good)
    text, numbers = json.loads(metadata(whole)[0]), load_tensors(whole)
    change(text, numbers)
    return lzma.compress(seal(text, numbers), lzma.FORMAT_XZ, check=lzma.CHECK_NONE)


NAME = "model/network.layers.1.weight"
SCALES: dict[str, Any] = {
    "no bits": [0, 0.0, 0.1],
    "too many": [17, 0.0, 0.1],
    "true": [True, 0.0, 0.1],
    "a text": ["6", 0.0, 0.1],
    "fewer than its numbers have": [1, 0.0, 0.1],
    "as of two planes": [12, 0.0, 0.1],
    "negative step": [6, 0.0, -0.1],
    "infinite step": [6, 0.0, 1e308],
    "infinite low": [6, 1e308, 0.1],
    "short": [6, 0.0],
    "long": [6, 0.0, 0.1, 0.2],
    "none": None,
    "a table": {"bits": 6},
}


@pytest.mark.parametrize("scale", SCALES.values(), ids=SCALES)
def test_a_scale_that_none_has_is_refused(good: bytes, tmp_path: Path, scale: Any) -> None:
    path = tmp_path / "a.inr"
    path.write_bytes(forged(good, lambda text, _: text["scales"].update({NAME: scale})))
    with pytest.raises(CheckpointError) as refused:
        load(path)
    assert str(refused.value).count("\n") == 0


LIES: dict[str, Callable[[dict[str, Any], dict[str, Tensor]], Any]] = {
    "a number of none": lambda text, numbers: text["scales"].pop(NAME),
    "a scale of none": lambda text, numbers: numbers.pop(NAME),
    "another format": lambda text, numbers: text.update(format="inr-compressed-2"),
    "something more": lambda text, numbers: text.update(more=1),
    "no checkpoint": lambda text, numbers: text.update(checkpoint=None),
    "another width": lambda text, numbers: text["checkpoint"]["config"]["network"].update(hidden_features=5),
    "code": lambda text, numbers: text["checkpoint"]["config"]["network"].update(_target_="os.system"),
    "floats": lambda text, numbers: numbers.update({NAME: numbers[NAME].float()}),
    "a scalar": lambda text, numbers: numbers.update({NAME: torch.tensor(3, dtype=torch.uint8)}),
    "three planes": lambda text, numbers: numbers.update({NAME: numbers[NAME].repeat(3, 1, 1)}),
    "another shape": lambda text, numbers: numbers.update({NAME: numbers[NAME][:, :1]}),
    "a training": lambda text, numbers: (
        numbers.update({"state/0": numbers[NAME].clone()}),
        text["scales"].update({"state/0": text["scales"][NAME]}),
    ),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_signed_lie_is_refused(good: bytes, tmp_path: Path, lie: Callable[..., Any]) -> None:
    path = tmp_path / "a.inr"
    path.write_bytes(forged(good, lambda text, numbers: None))
    load(path)
    path.write_bytes(forged(good, lie))
    with pytest.raises(CheckpointError):
        load(path)


def bombs() -> dict[str, bytes]:
    quick = [{"id": lzma.FILTER_LZMA2, "preset": 0}]
    numbers = {"model/a": torch.zeros(1, MOST - 2**20, dtype=torch.uint8)}
    text = {"format": "inr-compressed-1", "checkpoint": {}, "scales": {"model/a": [8, 0.0, 0.1]}}
    greedy = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 2**30}]
    return {
        "too large": lzma.compress(bytes(MOST + 1), filters=quick),
        "large, and sealed": lzma.compress(seal(text, numbers), filters=quick),
        "a decoder that takes all memory": lzma.compress(b"a", filters=greedy),
    }


def read_bombs() -> None:
    """In a process of its own."""
    compressed.MOST_BYTES = MOST
    for name, bomb in bombs().items():
        assert len(bomb) < 20_000, name
        if name == "large, and sealed":
            _, tensors = unpacked(bomb, PATH)  # what is in it is the checkpoint's to refuse
            assert math.prod(tensors["model/a"].shape) == MOST - 2**20
        else:
            with pytest.raises(CheckpointError):
                unpacked(bomb, PATH)


def test_nothing_grows_beyond_what_is_allowed() -> None:
    assert growth(__file__, "read_bombs") < MEMORY


def test_what_could_not_be_read_again_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compressed, "MOST_BYTES", 1000)
    with pytest.raises(ConfigError, match="at most 1000"):
        packed(TEXT, {"a": torch.randn(1000)}, {"a": 8})


def test_a_file_is_known_by_its_beginning(good: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.safetensors").write_bytes(good)
    (tmp_path / "b.inr").write_bytes(good[1:])
    (tmp_path / "short").write_bytes(MAGIC[:3])
    assert is_compressed(tmp_path / "a.safetensors")
    for name in ("b.inr", "short", "nothing", "."):
        assert not is_compressed(tmp_path / name)
    assert not is_compressed(Path("/dev/zero"))
    with pytest.raises(CheckpointError, match="not a checkpoint of inr"):
        opened(tmp_path / "b.inr")
    with pytest.raises(CheckpointError, match="no such checkpoint file"):
        opened(tmp_path / "nothing")
