"""`inr decompress`: the picture in a compressed file, rendered at any size."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from inr_cli.cli.options import PLACE
from inr_cli.cli.render import render
from inr_cli.config.errors import CheckpointError, ConfigError


@click.command(epilog="inr decompress cat.inr --size 500")
@click.argument("file", type=PLACE, metavar="FILE.inr")
@click.pass_context
def decompress(context: click.Context, /, file: Path, **options: Any) -> None:
    """Render a compressed file at any size, as `inr render` does."""
    from inr_cli.engine.compressed import is_compressed

    if not is_compressed(file):
        if not file.exists():
            raise ConfigError(f"{file}: there is no such file; inr compress writes one.")
        raise CheckpointError(f"{file}: not a compressed file; inr compress writes one, inr render takes checkpoints.")
    context.invoke(render, run=str(file), runs=Path(), **options)


decompress.params += [option for option in render.params if option.name not in ("run", "runs")]
