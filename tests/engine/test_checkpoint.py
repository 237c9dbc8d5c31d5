"""A field, and the training it comes from, out of a file and into one; and files that lie about either."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from observing import growth
from safetensors.torch import load as load_tensors

from inr_cli.config.errors import CheckpointError, OutputError
from inr_cli.config.root import RunConfig, plain
from inr_cli.engine.checkpoint import NOT_KEPT, SCHEMA, load, save
from inr_cli.engine.sealed import metadata, seal
from inr_cli.engine.train import open_picture
from inr_cli.engine.training import Training

Configure = Callable[..., RunConfig]
Begin = Callable[..., Training]
Checkpoint = Callable[..., Training]
WORDS = ("network.hidden_features=8", "encoding.count=4")
SHA256 = "0" * 64


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory, checkpoint: Checkpoint) -> bytes:
    path = tmp_path_factory.mktemp("checkpoint") / "good.safetensors"
    checkpoint(path, *WORDS)
    return path.read_bytes()


def parts(data: bytes) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
    return json.loads(metadata(data)[0]), load_tensors(data)


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
    words: list[str], configure: Configure, checkpoint: Checkpoint, tmp_path: Path
) -> None:
    training = checkpoint(tmp_path / "a.safetensors", *words)
    field, meta = load(tmp_path / "a.safetensors")
    assert np.array_equal(field.render(21), training.field.render(21))
    assert meta.step == 3
    assert meta.config == configure(*words)
    assert not any(parameter.requires_grad for parameter in field.parameters())


def test_the_file_names_no_place(configure: Configure, begin: Begin, tmp_path: Path) -> None:
    config = configure(*WORDS)
    training = begin(*WORDS)
    private = config.model_copy(update={"image": "/home/somebody/secret/photo.png", "out": "/home/somebody/runs"})
    save(tmp_path / "a.safetensors", training.field, private, open_picture(config).sha256, 0)
    data = (tmp_path / "a.safetensors").read_bytes()
    assert b"photo.png" in data
    for private_word in (b"somebody", b"secret", b"/home", str(tmp_path).encode(), str(Path.cwd()).encode()):
        assert private_word not in data


def test_why_a_run_was_made_is_not_part_of_its_field(
    configure: Configure, checkpoint: Checkpoint, tmp_path: Path
) -> None:
    words = ("experiment=first_look/siren", "network.hidden_features=8")
    checkpoint(tmp_path / "a.safetensors", *words)
    assert b"first_look" not in (tmp_path / "a.safetensors").read_bytes()
    _, meta = load(tmp_path / "a.safetensors")
    assert configure(*words).experiment is not None
    assert meta.config == configure(*words).model_copy(update={"experiment": None})


@pytest.mark.parametrize("data", [[], 3, "text", None, {}], ids=repr)
def test_metadata_that_are_no_table_of_ours_are_refused(good: bytes, data: Any, tmp_path: Path) -> None:
    refusal(seal(data, parts(good)[1]), tmp_path)


@pytest.mark.parametrize("schema", [SCHEMA + 1, 10**6, 10**30])
def test_a_file_of_a_newer_program_says_to_upgrade(good: bytes, schema: int, tmp_path: Path) -> None:
    meta, tensors = parts(good)
    said = refusal(seal(meta | {"schema": schema, "new": 1}, tensors), tmp_path)
    assert said.startswith(f"written with schema {schema}, this program reads up to {SCHEMA}; upgrade")


@pytest.mark.parametrize(
    "schema", [0, -1, "x", "1", str(SCHEMA), True, False, 1.0, float(SCHEMA), None, [], {}], ids=repr
)
def test_only_whole_numbers_are_schemas(good: bytes, schema: Any, tmp_path: Path) -> None:
    meta, tensors = parts(good)
    assert refusal(seal(meta | {"schema": schema}, tensors), tmp_path).startswith("schema=")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"format": "other"}, "format"),
        ({"step": -1}, "step"),
        ({"step": True}, "step"),
        ({"step": "3"}, "step"),
        ({"step": 3.0}, "step"),
        ({"step": 10**30}, "step"),
        ({"torch_version": "${oc.env:HOME}"}, "torch_version"),
        ({"extra": 1}, "extra"),
        ({"config": {}}, "config"),
        ({"config": "${oc.env:HOME}"}, "config"),
        ({"picture": None}, "picture"),
        ({"progress": {}}, "progress"),
        ({"progress": None}, "without the training"),
    ],
    ids=str,
)
def test_metadata_are_typed(good: bytes, change: dict[str, Any], named: str, tmp_path: Path) -> None:
    meta, tensors = parts(good)
    assert named in refusal(seal(meta | change, tensors), tmp_path)


UNFIT: list[tuple[str, dict[str, Any]]] = [
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
]


def refusal_of(good: bytes, group: str, change: dict[str, Any], folder: Path) -> str:
    meta, tensors = parts(good)
    meta["config"][group] |= change
    return refusal(seal(meta, tensors), folder)


@pytest.mark.parametrize(("group", "change"), UNFIT)
def test_a_configuration_that_does_not_fit_is_refused(
    good: bytes, group: str, change: dict[str, Any], tmp_path: Path
) -> None:
    refusal_of(good, group, change, tmp_path)


def read_unfit(file: str) -> None:
    for group, change in UNFIT:
        refusal_of(Path(file).read_bytes(), group, change, Path(file).parent)


def test_nor_is_memory_taken_for_what_does_not_fit(good: bytes, tmp_path: Path) -> None:
    file = tmp_path / "good.safetensors"
    file.write_bytes(good)
    assert growth(__file__, "read_unfit", file) < 100_000  # kB; the largest weights would be a TB


@pytest.mark.parametrize(
    "change",
    [
        lambda tensors: tensors | {"model/last": torch.zeros(1)},
        lambda tensors: {name: tensor for name, tensor in tensors.items() if not name.endswith("last.bias")},
        lambda tensors: tensors | {"model/network.last.bias": torch.zeros(4)},
        lambda tensors: tensors | {"model/network.last.bias": torch.zeros(3, dtype=torch.int32)},
        lambda tensors: tensors | {"model/network.last.bias": torch.zeros(3, dtype=torch.float16)},
        lambda tensors: tensors | {"model/network.last.bias": torch.zeros(3, dtype=torch.float64)},
        lambda tensors: tensors | {"model/network.last.bias": torch.tensor([0, 0, torch.nan])},
        lambda tensors: tensors | {"other": torch.zeros(1)},
        lambda tensors: tensors | {"state/99": torch.zeros(1)},
        lambda tensors: {name: tensor for name, tensor in tensors.items() if name != "state/0"},
        lambda tensors: {},
    ],
    ids=[
        *("one more", "one less", "another shape", "integers", "half precision", "mixed precision", "no number"),
        *("a foreign name", "a state more", "a state less", "none"),
    ],
)
def test_tensors_that_do_not_fit_are_refused(
    good: bytes, change: Callable[[dict[str, torch.Tensor]], dict[str, torch.Tensor]], tmp_path: Path
) -> None:
    meta, tensors = parts(good)
    refusal(seal(meta, change(tensors)), tmp_path)


def test_another_picture_size_is_part_of_the_signed_text(good: bytes, tmp_path: Path) -> None:
    meta, tensors = parts(good)
    refusal(seal(meta | {"picture": meta["picture"] | {"height": 10**6}}, tensors), tmp_path)
    refusal(seal(meta | {"picture": meta["picture"] | {"channels": 5}}, tensors), tmp_path)


def test_what_a_checkpoint_never_says_of_its_run_is_not_read(good: bytes, tmp_path: Path) -> None:
    meta, tensors = parts(good)
    meta["config"] |= {"experiment": {"name": "x"}, "variant": "x", "out": "${x}", "logger": {"name": "wandb"}}
    (tmp_path / "a.safetensors").write_bytes(seal(meta, tensors))
    config = load(tmp_path / "a.safetensors")[1].config
    assert {name: plain(config)[name] for name in NOT_KEPT} == NOT_KEPT


def test_a_picture_of_any_name_is_read(good: bytes, tmp_path: Path) -> None:
    meta, tensors = parts(good)
    meta["config"] |= {"image": "a ${b}.png"}  # nothing ever looks for it
    (tmp_path / "a.safetensors").write_bytes(seal(meta, tensors))
    assert load(tmp_path / "a.safetensors")[1].config.image == "a ${b}.png"


def read(file: str) -> None:
    load(Path(file))


def test_reading_takes_little_more_memory_than_the_file(checkpoint: Checkpoint, tmp_path: Path) -> None:
    large = tmp_path / "large.safetensors"
    checkpoint(large, "network.hidden_features=2048", "network.hidden_layers=1", "batch_size=2")
    size = large.stat().st_size
    assert size > 50_000_000
    assert growth(__file__, "read", large) * 1024 < 3 * size + 200_000_000


def test_a_folder_that_is_not_there_cannot_be_written(configure: Configure, begin: Begin, tmp_path: Path) -> None:
    config = configure(*WORDS)
    with pytest.raises(OutputError):
        save(tmp_path / "none" / "a.safetensors", begin(*WORDS).field, config, SHA256, 0)
