from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from inr_cli.logger import Logger

pytest.importorskip("mlflow", reason="pip install 'inr-cli[mlflow]'; it is not among the tools of development")

Make = Callable[[str], Logger]
CONFIG = {"steps": 20, "optimizer": {"lr": 0.5, "name": "adam"}, **{f"key{n}": "x" * 1000 for n in range(120)}}


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the logger sets for its process is gone after the test."""
    for name in ("MLFLOW_TRACKING_URI", "MLFLOW_EXPERIMENT_NAME"):
        monkeypatch.delenv(name, raising=False)
    for name in ("MLFLOW_DISABLE_TELEMETRY", "MLFLOW_ALLOW_FILE_STORE"):
        monkeypatch.setenv(name, "true")


def found(store: Path) -> tuple[Any, Any]:
    """MLflow's own client, and the only run that it finds."""
    from mlflow import MlflowClient

    client = MlflowClient(store.as_uri())
    [run] = client.search_runs([one.experiment_id for one in client.search_experiments()])
    return client, run


def test_rows_parameters_and_files_are_what_its_client_finds(make: Make, picture: Path, tmp_path: Path) -> None:
    logger = make("mlflow")
    called = logger.begin(tmp_path, CONFIG, None)
    logger.row(0, {"seconds": 0.0, "psnr": 7.5})
    logger.row(10, {"seconds": 0.5, "psnr": 8.25})
    logger.picture(10, picture)
    logger.end("done", {"psnr": 8.25})
    client, run = found(tmp_path / "mlruns")
    assert (run.info.run_id, run.info.run_name, run.info.status) == (called, tmp_path.name, "FINISHED")
    assert run.data.params["optimizer.lr"] == "0.5"
    assert len(run.data.params) == len(CONFIG) + 1
    assert [(row.step, row.value) for row in client.get_metric_history(called, "psnr")] == [(0, 7.5), (10, 8.25)]
    assert {file.path for file in client.list_artifacts(called)} == {picture.name, "summary.json"}


FIRST = """
import sys
from pathlib import Path
from inr_cli.logger import loggers
logger = loggers.make(loggers.spec({"name": "mlflow"}))
print(logger.begin(Path(sys.argv[1]), {"steps": 20}, None))
for step in (0, 10, 20):
    logger.row(step, {"seconds": 0.0})
logger.end("interrupted", {})
"""


def test_a_run_that_goes_on_elsewhere_stays_one_and_doubles_no_row(make: Make, picture: Path, tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    # in another process, since the tool remembers where a run's files are for as long as it lives
    command = [sys.executable, "-c", FIRST, str(tmp_path / "here")]
    called = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    assert found(tmp_path / "here" / "mlruns")[1].info.status == "KILLED"
    (tmp_path / "here").rename(tmp_path / "moved")
    again = make("mlflow")
    assert again.begin(tmp_path / "moved", {"steps": 40}, called) == called
    for step in (0, 10, 20, 30):
        again.row(step, {"seconds": 0.0})
    again.picture(10, picture)
    again.end("diverged", {})
    client, run = found(tmp_path / "moved" / "mlruns")
    assert [row.step for row in client.get_metric_history(called, "seconds")] == [0, 10, 20, 30]
    assert run.info.status == "FAILED"
    assert {file.path for file in client.list_artifacts(called)} == {picture.name, "summary.json"}
    assert not (tmp_path / "here").exists()


def test_its_own_variables_say_where_and_in_which_experiment(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", (tmp_path / "shared").as_uri())
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "cats")
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        logger = make("mlflow")
        logger.begin(tmp_path / name, {}, None)
        logger.end("done", {})
        assert not list((tmp_path / name).iterdir())
    from mlflow import MlflowClient

    client = MlflowClient((tmp_path / "shared").as_uri())
    runs = client.search_runs([client.get_experiment_by_name("cats").experiment_id])
    assert {run.info.run_name for run in runs} == {"one", "two"}
