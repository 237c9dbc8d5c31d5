import json
import pickle  # noqa: TID251  (to show that one is refused)
import random
import resource
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors

from inr_cli.config.errors import CheckpointError, OutputError
from inr_cli.config.root import RunConfig
from inr_cli.engine import checkpoint
from inr_cli.engine.checkpoint import load, save
from inr_cli.engine.train import open_picture
from inr_cli.engine.training import Training

Configure = Callable[..., RunConfig]
Begin = Callable[..., Training]
WORDS = ("network.hidden_features=8", "encoding.count=4")


def written(path: Path, configure: Configure, begin: Begin, *words: str) -> Training:
    config, training = configure(*words), begin(*words)
    for step in range(3):
        training.update(step)
    save(path, training.field, config, open_picture(config), 3)
    return training


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory, configure: Configure, begin: Begin) -> bytes:
    path = tmp_path_factory.mktemp("checkpoint") / "good.safetensors"
    written(path, configure, begin, *WORDS)
    return path.read_bytes()


def parts(data: bytes) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
    text, _ = checkpoint._metadata(data)
    return json.loads(text), load_tensors(data)


def signed(meta: dict[str, Any], tensors: dict[str, torch.Tensor]) -> bytes:
    """A file whose sha256 is right, whatever it says."""
    text = json.dumps(meta, sort_keys=True, separators=(",", ":"))
    return save_tensors(tensors, {"meta": text, "sha256": checkpoint._digest(text, tensors)})


def refusal(data: bytes, folder: Path, name: str = "bad.safetensors") -> str:
    path = folder / name
    path.write_bytes(data)
    with pytest.raises(CheckpointError) as caught:
        load(path)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)
    return str(caught.value).removeprefix(f"{path}: ")


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["activation=sine", "encoding=identity"],
        ["encoding=positional", "loss=bce", "optimizer=sgd"],
        ["precision=float64", "scale=3"],
        ["encoding=identity", "network.hidden_layers=0", "grid=corner", "target_range=unit"],
        ["image=checkerboard", "dataset.width=9", "dataset.height=4", "grid=left"],
    ],
    ids=lambda words: " ".join(words) or "default",
)
def test_a_field_comes_back_to_the_last_bit(
    words: list[str], configure: Configure, begin: Begin, tmp_path: Path
) -> None:
    training = written(tmp_path / "a.safetensors", configure, begin, *words)
    field, meta = load(tmp_path / "a.safetensors")
    assert np.array_equal(field.render(21), training.field.render(21))
    assert meta.step == 3
    assert meta.config == configure(*words)
    assert not any(parameter.requires_grad for parameter in field.parameters())


def test_the_same_field_is_the_same_checkpoint(configure: Configure, begin: Begin, good: bytes, tmp_path: Path) -> None:
    written(tmp_path / "again.safetensors", configure, begin, *WORDS)
    # the two entries of the header's metadata may stand in either order, so the bytes may differ and the sha256 not
    again = (tmp_path / "again.safetensors").read_bytes()
    assert checkpoint._metadata(again) == checkpoint._metadata(good)


def test_the_file_names_no_place(configure: Configure, begin: Begin, tmp_path: Path) -> None:
    config = configure(*WORDS)
    training = begin(*WORDS)
    private = config.model_copy(update={"image": "/home/somebody/secret/photo.png", "out": "/home/somebody/runs"})
    save(tmp_path / "a.safetensors", training.field, private, open_picture(config), 0)
    data = (tmp_path / "a.safetensors").read_bytes()
    assert b"photo.png" in data
    for private_word in (b"somebody", b"secret", b"/home", str(tmp_path).encode(), str(Path.cwd()).encode()):
        assert private_word not in data


def test_why_a_run_was_made_is_not_part_of_its_field(configure: Configure, begin: Begin, tmp_path: Path) -> None:
    words = ("experiment=first_look/siren", "network.hidden_features=8")
    written(tmp_path / "a.safetensors", configure, begin, *words)
    assert b"first_look" not in (tmp_path / "a.safetensors").read_bytes()
    _, meta = load(tmp_path / "a.safetensors")
    assert configure(*words).experiment is not None
    assert meta.config == configure(*words).model_copy(update={"experiment": None})


def test_a_damaged_file_is_always_a_checkpoint_error(good: bytes, tmp_path: Path) -> None:
    draw = random.Random(0)
    header = 8 + struct.unpack("<Q", good[:8])[0]
    for number in range(300):
        bad = bytearray(good)
        if number % 3 == 0:
            del bad[draw.randrange(len(bad)) :]
        else:  # half of the flips in the header, where they do the most
            bad[draw.randrange(header if number % 3 == 1 else len(bad))] ^= 1 << draw.randrange(8)
        refusal(bytes(bad), tmp_path)


@pytest.mark.parametrize("place", range(8))
def test_no_length_of_the_header_does_harm(good: bytes, place: int, tmp_path: Path) -> None:
    bad = bytearray(good)
    bad[place] ^= 0x7F
    refusal(bytes(bad), tmp_path)


class Hostile:
    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
        return (exec, ("import inr_cli; inr_cli.was_hostile = True",))


