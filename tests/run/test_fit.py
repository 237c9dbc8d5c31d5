from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import numpy as np
import pytest
import yaml
from PIL import Image
from skimage.metrics import peak_signal_noise_ratio

SMALL = ("network.hidden_features=16", "encoding.count=16", "threads=1")
TINY = ("size=24", "steps=3", *SMALL)


def run_folder(folder: Path) -> Path:
    return folder / "outputs" / (folder / "outputs/latest").read_text().strip()


def test_a_run_leaves_everything_that_was_promised(fitted: Path) -> None:
    run = run_folder(fitted)
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\d/\d\d-\d\d-\d\d-cat-gaussian-[0-9a-f]{4}", str(run.relative_to(fitted / "outputs"))
    )
    files = {path.relative_to(run).as_posix() for path in run.rglob("*") if path.is_file()}
    assert files >= {
        "config.yaml",
        "run.json",
        "metrics.csv",
        "checkpoints/step_000020.safetensors",
        "checkpoints/step_000030.safetensors",
        "renders/step_000010.png",
        "render.png",
        "comparison.png",
        "environment.json",
        "summary.json",
    }
    assert not [path for path in files if path.endswith(".tmp")]


def test_the_summary_has_the_promised_keys_and_true_figures(fitted: Path) -> None:
    run = run_folder(fitted)
    summary = json.loads((run / "summary.json").read_text())
    promised = (
        "status psnr psnr_8bit ssim steps seconds parameters bits_per_pixel width height channels device precision"
    )
    assert set(summary) >= {*promised.split(), "seed", "image_sha256", "inr_version"}
    assert (summary["status"], summary["steps"], summary["channels"]) == ("done", 30, 3)
    assert json.loads((run / "run.json").read_text())["status"] == "done"

    from inr_cli.dataset.skimage import Skimage
    from inr_cli.signal.resample import shrink

    target = shrink(Skimage(Skimage.Spec(name="skimage"), 0).open("cat", None).pixels, 48)
    written = np.asarray(Image.open(run / "render.png")) / 255
    theirs = peak_signal_noise_ratio(target.astype(np.float64), written, data_range=1)
    assert summary["psnr_8bit"] == pytest.approx(theirs, abs=1e-4)
    rows = list(csv.DictReader((run / "metrics.csv").read_text().splitlines()))
    assert float(rows[-1]["psnr"]) == pytest.approx(summary["psnr"], abs=1e-6)
    assert float(rows[-1]["ssim"]) == pytest.approx(summary["ssim"], abs=1e-6)
    steps = [int(row["step"]) for row in rows]
    assert steps[0] == 0
    assert steps[-1] == 30
    assert steps == sorted(set(steps))


def test_the_same_words_give_the_same_bits(inr, fitted: Path, tmp_path: Path) -> None:
    first = run_folder(fitted)
    inr("fit", "image=cat", "size=48", "steps=30", *SMALL, cwd=tmp_path)
    again = run_folder(tmp_path)
    assert (first / "render.png").read_bytes() == (again / "render.png").read_bytes()
    assert (first / "checkpoints/step_000030.safetensors").stat().st_size > 0

    import inr_cli

    ours, theirs = (inr_cli.load(run).state_dict() for run in (first, again))
    assert all((ours[name] == theirs[name]).all() for name in ours)


def test_the_configuration_left_behind_is_complete_and_runs_again(fitted: Path) -> None:
    data = yaml.safe_load((run_folder(fitted) / "config.yaml").read_text())
    from inr_cli.config.root import check_root
    from inr_cli.engine.check import check

    assert check(check_root(data)).steps == 30
    assert data["encoding"] == {"name": "gaussian", "count": 16, "scale": 10.0}


def test_the_closing_panel_says_what_to_type_next(inr, tmp_path: Path) -> None:
    said = inr("train", "dataset=synthetic", "image=face", *TINY, cwd=tmp_path).stdout
    for word in ("PSNR", "SSIM", "bits per pixel", "inr render --size 1024", "comparison.png"):
        assert word in said


@pytest.mark.parametrize(
    ("name", "mode", "size", "channels"),
    [("photo(1).png", "RGB", (20, 13), 3), ("a=b.png", "L", (13, 20), 1), ("15", "RGBA", (7, 30), 4)],
)
def test_a_file_of_any_name_kind_and_aspect_is_fitted(
    inr, tmp_path: Path, name: str, mode: str, size: tuple[int, int], channels: int
) -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (size[1], size[0], channels), dtype=np.uint8)
    Image.fromarray(pixels.squeeze(), mode).save(tmp_path / name, format="png")
    inr("fit", f"image={name}", "size=null", "steps=2", *SMALL, cwd=tmp_path)
    run = run_folder(tmp_path)
    summary = json.loads((run / "summary.json").read_text())
    assert (summary["width"], summary["height"], summary["channels"]) == (*size, channels)
    with Image.open(run / "render.png") as rendered:
        assert (rendered.size, rendered.mode) == (size, mode)


def test_no_steps_is_a_look_at_the_initial_field(inr, tmp_path: Path) -> None:
    inr("fit", "steps=0", "size=24", *SMALL, cwd=tmp_path)
    summary = json.loads((run_folder(tmp_path) / "summary.json").read_text())
    assert summary["steps"] == 0
    assert (run_folder(tmp_path) / "render.png").is_file()


def test_seconds_become_a_recorded_number_of_steps(inr, tmp_path: Path) -> None:
    inr("fit", "seconds=1", "size=24", *SMALL, cwd=tmp_path)
    data = yaml.safe_load((run_folder(tmp_path) / "config.yaml").read_text())
    assert data["steps"] > 10
    assert data["seconds"] is None


def test_the_file_s_own_folder_of_choices_joins_in(inr, tmp_path: Path) -> None:
    (tmp_path / "mine/encoding").mkdir(parents=True)
    (tmp_path / "mine/encoding/wide.yaml").write_text("# wide\nname: gaussian\ncount: 8\nscale: 3.0\n")
    said = inr("fit", "--config-dir", "mine", "encoding=wide", "--cfg", "job", cwd=tmp_path).stdout
    assert yaml.safe_load(said)["encoding"] == {"name": "gaussian", "count": 8, "scale": 3.0}
    said = inr("ls", "encodings", cwd=tmp_path, INR_CONFIG_DIR=str(tmp_path / "mine")).stdout
    assert "wide" in said
    (tmp_path / "mine/encoding/broken.yaml").write_text("name: gaussian\ncount: [8\nscale: 3.0\n")
    wrong = inr("fit", "--config-dir", "mine", "encoding=broken", cwd=tmp_path, expect=2).stderr
    assert re.search(r"broken\.yaml:\d+: not valid yaml", wrong)
    assert len(wrong.splitlines()) == 1


@pytest.mark.parametrize("flag", [["--help"], ["--hydra-help"], ["--info", "searchpath"], ["--cfg", "all"]])
def test_hydras_own_flags_print_and_write_nothing(inr, tmp_path: Path, flag: list[str]) -> None:
    assert inr("fit", *flag, cwd=tmp_path).stdout
    assert not list(tmp_path.iterdir())
