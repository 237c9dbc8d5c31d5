"""A field to hand on: it renders the same, says nothing of where it was made, and is no run."""

from __future__ import annotations

import getpass
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inr_cli.engine.checkpoint import load, save

PRIVATE = "a_private_place"


@pytest.fixture(scope="module")
def private(inr, fitted: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run on a picture file of somebody's own, kept in a folder that nobody else is to know of."""
    folder = tmp_path_factory.mktemp(PRIVATE)
    render = next(fitted.glob("outputs/*/*/render.png"))
    shutil.copy(render, folder / "holiday.png")
    words = ("steps=4", "save_every=2", "network.hidden_features=16", "encoding.count=16", "threads=1")
    inr("fit", f"image={folder / 'holiday.png'}", f"out={folder / 'runs'}", *words, cwd=folder)
    return folder


@pytest.fixture(scope="module")
def exported(inr, private: Path) -> Path:
    inr("export", "last", "--runs", "runs", "--weights", "cat.safetensors", cwd=private)
    return private / "cat.safetensors"


def run_folder(folder: Path) -> Path:
    return folder / "runs" / (folder / "runs/latest").read_text().strip()


def checkpoints(folder: Path) -> Iterator[Path]:
    yield from sorted(run_folder(folder).glob("checkpoints/*.safetensors"))


def test_it_is_the_field_alone(exported: Path, private: Path) -> None:
    *_, newest = checkpoints(private)
    assert exported.stat().st_size < newest.stat().st_size / 2  # Adam's two moments are gone
    assert load(exported)[1].progress is None
    assert load(exported)[1].step == load(newest)[1].step


@pytest.mark.parametrize("words", [[], ["--size", "77"], ["--crop", "5,6,20,30", "--zoom", "3"]], ids=" ".join)
def test_it_renders_the_same_bytes(inr, exported: Path, private: Path, tmp_path: Path, words: list[str]) -> None:
    inr("render", str(run_folder(private)), *words, "--out", "run.png", cwd=tmp_path)
    shutil.copy(exported, tmp_path / "elsewhere.safetensors")
    inr("render", "elsewhere.safetensors", *words, "--out", "file.png", cwd=tmp_path)
    assert (tmp_path / "file.png").read_bytes() == (tmp_path / "run.png").read_bytes()


def test_neither_it_nor_a_checkpoint_says_where_it_was_made(exported: Path, private: Path) -> None:
    secrets = {PRIVATE, str(private), str(Path.cwd()), str(Path.home()), os.sep + "home", socket.gethostname()}
    user = getpass.getuser()
    words = {f"/{user}", f'"{user}"', *(secret for secret in secrets if len(secret) > 2)}
    for file in (exported, *checkpoints(private)):
        data = file.read_bytes()
        assert b"holiday.png" in data
        assert not [word for word in words if word.encode() in data]


def test_a_folder_named_from_where_one_stands_is_not_said_either(inr, private: Path, tmp_path: Path) -> None:
    words = ("image=holiday.png", "dataset=file", f"out={PRIVATE}/of/mine", "size=12", "steps=1", "threads=1")
    shutil.copy(private / "holiday.png", tmp_path)
    inr("fit", *words, cwd=tmp_path)
    inr("export", "last", "--runs", f"{PRIVATE}/of/mine", "--weights", "cat.safetensors", cwd=tmp_path)
    for file in (tmp_path / "cat.safetensors", *tmp_path.rglob("step_*.safetensors")):
        assert not [word for word in (PRIVATE, "mine") if word.encode() in file.read_bytes()]


def test_it_is_no_run_to_go_on_with(inr, exported: Path, private: Path, tmp_path: Path) -> None:
    said = inr("resume", str(exported), cwd=tmp_path, expect=2).stderr
    assert said.startswith("error: ")
    assert len(said.splitlines()) == 1
    folder = shutil.copytree(run_folder(private), tmp_path / "run")
    (folder / "summary.json").unlink()
    for checkpoint in folder.glob("checkpoints/*.safetensors"):
        field, meta = load(checkpoint)
        save(checkpoint, field, meta.config, meta.picture.sha256, meta.step)
    said = inr("resume", str(folder), cwd=tmp_path, expect=5).stderr
    newest = f"{folder}/checkpoints/step_000004.safetensors"
    assert said == f"error: {newest}: holds the field alone; it can be rendered, but not continued.\n"


def test_a_run_whose_training_is_hostile_ends_in_one_line(inr, private: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(run_folder(private), tmp_path / "run")
    (folder / "summary.json").unlink()
    *_, newest = sorted(folder.glob("checkpoints/*.safetensors"))
    field, meta = load(newest)
    assert meta.progress is not None
    state = meta.progress.state
    state["optimizer"]["state"][0]["exp_avg"] = state["optimizer"]["state"][0]["exp_avg"].new_zeros(())
    save(newest, field, meta.config, meta.picture.sha256, meta.step, meta.progress)
    said = inr("resume", str(folder), cwd=tmp_path, expect=5).stderr
    assert said.startswith(f"error: {newest}: not a checkpoint of inr, or damaged (")
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "file"),
    [
        (["--format", "npz"], "holiday.npz"),
        (["--format", "numpy"], "holiday.py"),
        (["--format", "onnx", "--out", "field.onnx"], "field.onnx"),
        ([], "holiday.safetensors"),
    ],
    ids=lambda value: str(value),
)
def test_every_form_is_one_file_without_a_path(inr, private: Path, tmp_path: Path, words: list[str], file: str) -> None:
    done = inr("export", "--runs", str(private / "runs"), *words, cwd=tmp_path)
    [made] = tmp_path.iterdir()
    assert made.name == file
    assert done.stdout == f"{file}  {made.stat().st_size:,} bytes\n"
    assert not done.stderr
    assert PRIVATE.encode() not in made.read_bytes()


