from __future__ import annotations

import json
import os
from pathlib import Path

import yaml
from observing import sweep_folder
from PIL import Image

TINY = ("size=24", "steps=3", "network.hidden_features=8", "encoding.count=8", "threads=1")


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
    assert [job["folder"] for job in jobs] == sorted(summaries)
    assert [job["overrides"][:2] for job in jobs][1:3] == [["image=cat", "scale=10"], ["image=camera", "scale=1"]]
    listed = inr("ls", "runs", cwd=tmp_path).stdout
    assert all(name in listed for name in summaries)


def test_one_bad_job_leaves_the_others_running_and_the_end_says_so(inr, tmp_path: Path) -> None:
    words = ("fit", "-m", "optimizer=sgd", "optimizer.lr=0.1,1e9", "eval_every=1", *TINY)
    done = inr(*words, "steps=20", cwd=tmp_path, expect=10)
    statuses = [json.loads(path.read_text())["status"] for path in sorted(sweep_folder(tmp_path).glob("*/run.json"))]
    assert statuses == ["done", "diverged"]
    assert "diverged by step" in done.stderr
    assert not done.stderr.count("Traceback")
    assert done.stderr.splitlines()[-1].startswith("error: 1 of 2 jobs did not finish: 001-cat-gaussian")


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


def test_jobs_at_a_time_share_the_cores_and_the_share_is_written_down(inr, tmp_path: Path) -> None:
    inr("fit", "-m", "seed=1,2,3", "jobs=1000", *TINY[:-1], cwd=tmp_path)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    configs = [yaml.safe_load(path.read_text()) for path in sweep_folder(tmp_path).glob("*/config.yaml")]
    assert [config["threads"] for config in configs] == [max(1, cores // 3)] * 3
    assert not any("jobs" in config for config in configs), "it is no property of a run"
    assert json.loads((sweep_folder(tmp_path) / "sweep.json").read_text())["at_once"] == 3


def test_the_word_jobs_is_known_where_a_sweep_is_and_refused_where_none_is(inr, tmp_path: Path) -> None:
    for words, line in (
        (("-m", "seed=1,2", "jobs=0"), "error: jobs=0: "),
        (("-m", "seed=1,2", "jobs=1,2"), "error: jobs=1,2: "),
        (("-m", "seed=1,2", "jobbs=2"), "error: jobbs=2: there is no option jobbs. Did you mean 'jobs'?"),
        (("jobs=2",), "error: jobs=2: "),
    ):
        said = inr("fit", *words, *TINY, cwd=tmp_path, expect=2).stderr
        assert len(said.splitlines()) == 1
        assert said.startswith(line)
    assert "jobs=" in inr("_complete", "inr fit -m jo", cwd=tmp_path).stdout.split()
    assert not list(tmp_path.iterdir())
