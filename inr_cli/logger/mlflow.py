"""MLflow."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, final

from inr_cli.config import spec as config
from inr_cli.logger import Logger, not_installed
from inr_cli.signal.write import write_text

AT_ONCE, LONGEST = 100, 500
"""Parameters in a message, and letters of one, that every server takes."""
STATUS = {"done": "FINISHED", "interrupted": "KILLED"}


@final
class Mlflow(Logger):
    """A run in `mlruns/`, or where MLFLOW_TRACKING_URI says, in the experiment that MLFLOW_EXPERIMENT_NAME says.

    One that goes on is the same run, and the steps that the tool has of it are passed over.
    """

    class Spec(config.Spec):
        """Takes no numbers."""

    def __init__(self, spec: Spec) -> None:
        os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")  # which goes onto the network
        os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")
        try:
            import mlflow
        except ImportError:
            raise not_installed("mlflow") from None
        self._mlflow: Any = mlflow

    def begin(self, folder: Path, config: dict[str, Any], known: str | None) -> str:
        store = folder / "mlruns"
        _relocate(store)
        self._client = self._mlflow.MlflowClient(os.environ.get("MLFLOW_TRACKING_URI") or store.as_uri())
        if known is None:
            self._id = self._client.create_run(self._experiment(), run_name=folder.name).info.run_id
            params = [self._mlflow.entities.Param(name, text[:LONGEST]) for name, text in _flat(config)]
            for start in range(0, len(params), AT_ONCE):
                self._client.log_batch(self._id, params=params[start : start + AT_ONCE])
        else:
            self._id = known
            self._client.update_run(known, status="RUNNING")
        self._told = max((row.step for row in self._client.get_metric_history(self._id, "seconds")), default=-1)
        return self._id

    def row(self, step: int, values: Mapping[str, float]) -> None:
        if step > self._told:
            now = int(time.time() * 1000)
            metrics = [self._mlflow.entities.Metric(name, value, now, step) for name, value in values.items()]
            self._client.log_batch(self._id, metrics=metrics)

    def picture(self, step: int, file: Path) -> None:
        self._client.log_artifact(self._id, str(file))

    def end(self, status: str, summary: dict[str, Any]) -> None:
        self._client.log_dict(self._id, summary, "summary.json")
        self._client.set_terminated(self._id, STATUS.get(status, "FAILED"))

    def _experiment(self) -> str:
        """The number of the experiment, which is made if there is none of that name."""
        name = os.environ.get("MLFLOW_EXPERIMENT_NAME", "Default")
        found = self._client.get_experiment_by_name(name)
        return found.experiment_id if found else self._client.create_experiment(name)


def _relocate(store: Path) -> None:
    """The tool writes down where its files are; the run's folder may have been moved since."""
    for key, below in (("artifact_location", ""), ("artifact_uri", "artifacts")):
        for file in store.glob("*/**/meta.yaml"):
            address = f"{key}: {(file.parent / below).as_uri()}"
            text = file.read_text(encoding="utf-8")
            write_text(file, "\n".join(address if line.startswith(key) else line for line in text.split("\n")))


def _flat(data: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every leaf with its dotted name."""
    for key, value in data.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)
