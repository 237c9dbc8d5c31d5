"""`inr export`: a run in a form that can be handed on."""

from __future__ import annotations

from pathlib import Path

import click

from inr_cli.cli.options import PLACE, run_argument


@click.command(epilog="inr export last --weights cat.safetensors")
@run_argument
@click.option("--weights", type=PLACE, metavar="FILE", required=True, help="The field alone.")
def export(run: str, runs: Path, weights: Path) -> None:
    """Write the field alone, a third of a checkpoint: it renders anywhere, and holds no path of yours."""
    from inr_cli.config.errors import ConfigError
    from inr_cli.engine.runs import checkpoint_of, resolve

    if weights.suffix != ".safetensors":
        raise ConfigError(f"--weights {weights}: it is a safetensors file; give {weights.stem or 'field'}.safetensors.")
    checkpoint = checkpoint_of(resolve(run, runs))

    from inr_cli.engine.checkpoint import load, save

    field, meta = load(checkpoint)
    save(weights, field, meta.config, meta.picture.sha256, meta.step)
    print(f"{weights}  {weights.stat().st_size:,} bytes")
