from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

YAML = """# @package _global_
# A study: the face, {steps} steps; none published; 2 CPU cores 1 s.
defaults:
  - override /dataset: synthetic
image: face
steps: {steps}
network: {{hidden_features: 8}}
encoding: {{count: 4}}
threads: 1
experiment:
  name: study/{name}
  source: a study
  minutes: {{gpu: null, cpu: 0.1}}
{more}"""
GOOD = """  variants: {low: [scale=1], high: [scale=3]}
  expect:
    - {of: psnr, variant: low, above: 1}
    - {of: steps, published: 3, within: 0}
    - {of: steps, variant: low, published: 3, within: 0}
"""


@pytest.fixture
def own(tmp_path: Path) -> dict[str, str]:
    """The environment in which the experiments study/good, study/bad and study/endless are known."""
    folder = tmp_path / "own" / "experiment" / "study"
    folder.mkdir(parents=True)
    studies = {
        "good": (3, GOOD),
        "bad": (3, "  expect: [{of: psnr, above: 99}]\n"),
        "endless": (9_000_000, "  expect: [{of: psnr, above: 99}]\n"),
    }
    for name, (steps, more) in studies.items():
        (folder / f"{name}.yaml").write_text(YAML.format(name=name, steps=steps, more=more))
    return {"INR_CONFIG_DIR": str(tmp_path / "own")}


def report(folder: Path) -> Path:
    [found] = folder.glob("outputs/reproduce/*/*")
    return found


def test_a_study_is_run_told_and_written_down(inr, tmp_path: Path, own: dict[str, str]) -> None:
    done = inr("reproduce", "study/good", "seed=3", cwd=tmp_path, **own)
    lines = done.stdout.splitlines()
    assert lines[0].startswith("pass            study/good low  psnr expected above 1, measured ")
    assert lines[1].startswith("not judged      study/good  steps expected 3 ± 0: study/good was not run along")
    assert lines[2] == "pass            study/good low  steps expected 3 ± 0, measured 3"  # which is published
    assert lines[3] == str(report(tmp_path).relative_to(tmp_path) / "reproduce.md")
    assert done.stderr.startswith("2 runs of 1 experiment in outputs/reproduce/")
    names = sorted(path.name for path in (report(tmp_path) / "study/good").iterdir() if path.is_dir())
    assert names == ["000-face-gaussian", "001-face-gaussian"]
    data = json.loads((report(tmp_path) / "reproduce.json").read_text())
    assert data["experiments"][0]["forms"][1]["command"] == "inr fit experiment=study/good variant=high seed=3"


def test_the_command_of_a_form_makes_the_same_run(inr, tmp_path: Path, own: dict[str, str]) -> None:
    inr("reproduce", "study/good", cwd=tmp_path, **own)
    data = json.loads((report(tmp_path) / "reproduce.json").read_text())
    form = data["experiments"][0]["forms"][0]
    inr(*form["command"].split()[1:], cwd=tmp_path, **own)
    run = tmp_path / "outputs" / (tmp_path / "outputs/latest").read_text().strip()
    assert (run / "render.png").read_bytes() == (
        report(tmp_path) / form["runs"][0]["folder"] / "render.png"
    ).read_bytes()


def test_what_fails_is_code_10_after_all_have_been_run(inr, tmp_path: Path, own: dict[str, str]) -> None:
    done = inr("reproduce", "study/bad", "study/good", cwd=tmp_path, expect=10, **own)
    assert done.stdout.startswith("FAIL            study/bad  psnr expected above 99 (none published), measured ")
    assert "study/good" in done.stdout
    assert done.stderr.splitlines()[-1].startswith("error: 1 of 4 checks failed")


def test_a_wrong_word_is_one_line_before_anything_is_written(inr, tmp_path: Path, own: dict[str, str]) -> None:
    for words in (["stud/good"], ["study/good", "sed=3"], ["study/good", "--quick"], ["study/good", "--steps", "-1"]):
        said = inr("reproduce", *words, cwd=tmp_path, expect=2, **own).stderr
        assert len(said.splitlines()) == 1
    assert not (tmp_path / "outputs").exists()


