from __future__ import annotations

import os
import platform
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image


def run_folder(folder: Path) -> Path:
    return folder / "outputs" / (folder / "outputs/latest").read_text().strip()


@pytest.mark.parametrize(
    ("words", "size"),
    [
        (["--size", "96"], (96, 64)),
        (["--size", "30x50"], (30, 50)),
        (["--zoom", "3"], (144, 96)),
        (["--crop", "12,8,36,24", "--size", "60"], (60, 40)),
        (["--crop=-8,-8,56,40"], (64, 48)),
    ],
)
def test_any_size_zoom_and_crop(inr, fitted: Path, tmp_path: Path, words: list[str], size: tuple[int, int]) -> None:
    inr("render", *words, "--runs", str(fitted / "outputs"), "--out", "x.png", cwd=tmp_path)
    with Image.open(tmp_path / "x.png") as picture:
        assert picture.size == size


def test_without_words_a_render_is_the_runs_own_picture(inr, fitted: Path, tmp_path: Path) -> None:
    inr("render", "--runs", str(fitted / "outputs"), "--out", "x.png", cwd=tmp_path)
    assert (tmp_path / "x.png").read_bytes() == (run_folder(fitted) / "render.png").read_bytes()


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "tif"])
def test_the_suffix_decides_the_format(inr, fitted: Path, tmp_path: Path, suffix: str) -> None:
    inr("render", "--runs", str(fitted / "outputs"), "--out", f"x.{suffix}", cwd=tmp_path)
    with Image.open(tmp_path / f"x.{suffix}") as picture:
        assert picture.format == {"png": "PNG", "jpg": "JPEG", "webp": "WEBP", "tif": "TIFF"}[suffix]
        near = np.asarray(picture.convert("RGB")).astype(int)
    exact = np.asarray(Image.open(run_folder(fitted) / "render.png")).astype(int)
    assert np.abs(near - exact).mean() <= (4 if suffix == "jpg" else 0)


def test_a_query_is_the_rendered_pixel_at_its_centre(inr, fitted: Path) -> None:
    pixels = np.asarray(Image.open(run_folder(fitted) / "render.png"))
    places = [(0, 0), (7, 31), (31, 47)]
    words = [word for row, column in places for word in ("--at", f"{row},{column}")]
    lines = inr("query", *words, cwd=fitted).stdout.splitlines()
    for (row, column), line in zip(places, lines, strict=True):
        colour = [round(float(value) * 255) for value in line.split()]
        assert colour == pixels[row, column].tolist()


def test_a_moved_folder_and_a_file_alone_still_render(inr, fitted: Path, tmp_path: Path) -> None:
    run = run_folder(fitted)
    shutil.copytree(run, tmp_path / "moved")
    shutil.copy(run / "checkpoints/step_000030.safetensors", tmp_path / "alone.safetensors")
    inr("render", "moved", "--size", "20", cwd=tmp_path)
    assert (tmp_path / "moved/renders/20x13.png").is_file()
    inr("render", "alone.safetensors", "--size", "20", cwd=tmp_path)
    one, other = tmp_path / "moved/renders/20x13.png", tmp_path / "alone-20x13.png"
    assert one.read_bytes() == other.read_bytes()


def test_16_bits_hold_more_than_8(inr, fitted: Path, tmp_path: Path) -> None:
    png = pytest.importorskip("png", reason="pypng, of the dev extra, reads 16-bit colour")
    inr("render", "--bits", "16", "--runs", str(fitted / "outputs"), "--out", "deep.png", cwd=tmp_path)
    width, height, rows, info = png.Reader(bytes=(tmp_path / "deep.png").read_bytes()).read()
    deep = np.array(list(rows)).reshape(height, width, 3)
    flat = np.asarray(Image.open(run_folder(fitted) / "render.png")).astype(int)
    assert info["bitdepth"] == 16
    assert np.abs(np.round(deep / 257) - flat).max() <= 1
    assert len(np.unique(deep)) > len(np.unique(flat))


FAULTS = """
import resource, sys
import inr_cli
field = inr_cli.load(sys.argv[1])
field.render(600)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
field.render(600)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc is told what to keep")
def test_a_render_is_given_the_memory_of_the_last_one(inr, tmp_path: Path) -> None:
    """Else the system clears every page anew for each piece, which is a quarter of a large render."""
    inr("fit", "image=cat", "size=32", "steps=2", "eval_every=2", cwd=tmp_path)
    command = [sys.executable, "-c", FAULTS, str(run_folder(tmp_path))]
    one_thread = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=one_thread)
    assert int(done.stdout) < 15_000  # pages: up to 4,600 where blocks come to lie anew, 47,000 to 280,000 without


@pytest.mark.long
@pytest.mark.parametrize("width", [32, pytest.param(256, marks=pytest.mark.long)])
def test_4096_pixels_stay_below_1500_mb(width: int, inr, tmp_path: Path) -> None:
    numbers = [f"network.hidden_features={width}", "network.hidden_layers=3"]
    inr("fit", "image=cat", "size=32", "steps=2", *numbers, cwd=tmp_path)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    command = [sys.executable, "-m", "inr_cli", "render", "--size", "4096x4096", "--out", "big.png"]
    subprocess.run(command, cwd=tmp_path, check=True)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert max(peak, before) < 1_500_000  # kB on Linux
    with Image.open(tmp_path / "big.png") as picture:
        assert picture.size == (4096, 4096)
