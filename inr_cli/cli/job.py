"""One job of a sweep: what its process does, and what is written down for it where it could not do so itself."""

from __future__ import annotations

import shlex
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from hydra.core.global_hydra import GlobalHydra
from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig

from inr_cli.cli.places import take_place
from inr_cli.config.compose import compose_one
from inr_cli.config.errors import LockedError, MemoryShortError, OutputError, Stopped, UserError
from inr_cli.engine.lock import locked
from inr_cli.engine.plan import FAILED, PLANNED, has_ended, lay_out_job, read_plan
from inr_cli.engine.runs import LOG, read_json, set_status
from inr_cli.engine.stop import SIGNALS
from inr_cli.signal.memory import TO_BEGIN_WITH, is_out_of_memory

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
        return _refuse(folder, error)
    except Exception as error:  # a bug in one job is no reason to lose the others
        if is_out_of_memory(error):
            return _refuse(folder, MemoryShortError(TO_BEGIN_WITH))
        traceback.print_exc()
        return _leave(folder, 1, f"internal error, {type(error).__name__}: {error}")
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


def settle(folder: Path, code: int, words: Sequence[str] = ()) -> None:
    """Make `run.json` true for a job whose process has ended with this exit code, a signal's negative.

    `words` are those with which it was to go on: the files of a run that was done before stay until it does. Raises
    `OutputError`.
    """
    asked = -code if code < 0 else code - 128
    if (code <= 0 or asked in SIGNALS) and _is_done(folder, words):
        if read_json(folder / "run.json").get("status") != "done":  # killed after the last file of all was written
            set_status(folder, status="done", exit_code=0, error=None)
    elif asked in SIGNALS:
        set_status(folder, status="interrupted", exit_code=128 + asked)
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
            with locked(folder):
                if _is_done(folder, words):  # whoever held it has come to the end
                    return
            resume(folder, words)
            return
        except LockedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _is_done(folder: Path, words: Sequence[str]) -> bool:
    """Whether the run has come to its end, and to the one that the words ask for."""
    if not words:
        return has_ended(folder, read_json(folder / "run.json"))
    from inr_cli.engine.resume import is_complete

    return is_complete(folder, words)


def _refuse(folder: Path, error: UserError) -> int:
    print(f"error: {error}", file=sys.stderr)
    return _leave(folder, error.code, str(error))


def _leave(folder: Path, code: int, reason: str) -> int:
    """Note why the job ends, if it can still be written down; `code` again."""
    with suppress(OutputError):  # whoever settles the job meets the same, and tells
        _note(folder, code, reason)
    return code


def _note(folder: Path, code: int, reason: str) -> None:
    """Say that the job failed, unless its run has said so already. Raises `OutputError`."""
    state = read_json(folder / "run.json")
    if state.get("exit_code") != code or state.get("status") not in FAILED:
        set_status(folder, status="failed", exit_code=code, error=reason)