def test_a_python_file_renders_as_the_program_does(inr, private: Path, tmp_path: Path) -> None:
    inr("export", "--runs", str(private / "runs"), "--format", "numpy", "--out", "cat.py", cwd=tmp_path)
    inr("render", "--runs", str(private / "runs"), "--size", "50", "--out", "program.png", cwd=tmp_path)
    subprocess.run([sys.executable, "-I", "cat.py", "50", "file.png"], cwd=tmp_path, check=True)
    ours, theirs = (np.asarray(Image.open(tmp_path / name)).astype(int) for name in ("program.png", "file.png"))
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).max() <= 1


def test_the_numbers_are_read_without_the_program(inr, private: Path, exported: Path, tmp_path: Path) -> None:
    inr("export", "--runs", str(private / "runs"), "--format", "npz", "--out", "cat.npz", cwd=tmp_path)
    with np.load(tmp_path / "cat.npz", allow_pickle=False) as numbers:
        for name, value in load(exported)[0].state_dict().items():
            np.testing.assert_array_equal(numbers[name], value.numpy())
        assert json.loads(str(numbers["picture"]))["channels"] == 3
        assert json.loads(str(numbers["configuration"]))["encoding"]["name"] == "gaussian"


def test_a_pictures_name_is_no_code(inr, private: Path, tmp_path: Path) -> None:
    name = 'x"""; import os; os.mkdir("owned"); """.png'
    shutil.copy(private / "holiday.png", tmp_path / name)
    words = ("steps=1", "network.hidden_features=8", "encoding.count=8", "threads=1")
    inr("fit", f"image={name}", *words, cwd=tmp_path)
    inr("export", "--format", "numpy", cwd=tmp_path)
    [file] = tmp_path.glob("*.py")
    subprocess.run([sys.executable, file.name, "9", "out.png"], cwd=tmp_path, check=True)
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["--format", "onnx", "--out", "cat.png"], 2, "cat.onnx"),
        (["--format", "numpy", "--weights", "cat.safetensors"], 2, "--weights"),
        (["--format", "jpeg"], 2, "--format jpeg"),
        (["--weights", "cat.pt"], 2, "cat.safetensors"),
        (["--weights", "nowhere/cat.safetensors"], 4, "nowhere"),
        (["nothing", "--weights", "cat.safetensors"], 2, "nothing"),
    ],
    ids=lambda value: str(value),
)
def test_a_wrong_word_gets_one_line_and_no_file(
    inr, private: Path, tmp_path: Path, words: list[str], code: int, told: str
) -> None:
    said = inr("export", "--runs", str(private / "runs"), *words, cwd=tmp_path, expect=code).stderr
    assert told in said
    assert len(said.splitlines()) == 1
    assert not list(tmp_path.iterdir())
