"""`inr cp`: one of the program's own configurations as a file to be edited."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click

from inr_cli.cli.options import PLACE
from inr_cli.config.errors import ConfigError, listing, near, near_path

MINE = "my_"
"""What a copy's name begins with: a choice of the program's own would stand before one of the same name."""


@click.command("cp", epilog="inr cp experiment=siren_study/fit_siren my/")
@click.argument("choice", metavar="GROUP=NAME")
@click.argument("folder", type=PLACE)
def copy(choice: str, folder: Path) -> None:
    """Copy an experiment or a part's numbers into a folder of yours, and say how to run the copy."""
    from inr_cli.config.choices import files, groups
    from inr_cli.signal.write import write_text

    group, equals, name = choice.partition("=")
    if not equals or group not in groups():
        whole = [f"{known}={choice}" for known in groups() if choice in files(known)]
        meant = f" Did you mean '{whole[0]}'?" if whole else near(group, groups())
        raise ConfigError(
            f"{choice}: must be GROUP=NAME, such as encoding=gaussian; groups: {listing(groups())}.{meant}"
        )
    found = files(group)
    if name not in found:
        raise ConfigError(f"{choice}: there is no such {group}; choose {listing(found)}.{near_path(name, list(found))}")
    mine = MINE + name.rpartition("/")[2]
    place = folder / group / f"{mine}.yaml"
    if place.exists():
        raise ConfigError(f"{place}: is there already; remove it, or choose another folder.")
    text = found[name].read_text(encoding="utf-8")
    place.parent.mkdir(parents=True, exist_ok=True)
    write_text(place, re.sub(rf"(?<![\w/]){re.escape(name)}(?![\w/])", mine, text) if group == "experiment" else text)
    print(f"{place}\n  edit it, then: inr fit --config-dir {shlex.quote(str(folder))} {group}={mine}")