@pytest.mark.parametrize(
    "words",
    [["out=here"], ["experiment=study/bad"], ["seed=0,1"], ["--resume", "nowhere"], ["--resume", ".", "--quick"]],
)
def test_what_cannot_be_honoured_is_refused(inr, tmp_path: Path, own: dict[str, str], words: list[str]) -> None:
    names = [] if "--resume" in words else ["study/bad"]
    said = inr("reproduce", *names, *words, cwd=tmp_path, expect=2, **own).stderr
    assert len(said.splitlines()) == 1
    assert said.startswith(f"error: {' '.join(words[:2])}" if names else "error: ")


def test_with_words_that_change_it_nothing_is_judged(inr, tmp_path: Path, own: dict[str, str]) -> None:
    said = inr("reproduce", "study/bad", "size=8", "device=cpu", cwd=tmp_path, **own).stdout
    assert said.startswith("not judged")
    assert ": changed by size=8\n" in said


def test_where_nothing_could_be_run_the_code_is_6(inr, tmp_path: Path, own: dict[str, str]) -> None:
    words = ["dataset=kodak", "image=kodim01", "dataset.root=nowhere"]
    said = inr("reproduce", "study/bad", *words, cwd=tmp_path, expect=6, **own).stderr
    assert said.splitlines()[-1].startswith("error: nothing was run: ")