def test_a_pickle_is_refused_and_not_run(tmp_path: Path) -> None:
    import inr_cli

    refusal(pickle.dumps(Hostile()), tmp_path)
    torch.save({"model": Hostile()}, tmp_path / "model.pt")
    refusal((tmp_path / "model.pt").read_bytes(), tmp_path, "renamed.safetensors")
    assert not hasattr(inr_cli, "was_hostile")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x",
        b"\0" * 8,
        b"\xff" * 100,
        struct.pack("<Q", 2) + b"{}",
        struct.pack("<Q", 1) + b"3",
        struct.pack("<Q", 20) + b'{"__metadata__": 3}  ',
        struct.pack("<Q", 200_000) + b"[" * 200_000,
        save_tensors({"model/a": torch.zeros(3)}),
        save_tensors({"model/a": torch.zeros(3)}, {"meta": "{}", "sha256": ""}),
        save_tensors({"../a": torch.zeros(3)}, {"meta": "{}", "sha256": ""}),
    ],
    ids=range(11),
)
def test_a_foreign_file_is_refused(data: bytes, tmp_path: Path) -> None:
    refusal(data, tmp_path)


def test_a_folder_and_nothing_at_all_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(CheckpointError, match="no such checkpoint file"):
            load(path)


@pytest.mark.parametrize("text", ["[]", "3", '"text"', "null", "{", "NaN"])
def test_metadata_that_are_no_table_are_refused(good: bytes, text: str, tmp_path: Path) -> None:
    tensors = parts(good)[1]
    refusal(save_tensors(tensors, {"meta": text, "sha256": checkpoint._digest(text, tensors)}), tmp_path)


def test_a_file_of_a_newer_program_says_to_upgrade(good: bytes, tmp_path: Path) -> None:
    meta, tensors = parts(good)
    assert "upgrade" in refusal(signed(meta | {"schema": checkpoint.SCHEMA + 1, "new": 1}, tensors), tmp_path)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"format": "other"}, "format"),
        ({"step": -1}, "step"),
        ({"schema": 0}, "schema"),
        ({"schema": "1"}, None),
        ({"extra": 1}, "extra"),
        ({"config": {}}, None),
        ({"picture": None}, "picture"),
    ],
)
def test_metadata_are_typed(good: bytes, change: dict[str, Any], named: str | None, tmp_path: Path) -> None:
    meta, tensors = parts(good)
    if change == {"schema": "1"}:  # pydantic reads it as the number
        change = {"schema": "one"}
    message = refusal(signed(meta | change, tensors), tmp_path)
    assert named is None or named in message


@pytest.mark.parametrize(
    ("group", "change"),
    [
        ("encoding", {"name": "nobody"}),
        ("encoding", {"name": "os.system"}),
        ("encoding", {"name": "../loss/mse"}),
        ("encoding", {"_target_": "os.system"}),
        ("encoding", {"count": 5}),
        ("network", {"hidden_features": 9}),
        ("network", {"hidden_features": 10**9}),
        ("network", {"hidden_features": 65_536, "hidden_layers": 256}),
        ("network", {"hidden_layers": 3}),
        ("network", {"hidden_layers": -1}),
        ("activation", {"name": "sine"}),
    ],
)
def test_a_configuration_that_does_not_fit_is_refused_without_memory(
    good: bytes, group: str, change: dict[str, Any], tmp_path: Path
) -> None:
    meta, tensors = parts(good)
    meta["config"][group] |= change
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    refusal(signed(meta, tensors), tmp_path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kB; the weights would be a TB


@pytest.mark.parametrize(
    "change",
    [
        lambda tensors: tensors | {"model/last": torch.zeros(1)},
        lambda tensors: {name: tensor for name, tensor in tensors.items() if not name.endswith("last.bias")},
        lambda tensors: tensors | {"model/network.last.bias": torch.zeros(4)},
        lambda tensors: tensors | {"model/network.last.bias": torch.zeros(3, dtype=torch.int32)},
        lambda tensors: tensors | {"model/network.last.bias": torch.zeros(3, dtype=torch.float16)},
        lambda tensors: tensors | {"other": torch.zeros(1)},
        lambda tensors: {},
    ],
    ids=["one more", "one less", "another shape", "integers", "half precision", "a foreign name", "none"],
)
def test_tensors_that_do_not_fit_are_refused(
    good: bytes, change: Callable[[dict[str, torch.Tensor]], dict[str, torch.Tensor]], tmp_path: Path
) -> None:
    meta, tensors = parts(good)
    refusal(signed(meta, change(tensors)), tmp_path)


def test_another_picture_size_is_part_of_the_signed_text(good: bytes, tmp_path: Path) -> None:
    meta, tensors = parts(good)
    refusal(signed(meta | {"picture": meta["picture"] | {"height": 10**6}}, tensors), tmp_path)
    refusal(signed(meta | {"picture": meta["picture"] | {"channels": 5}}, tensors), tmp_path)


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "sparse.safetensors"
    with path.open("wb") as file:
        file.truncate(checkpoint.MAX_BYTES + 1)
    with pytest.raises(CheckpointError, match="at most"):
        load(path)


def test_a_folder_that_is_not_there_cannot_be_written(configure: Configure, begin: Begin, tmp_path: Path) -> None:
    config = configure(*WORDS)
    with pytest.raises(OutputError):
        save(tmp_path / "none" / "a.safetensors", begin(*WORDS).field, config, open_picture(config), 0)
