"""`inr doctor`: whether this machine and this installation are fit to run."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from inr_cli.cli.options import runs_option
from inr_cli.config.errors import ConfigError, OutputError, UserError

Finding = tuple[str, bool | None, str]
"""What was looked at, whether it is good, None if it is missing and can be done without, and what was seen."""
MARKS = {True: "ok", False: "BAD", None: "-"}


@click.command(epilog="inr doctor")
@runs_option
def doctor(runs: Path) -> None:
    """Check Python, torch, device, memory, folders, plug-ins, and that every choice composes and trains."""
    bad = 0
    for name, good, text in _findings(runs):
        print(f"{MARKS[good]:<4} {name:<11} {text}", flush=True)
        bad += good is False
    if bad:
        raise ConfigError(f"{bad} of the findings above are bad.")


def _findings(runs: Path) -> Iterator[Finding]:
    from inr_cli.config.room import plugins

    yield "python", sys.version_info >= (3, 11), f"{platform.python_version()} on {platform.platform(terse=True)}"
    yield from _torch()
    yield "memory", True, _memory()
    yield _writable(runs)
    yield "plug-ins", True, ", ".join(sorted(plugins())) or "none"
    yield from _choices()


def _torch() -> Iterator[Finding]:
    import torch

    from inr_cli.engine.environment import processor

    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    names = ", ".join(torch.cuda.get_device_name(number) for number in range(count))
    yield "torch", True, f"{torch.__version__}, {torch.get_num_threads()} threads"
    yield "device", True, names or f"cpu, {processor()}"


def _memory() -> str:
    pages = {name: os.sysconf(f"SC_{name}_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30 for name in ("PHYS", "AVPHYS")}
    return f"{pages['AVPHYS']:.1f} of {pages['PHYS']:.1f} GiB free"


def _writable(runs: Path) -> Finding:
    """Try where the first file would go: the folder itself, or the nearest parent that exists."""
    from inr_cli.signal.write import write_bytes

    if runs.exists() and not runs.is_dir():
        return "folder", False, f"{runs} is a file, not a folder for runs"
    folder = next(place for place in (runs, *runs.absolute().parents) if place.is_dir())
    probe = folder / ".inr-doctor"
    try:
        write_bytes(probe, b"")
        probe.unlink()
    except (OutputError, OSError) as error:
        return "folder", False, str(error)
    return "folder", True, f"{runs} can be written"


def _choices() -> Iterator[Finding]:
    """Compose every choice of every group with all others at their defaults, and train each part for two steps."""
    from inr_cli.config.choices import choices, groups
    from inr_cli.config.compose import compose_jobs
    from inr_cli.config.paths import own_folders
    from inr_cli.config.root import PARTS
    from inr_cli.config.words import prepare
    from inr_cli.engine.check import check
    from inr_cli.engine.trial import try_out

    good = 0
    for group, choice in ((room, name) for room in groups() for name in choices(room)):
        try:
            [config] = map(check, compose_jobs(prepare([f"{group}={choice}"]), own_folders()))
        except UserError as error:
            yield "choice", None if group == "cluster" else False, f"{group}={choice}: {error}"
            continue
        try:
            if group in PARTS:
                try_out(config)
            good += 1
        except UserError as error:  # nothing wrong with the words: an extra or a file is not there
            yield "choice", None, f"{group}={choice}: {error}"
    yield "choices", True, f"{good} choices compose, and their parts train"
