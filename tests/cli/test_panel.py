import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from inr_cli.cli.panel import closing_panel, sweep_table
from inr_cli.config.root import RunConfig
from inr_cli.engine.train import Run, train
from inr_cli.signal.write import write_json

Told = Callable[..., dict[str, str]]


@pytest.fixture
def fit(configure: Callable[..., RunConfig], tmp_path: Path) -> Callable[..., Run]:
    return lambda *words: train(configure("steps=2", f"out={tmp_path}", *words))


@pytest.fixture
def told(fit: Callable[..., Run], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Told:
    """The panel of a run: what stands behind each name."""

    def said(*words: str) -> dict[str, str]:
        run = fit(*words)
        closing_panel(run.path, run.summary)
        return dict(re.findall(r"│ (.*?) {2,}(.*?) +│", capsys.readouterr().out))

    return said


def test_the_next_command_names_the_run_unless_it_is_the_newest_of_the_usual_place(
    configure: Callable[..., RunConfig], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    older, newer, elsewhere = (train(configure("steps=1", f"out={out}")) for out in ("outputs", "outputs", "other"))
    for run, named in ((older, f" {older.path}"), (newer, ""), (elsewhere, f" {elsewhere.path}")):
        closing_panel(run.path, run.summary)
        assert f"inr render{named} --size 1024 " in capsys.readouterr().out


DB = r"\d+\.\d\d dB"


def test_a_fit_is_told_at_its_pixels_and_between_them(told: Told) -> None:
    rows = told()
    assert re.fullmatch(rf"{DB}, SSIM -?0\.\d{{4}}: every pixel", rows["PSNR"])
    assert re.match(rf"{DB}: the same, of the PNG", rows["PSNR 8bit"])
    assert re.match(rf"{DB}: halfway between the pixels", rows["between pixels"])
    assert re.match(rf"{DB}: ", rows["between nearest"])
    assert "PSNR unclamped" not in rows, "it stands in summary.json, for comparing with other programs"


def test_a_task_with_hidden_pixels_says_how_many_were_shown_and_how_many_were_hidden(told: Told) -> None:
    rows = told("task=interpolate")
    assert re.fullmatch(rf"{DB}, SSIM -?0\.\d{{4}}: the 64 pixels shown", rows["PSNR"])
    assert re.fullmatch(rf"{DB}, SSIM -?0\.\d{{4}}: 49 of the 161 pixels hidden", rows["PSNR test"])
    assert "PSNR train" not in rows


def test_super_resolution_is_always_told_with_its_rivals(told: Told) -> None:
    rows = told("task=superres", "task.factor=2")
    assert rows["PSNR"].endswith(": the 7x7 picture shown, the field's reduced alike")
    assert rows["PSNR test"].endswith(": the 14x14 picture, hidden")
    for kernel in ("nearest", "bilinear", "bicubic", "lanczos"):
        assert re.fullmatch(rf"{DB}, SSIM 0\.\d{{4}}: the shown picture resized, {kernel}", rows[f"PSNR {kernel}"])
    assert rows["PSNR srgan"] == "-: not run: no weights, task.srgan=FILE"


@pytest.mark.parametrize(("targets", "is_told"), [("differences", False), ("published", True)])
def test_learning_from_slopes_is_told_by_what_has_a_meaning(told: Told, targets: str, is_told: bool) -> None:
    rows = told("task=poisson", "activation=sine", f"task.targets={targets}")
    assert {"PSNR offset", "PSNR raw"} <= rows.keys()
    assert "PSNR harmonic" not in rows, "of a Laplacian alone"
    assert ("PSNR scaled" in rows) == is_told


def test_the_crop_to_type_is_in_pixels_of_the_fitted_picture(told: Told) -> None:
    assert "--crop 5,5,10,10 " in " ".join(told().values())
    assert "--crop 2,2,5,5 " in " ".join(told("task=superres", "task.factor=2").values())


def test_a_warning_is_one_line_below_the_panel(
    fit: Callable[..., Run], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = fit()
    for warning, last in (
        ("worse than bicubic by 0.7 dB; why.", "warning: worse than bicubic by 0.7 dB; why."),
        (None, "╰"),
    ):
        closing_panel(run.path, run.summary | {"warning": warning})
        assert capsys.readouterr().out.splitlines()[-1].startswith(last)


# The table of a sweep


@pytest.fixture
def table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., list[dict[str, str]]]:
    """The rows of a sweep whose jobs have these summaries; None is a job that did not end."""

    def rows(*summaries: dict[str, Any] | None) -> list[dict[str, str]]:
        folders = [tmp_path / str(number) for number in range(len(summaries))]
        for folder, summary in zip(folders, summaries, strict=True):
            folder.mkdir()
            if summary is not None:
                write_json(folder / "summary.json", summary)
        sweep_table(tmp_path, [{"folder": folder, "status": "done"} for folder in folders])
        header, *cells = (line.split("\t") for line in capsys.readouterr().out.splitlines())
        return [dict(zip(header, row, strict=True)) for row in cells]

    return rows


def test_the_best_job_has_the_highest_psnr_of_what_is_shown_and_never_of_what_is_hidden(table: Any) -> None:
    rows = table({"psnr": 30.0, "psnr_test": 20.0}, {"psnr": 29.0, "psnr_test": 26.0}, None)
    assert [row["psnr"] for row in rows] == ["30.00 *", "29.00", "-"]
    assert [row["psnr_test"] for row in rows] == ["20.00", "26.00", "-"]


def test_where_no_colours_are_shown_the_lowest_loss_is_the_best(table: Any) -> None:
    rows = table({"psnr": None, "loss": 0.3, "psnr_test": 22.0}, {"psnr": None, "loss": 0.1, "psnr_test": 20.0})
    assert [row["psnr"] for row in rows] == ["-", "- *"]


def test_what_the_best_job_has_to_be_warned_of_is_said_below_the_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    jobs = []
    for name, psnr in (("000", 30.0), ("001", 60.0), ("002", 20.0)):
        (tmp_path / name).mkdir()
        write_json(tmp_path / name / "summary.json", {"psnr": psnr, "warning": f"noise of {name}"})
        jobs.append({"folder": tmp_path / name, "status": "done"})
    sweep_table(tmp_path, jobs)
    assert capsys.readouterr().err == "warning: 001: noise of 001\n"


def test_a_sweep_without_tests_has_no_column_for_them(table: Any) -> None:
    (row,) = table({"psnr": 30.0, "ssim": 0.9, "seconds": 1.0})
    assert list(row) == ["job", "status", "psnr", "ssim", "seconds", "varied"]
