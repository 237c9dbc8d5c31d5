from __future__ import annotations

import json
from pathlib import Path

from PIL import Image

TINY = ("size=24", "steps=3", "network.hidden_features=8", "encoding.count=8", "threads=1")


def sweep_folder(folder: Path) -> Path:
    return folder / "outputs" / (folder / "outputs/latest").read_text().strip()


def test_a_sweep_is_one_run_folder_per_job_under_one_sweep_folder(inr, tmp_path: Path) -> None:
    said = inr("fit", "-m", "image=cat,camera", "scale=1,10", *TINY, cwd=tmp_path)
    sweep = sweep_folder(tmp_path)
    summaries = {path.parent.name: json.loads(path.read_text()) for path in sweep.glob("*/summary.json")}
    assert sorted(summaries) == ["000-cat-gaussian", "001-cat-gaussian", "002-camera-gaussian", "003-camera-gaussian"]
    assert len(said.stdout.splitlines()) == 5
    assert "scale=10" in said.stdout
    assert TINY[0] not in said.stdout, "what every job shares is not worth a column"
    best = max(summaries, key=lambda name: summaries[name]["psnr"])
    assert best in inr("render", "last", "--size", "20", cwd=tmp_path).stdout
    jobs = json.loads((sweep / "sweep.json").read_text())["jobs"]
    assert [job["status"] for job in jobs] == ["done"] * 4
    listed = inr("ls", "runs", cwd=tmp_path).stdout
    assert all(name in listed for name in summaries)


def test_one_bad_job_leaves_the_others_running_and_the_end_says_so(inr, tmp_path: Path) -> None:
    words = ("fit", "-m", "optimizer=sgd", "optimizer.lr=0.1,1e9", "eval_every=1", *TINY)
    done = inr(*words, "steps=20", cwd=tmp_path, expect=10)
    statuses = [json.loads(path.read_text())["status"] for path in sorted(sweep_folder(tmp_path).glob("*/run.json"))]
    assert statuses == ["done", "diverged"]
    assert "diverged by step" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("error: 1 of 2 jobs failed: 001-cat-gaussian")


def test_every_job_is_checked_before_the_first_starts(inr, tmp_path: Path) -> None:
    for words, code in ((["scale=1,-1"], 2), (["image=cat,cta"], 3), (["init=torch,siren"], 2)):
        said = inr("fit", "-m", *words, *TINY, cwd=tmp_path, expect=code).stderr
        assert len(said.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_all_pictures_of_the_dataset_that_an_experiment_chooses_make_a_job_each(inr, tmp_path: Path) -> None:
    (tmp_path / "mine" / "experiment").mkdir(parents=True)
    drawn = "# @package _global_\n# Drawings.\ndefaults:\n  - override /dataset: synthetic\nimage: face\n"
    (tmp_path / "mine" / "experiment" / "drawn.yaml").write_text(drawn)
    inr("fit", "-m", "--config-dir", "mine", "experiment=drawn", "image=all", *TINY, cwd=tmp_path)
    folders = [path.name.split("-")[1] for path in sorted(sweep_folder(tmp_path).iterdir()) if path.is_dir()]
    assert folders == ["band_limited_noise", "checkerboard", "constant", "face", "siemens_star", "zone_plate"]


def test_files_with_odd_names_can_be_swept(inr, tmp_path: Path) -> None:
    for name in ("a b.png", "c(1).png"):
        Image.new("RGB", (12, 12), (200, 30, 30)).save(tmp_path / name)
    inr("fit", "-m", "image=a b.png,c(1).png", *TINY, cwd=tmp_path)
    assert sorted(path.name for path in sweep_folder(tmp_path).iterdir() if path.is_dir()) == [
        "000-a_b-gaussian",
        "001-c_1-gaussian",
    ]