def test_stopped_by_hand_it_reports_what_there_is_and_goes_on(inr, tmp_path: Path, own: dict[str, str]) -> None:
    command = [sys.executable, "-m", "inr_cli", "reproduce", "study/good", "study/endless"]
    program = subprocess.Popen(
        command, cwd=tmp_path, env=os.environ | own, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 120
    while not list(tmp_path.glob("outputs/reproduce/*/*/study/endless/*/metrics.csv")) and time.monotonic() < deadline:
        time.sleep(0.2)
    time.sleep(0.5)
    program.send_signal(signal.SIGINT)
    said = program.communicate(timeout=60)[1].splitlines()[-1]
    assert program.returncode == 130
    folder = report(tmp_path).relative_to(tmp_path)
    assert said == f"error: 2 of 3 runs made, see {folder}; inr reproduce --resume {folder} goes on."
    assert "2 of 3 runs so far" in (tmp_path / folder / "reproduce.md").read_text()
    data = json.loads((report(tmp_path) / "reproduce.json").read_text())
    checks = {one["name"]: [check["word"] for check in one["checks"]] for one in data["experiments"]}
    assert checks == {"study/good": ["pass", "not judged", "pass"], "study/endless": ["not run"]}
    assert {one["name"]: one["verdict"] for one in data["experiments"]}["study/endless"] == "not run"
    done = {file: file.stat().st_mtime_ns for file in (tmp_path / folder / "study/good").glob("*/summary.json")}
    [endless] = (tmp_path / folder / "study/endless").iterdir()
    measured = (endless / "metrics.csv").read_text()
    config = (endless / "config.yaml").read_text()
    last = int(json.loads((endless / "run.json").read_text())["checkpoint"].partition("step_")[2].split(".")[0])
    (endless / "config.yaml").write_text(config.replace("steps: 9000000", f"steps: {last + 1}"))
    inr("reproduce", "--resume", str(folder), cwd=tmp_path, expect=10, **own)
    assert all(file.stat().st_mtime_ns == time for file, time in done.items())
    assert (endless / "metrics.csv").read_text().startswith(measured.partition("\n")[0])
    page = (tmp_path / folder / "reproduce.md").read_text()
    assert "so far" not in page
    assert page.startswith("# Reproduced: 2 pass, 1 not judged, 1 FAIL")


# inr fit experiment=


def test_a_fit_of_an_experiment_has_the_published_figure_beside_its_own(
    inr, tmp_path: Path, own: dict[str, str]
) -> None:
    said = inr("fit", "experiment=study/good", "variant=low", cwd=tmp_path, **own).stdout
    assert "steps 3 ± 0, measured 3; steps 3 ± 0, measured 3" in said
    assert "none (a study)" in inr("fit", "experiment=study/bad", cwd=tmp_path, **own).stdout
    changed = inr("fit", "experiment=study/good", "variant=low", "size=8", cwd=tmp_path, **own).stdout
    assert "steps 3 ± 0, measured 3 (changed: size=8)" in changed
    assert "published" not in inr("fit", "steps=1", "size=8", cwd=tmp_path, **own).stdout


def test_a_sweep_of_an_experiment_runs_all_its_forms(inr, tmp_path: Path, own: dict[str, str]) -> None:
    lines = inr("fit", "-m", "experiment=study/good", "seed=0,1", cwd=tmp_path, **own).stdout.splitlines()
    assert len(lines) == 5
    for form in ("variant=low", "variant=high"):
        for seed in ("seed=0", "seed=1"):
            assert any(form in line and seed in line for line in lines)
    scales = [float(file.read_text().partition("\nscale: ")[2].split()[0]) for file in tmp_path.rglob("config.yaml")]
    assert sorted(scales) == [1, 1, 3, 3]


def test_a_sweep_has_what_was_published_of_each_job_in_its_table(inr, tmp_path: Path, own: dict[str, str]) -> None:
    def published(text: str) -> dict[str, str]:
        header, *rows = (line.split("\t") for line in text.splitlines())
        return {row[-1]: row[header.index("published")] for row in rows}

    said = published(inr("fit", "-m", "experiment=study/good", cwd=tmp_path, **own).stdout)
    assert said == {"variant=low": "steps 3; steps 3", "variant=high": "steps 3"}
    assert published(inr("resume", "last", cwd=tmp_path, **own).stdout) == said
    said = published(inr("fit", "-m", "experiment=study/good", "size=8", cwd=tmp_path, **own).stdout)
    assert said["variant=high"] == "steps 3 (changed)"


def test_several_experiments_with_forms_are_refused_rather_than_their_forms_dropped(
    inr, tmp_path: Path, own: dict[str, str]
) -> None:
    said = inr("fit", "-m", "experiment=study/bad,study/good", cwd=tmp_path, expect=2, **own).stderr
    assert said.startswith(
        "error: experiment=study/bad,study/good: one of these has forms of its own, variant=low,high"
    )
    assert not (tmp_path / "outputs").exists()


def test_a_sweep_of_an_experiment_shows_its_first_job(inr, tmp_path: Path, own: dict[str, str]) -> None:
    shown = inr("fit", "-m", "experiment=study/good", "seed=4,5", "--cfg", "job", cwd=tmp_path, **own).stdout
    assert "\nscale: 1\n" in shown
    assert "\nseed: 4\n" in shown


@pytest.mark.parametrize("word", ["experiment=good", "experiment=study/god"])
def test_the_nearest_experiment_is_offered(inr, tmp_path: Path, own: dict[str, str], word: str) -> None:
    assert inr("fit", word, cwd=tmp_path, expect=2, **own).stderr.endswith("Did you mean 'study/good'?\n")


def test_one_form_is_not_varied_where_it_is_typed(inr, tmp_path: Path, own: dict[str, str]) -> None:
    lines = inr("fit", "-m", "experiment=study/good", "variant=low", cwd=tmp_path, **own).stdout.splitlines()
    assert len(lines) == 2


def test_a_form_is_shown_as_it_would_be_run(inr, tmp_path: Path, own: dict[str, str]) -> None:
    shown = inr("fit", "experiment=study/good", "variant=high", "--cfg", "job", cwd=tmp_path, **own).stdout
    assert "\nscale: 3\n" in shown


# minutes


@pytest.mark.long
def test_every_quick_form_comes_out_as_expected(inr_long, tmp_path: Path) -> None:
    said = inr_long("reproduce", "--quick", cwd=tmp_path)
    assert "FAIL" not in said
    assert "\nnot run" not in said


@pytest.mark.long
def test_every_full_form_takes_its_first_steps(inr_long, tmp_path: Path) -> None:
    said = inr_long("reproduce", "--steps", "3", cwd=tmp_path)
    assert "FAIL" not in said


@pytest.fixture
def inr_long():
    """The program without a limit of minutes, its lines shown as they come."""

    def run(*words: str, cwd: Path) -> str:
        done = subprocess.run([sys.executable, "-m", "inr_cli", *words], cwd=cwd, stdout=subprocess.PIPE, text=True)
        print(done.stdout)
        assert done.returncode == 0, done.stdout
        return done.stdout

    return run
