from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

TINY = ("size=24", "network.hidden_features=8", "encoding.count=8", "threads=1", "eval_every=1")


@pytest.fixture(scope="module")
def swept(inr, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a sweep of two seeds, a third of which diverged."""
    folder = tmp_path_factory.mktemp("swept")
    words = ("optimizer=sgd", "optimizer.lr=0.1,0.3,1e9", "seed=0,1", "steps=20")
    inr("fit", "-m", *words, *TINY, cwd=folder, expect=10)
    return folder


def test_half_a_sweep_is_a_table_and_a_page(inr, swept: Path) -> None:
    done = inr("report", cwd=swept)
    header, *rows = (line.split("\t") for line in done.stdout.splitlines())
    assert header[:4] == ["optimizer.lr", "runs", "status", "psnr"]
    assert [row[:3] for row in rows] == [["0.1", "2", "done"], ["0.3", "2", "done"], ["1e+09", "2", "diverged"]]
    assert float(rows[0][header.index("psnr_std")]) > 0
    page = swept / done.stderr.strip()
    assert page.parent == swept / "outputs" / (swept / "outputs/latest").read_text().strip()
    data = json.loads((page.parent / "report.json").read_text())
    assert len(data["failed"]) == 2
    assert page.read_text().count("data:image/webp") == 4
    inr("report", "outputs/sweeps", cwd=swept)
    assert (swept / "outputs/sweeps/report.html").is_file()


def test_runs_of_different_days_are_one_table_in_a_folder_of_its_own(inr, swept: Path) -> None:
    inr("fit", "optimizer=sgd", "scale=3", "steps=20", *TINY, cwd=swept)
    sweep = next((swept / "outputs/sweeps").glob("????-??-??/*"))
    done = inr("report", "last", str(sweep / "000-cat-gaussian"), cwd=swept)
    assert done.stdout.split("\t")[:2] == ["scale", "optimizer.lr"]
    assert done.stderr.startswith("outputs/reports/")
    assert (swept / done.stderr.strip()).is_file()


def test_who_reads_the_table_may_close_the_pipe(inr, swept: Path, tmp_path: Path) -> None:
    """As `inr report | head -1` does: what is printed is lost, what is written is not."""
    (place,) = (swept / "outputs/sweeps").glob("????-??-??/*")
    (place / "report.html").unlink(missing_ok=True)
    command = [sys.executable, "-m", "inr_cli", "report", str(place)]
    with subprocess.Popen(command, cwd=swept, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as started:
        assert started.stdout is not None
        started.stdout.close()
    assert (place / "report.html").is_file()


@pytest.mark.parametrize("name", ["nothing", "last"])
def test_a_wrong_name_is_one_line(inr, name: str, tmp_path: Path) -> None:
    done = inr("report", name, cwd=tmp_path, expect=2)
    assert done.stderr.startswith(f"error: {name}: there is no")
    assert len(done.stderr.splitlines()) == 1
    assert not list(tmp_path.iterdir())
