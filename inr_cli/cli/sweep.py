"""A sweep: every job is checked before the first starts, one bad job leaves the others running, all end in a table."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hydra.core.global_hydra import GlobalHydra
from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig

from inr_cli.cli.panel import sweep_table
from inr_cli.config.compose import compose_one
from inr_cli.config.errors import ConfigError, SweepError, UserError
from inr_cli.config.root import RunConfig
from inr_cli.config.session import Session
from inr_cli.config.words import IMPLIED
from inr_cli.engine.check import check
from inr_cli.engine.machine import find_machine
from inr_cli.engine.runs import claim_job, claim_sweep, jobs_of, read_json, set_status
from inr_cli.engine.train import open_picture, train
from inr_cli.signal.write import write_json


def sweep(session: Session, configs: Sequence[RunConfig]) -> None:
    """Run every job and print the table. Raises `SweepError` if some did not finish."""
    checked = [check(config) for config in configs]
    for config in checked:
        find_machine(config)
    for config in {_picture(config): config for config in checked}.values():
        open_picture(config)
    outs = {config.out for config in checked}
    if len(outs) > 1:
        raise ConfigError(f"out={','.join(sorted(outs))}: a sweep has one folder; give one.")
    folder = claim_sweep(Path(checked[0].out))
    write_json(folder / "sweep.json", _record(session, len(checked), []))
    print(f"{len(checked)} jobs in {folder}", file=sys.stderr)
    session.launch(job, folder.resolve())
    results = [read_json(path / "run.json") | {"folder": path} for path in jobs_of(folder)]
    write_json(folder / "sweep.json", _record(session, len(checked), results))
    sweep_table(folder, results)
    failed = [result for result in results if result.get("status") != "done"]
    if failed or len(results) < len(checked):
        names = ", ".join(result["folder"].name for result in failed)
        missing = len(checked) - len(results)
        raise SweepError(
            f"{len(failed) + missing} of {len(checked)} jobs failed: {names}; their run.json in {folder} says why."
        )


def job(composed: DictConfig) -> None:
    """One job, in whatever process the launcher chose. What goes wrong is said at once and kept in `run.json`.

    Composed from its words once more: Hydra knows nothing of the words that `variant=` stands for.
    """
    hydra = HydraConfig.get()
    words = [str(word) for word in hydra.overrides.task]
    config = compose_one(GlobalHydra.instance().config_loader(), str(hydra.job.config_name), words)
    folder = claim_job(Path(hydra.sweep.dir), hydra.job.num, config.image, config.encoding.name)
    set_status(folder, overrides=[word for word in words if word not in IMPLIED])
    try:
        train(config, folder)
    except UserError as error:
        _fail(folder, str(error), error.code)
    except Exception as error:  # a bug in one job is no reason to lose the others
        _fail(folder, f"internal error, {type(error).__name__}: {error}", 1)


def _fail(folder: Path, reason: str, code: int) -> None:
    print(f"job {folder.name}: {reason}", file=sys.stderr)
    if "status" not in read_json(folder / "run.json"):  # it never came to training
        set_status(folder, status="failed", exit_code=code, error=reason)


def _picture(config: RunConfig) -> str:
    """What decides the pixels."""
    return repr((config.image, config.dataset, config.size, config.crop, config.grey, config.color_max, config.seed))


def _record(session: Session, planned: int, results: Sequence[dict[str, Any]]) -> dict[str, Any]:
    jobs = [
        {
            "folder": result["folder"].name,
            "status": result.get("status"),
            "overrides": result.get("overrides", []),
        }
        for result in results
    ]
    typed = [word for word in session.overrides if word not in IMPLIED]
    return {"overrides": typed, "planned": planned, "jobs": jobs}
