"""One job of a sweep: what its process does, and what is written down for it where it could not do so itself."""

from __future__ import annotations

import shlex
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hydra.core.global_hydra import GlobalHydra
from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig

from inr_cli.cli.places import take_place
from inr_cli.config.compose import compose_one
from inr_cli.config.errors import LockedError, Stopped, UserError
from inr_cli.engine.plan import PLANNED, job_state, lay_out_job, read_plan
from inr_cli.engine.runs import LOG, read_json, set_status
from inr_cli.engine.stop import SIGNALS

PATIENCE = 15.0
"""Seconds to wait for a folder: a job whose sweep was killed may still be saving in it."""
UNTOLD = 255
"""The exit code of a job whose server was killed before it could tell: the job saves itself, and ends."""
GUESSES = {signal.SIGKILL: ", probably out of memory", signal.SIGSEGV: ", a crash in some library"}


def fit_job(folder: Path, words: Sequence[str] = ()) -> int:
    """Begin the run that `<folder>/config.yaml` plans, or go on with it; the exit code is the run's.

    What goes wrong is said on standard error and kept in `run.json`.
    """
    try:
        _resume(folder, words)
    except Stopped as stopped:
        return stopped.code
    except LockedError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.code
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return _note(folder, error.code, str(error))
    except Exception as error:  # a bug in one job is no reason to lose the others
        traceback.print_exc()
        return _note(folder, 1, f"internal error, {type(error).__name__}: {error}")
    return 0


def hydra_job(composed: DictConfig) -> None:
    """One job, in whatever process the launcher chose: the plan's, or what a sweeper of its own ideas makes up.

    That is composed from its words once more: Hydra knows nothing of the words that `variant=` stands for.
    """
    hydra = HydraConfig.get()
    folder, number = Path(hydra.sweep.dir), int(hydra.job.num)
    planned = {job.number: job for job in read_plan(folder).jobs}
    if number not in planned:
        words = [str(word) for word in hydra.overrides.task]
        config = compose_one(GlobalHydra.instance().config_loader(), str(hydra.job.config_name), words)
        planned[number] = lay_out_job(folder, number, words, config)
    take_place(number, planned[number].device)
    code = fit_job(folder / planned[number].folder)
    if code - 128 in SIGNALS:
        raise Stopped(code - 128, f"inr resume {shlex.quote(str(folder))} goes on with the sweep.")


def settle(folder: Path, code: int) -> None:
    """Make `run.json` true for a job whose process has ended with this exit code, a signal's negative."""
    if job_state(folder)["status"] == "done":
        if read_json(folder / "run.json").get("status") != "done":  # killed after the last file of all was written
            set_status(folder, status="done", exit_code=0, error=None)
    elif -code in SIGNALS:
        set_status(folder, status="interrupted", exit_code=128 - code)
    elif code < 0:
        _note(folder, 128 - code, f"killed (signal {-code}){GUESSES.get(signal.Signals(-code), '')}")
    elif code not in (LockedError.code, UNTOLD):
        _note(folder, code, f"ended by itself with exit code {code}")


def failure(state: dict[str, Any]) -> str:
    """A line about a job that did not come to its end."""
    status, folder = state["status"], state["folder"]
    if status == PLANNED:
        return f"{folder.name}: never began"
    log = f" ({folder / LOG})" if (folder / LOG).is_file() else ""
    reason = " ".join(str(state.get("error") or f"exit code {state.get('exit_code', '-')}").split())
    return f"{folder.name}: {reason if reason.startswith(status) else f'{status}: {reason}'}{log}"


def _resume(folder: Path, words: Sequence[str]) -> None:
    from inr_cli.engine.resume import resume

    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            resume(folder, words)
            return
        except LockedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _note(folder: Path, code: int, reason: str) -> int:
    """Say that the job failed, unless its run has said so already; `code` again."""
    state = read_json(folder / "run.json")
    if state.get("exit_code") != code or state.get("status") == "running":
        set_status(folder, status="failed", exit_code=code, error=reason)
    return code
