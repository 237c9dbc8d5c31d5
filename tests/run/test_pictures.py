"""Pictures of strangers through the real command line: exit 3 and one line, or the option that opens them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml
from PIL import Image

from inr_cli.cli.main import main
from inr_cli.config.compose import defaults

SMALL = ("network.hidden_features=16", "encoding.count=16", "threads=1", "steps=1", "size=null")
VALUES = np.random.default_rng(0).integers(0, 256, (40, 40, 4), dtype=np.uint8)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Odd pictures, and nothing else."""
    first, second = Image.new("RGB", (8, 6), "red"), Image.new("RGB", (8, 6), "blue")
    first.save(tmp_path / "film.gif", save_all=True, append_images=[second])
    first.save(tmp_path / "pages.tif", save_all=True, append_images=[second])
    Image.fromarray(VALUES, "CMYK").save(tmp_path / "inks.jpg")
    Image.fromarray(VALUES, "RGBA").save(tmp_path / "alpha.png")
    Image.new("L", (9000, 9000)).save(tmp_path / "bomb.png")
    Image.fromarray(VALUES[..., :3]).save(tmp_path / "whole.tif", compression="tiff_lzw")
    stored = bytearray((tmp_path / "whole.tif").read_bytes())
    stored[100:120] = b"\xff" * 20
    (tmp_path / "whole.tif").unlink()
    (tmp_path / "damaged.tif").write_bytes(stored)
    (tmp_path / "cut.png").write_bytes((tmp_path / "alpha.png").read_bytes()[:300])
    (tmp_path / "empty.png").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


REFUSED = [
    (["image=film.gif"], "film.gif: has 2 frames or pages", "dataset.frame=0 to 1"),
    (["image=film.gif", "dataset.frame=2"], "film.gif: has no frame 2", "dataset.frame=0 to 1"),
    (["image=pages.tif"], "pages.tif: has 2 frames or pages", "dataset.frame=0 to 1"),
    (["image=inks.jpg"], "inks.jpg: stores CMYK values", "dataset.convert_cmyk=true"),
    (["image=bomb.png"], "bomb.png: 9000 x 9000 pixels", "shrink it"),
    (["image=damaged.tif"], "damaged.tif: damaged", "accepted: PNG"),
    (["image=cut.png"], "cut.png: damaged", "accepted: PNG"),
    (["image=empty.png"], "empty.png: the file has 0 bytes", "accepted: PNG"),
]


@pytest.mark.parametrize(("words", "says", "cure"), REFUSED, ids=str)
def test_a_refused_picture_is_one_line_code_3_and_nothing_written(
    words: list[str], says: str, cure: str, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = sorted(folder.iterdir())
    with pytest.raises(SystemExit) as end:
        main(["fit", *words])
    said = capfd.readouterr()
    assert (end.value.code, said.out) == (3, "")
    [message] = said.err.splitlines()
    assert message.startswith("error: ")
    assert says in message
    assert cure in message
    assert len(message) <= 300
    assert sorted(folder.iterdir()) == before


def test_the_program_itself_says_no_more_of_a_damaged_picture(inr, folder: Path) -> None:
    done = inr("fit", "image=damaged.tif", cwd=folder, expect=3)
    assert done.stderr.count("\n") == 1
    assert not (folder / "outputs").exists()


@pytest.mark.parametrize(
    ("name", "chosen", "channels"),
    [
        ("film.gif", {"frame": 1}, 3),
        ("inks.jpg", {"convert_cmyk": True}, 3),
        ("alpha.png", {}, 4),
        ("alpha.png", {"alpha": "drop"}, 3),
        ("alpha.png", {"background": "#ff8000"}, 3),
    ],
    ids=str,
)
def test_an_option_opens_it_and_is_recorded(
    name: str, chosen: dict[str, object], channels: int, inr, folder: Path
) -> None:
    options = [f"dataset.{key}={value}" for key, value in chosen.items()]
    inr("fit", f"image={name}", *options, *SMALL, cwd=folder)
    run = folder / "outputs" / (folder / "outputs/latest").read_text().strip()
    recorded = yaml.safe_load((run / "config.yaml").read_text())
    assert recorded["image"] == str(folder / name)
    assert recorded["dataset"] == {**defaults("dataset", "file"), **chosen}
    with Image.open(run / "render.png") as rendered:
        assert len(rendered.getbands()) == channels


def test_a_sweep_may_mix_files_and_names(inr, folder: Path) -> None:
    inr("fit", "-m", "image=alpha.png,face", "dataset=synthetic", *SMALL, cwd=folder)
    recorded = [yaml.safe_load(file.read_text())["dataset"]["name"] for file in folder.glob("outputs/**/config.yaml")]
    assert sorted(recorded) == ["file", "synthetic"]


def test_an_experiment_s_dataset_gives_way_to_a_file(inr, folder: Path) -> None:
    words = ("experiment=coin/kodak_0.07bpp", "image=alpha.png", "dataset.background=white")
    inr("fit", *words, "steps=1", "size=null", "threads=1", cwd=folder)
