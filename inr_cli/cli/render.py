"""`inr render`: a picture of any size from a checkpoint, without the original."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from inr_cli.cli.options import PLACE, OneOf, numbers, run_argument


@click.command(epilog="inr render --size 500")
@run_argument
@click.option("--size", metavar="N|WxH", help="Longest side in pixels with the aspect kept, or exactly WxH.")
@click.option("--zoom", type=float, metavar="X", help="X times the fitted size.")
@click.option(
    "--crop", metavar="X0,Y0,X1,Y1", help="Only this region, in pixel edges of the fitted picture (0 to its width)."
)
@click.option("--out", type=PLACE, metavar="PATH", help="png, jpg, webp or tif, by suffix.")
@click.option("--bits", type=OneOf(["8", "16"]), default="8", help="Per channel; 16 for png and tif.")
def render(
    run: str, runs: Path, size: str | None, zoom: float | None, crop: str | None, out: Path | None, bits: str
) -> None:
    """Render a run at any size. Needs neither the dataset nor the original picture."""
    from inr_cli.engine.runs import checkpoint_of, resolve

    region = numbers(crop, 4, "--crop", "0,0,64,64") if crop is not None else None
    checkpoint = checkpoint_of(resolve(run, runs))

    from inr_cli.engine.checkpoint import load
    from inr_cli.render.file import render_file
    from inr_cli.render.view import view

    field, _ = load(checkpoint)
    seen = view(field.geometry.height, field.geometry.width, size=size, zoom=zoom, crop=region)
    path = out or _inside(checkpoint, f"{seen.width}x{seen.height}" + ("-16bit" if bits == "16" else ""), region)
    render_file(field, seen, path, int(bits))
    print(f"{path}  {seen.width}x{seen.height}")
    if warning := warning_of(checkpoint):
        print(f"warning: {warning}", file=sys.stderr)


def warning_of(checkpoint: Path) -> str | None:
    """What the run's own summary warns of, if the checkpoint is the run's last and lies in its folder."""
    from inr_cli.engine.runs import read_json

    file = checkpoint.resolve()
    run = file.parent.parent
    last = run / str(read_json(run / "run.json").get("checkpoint"))
    warning = read_json(run / "summary.json").get("warning")
    return warning if isinstance(warning, str) and warning.isprintable() and last == file else None


def _inside(checkpoint: Path, size: str, region: tuple[float, ...] | None) -> Path:
    """The run's own `renders/`, or beside a checkpoint that came alone."""
    name = size + ("-" + "_".join(f"{edge:g}" for edge in region) if region else "") + ".png"
    run = checkpoint.parent.parent
    return (
        run / "renders" / name
        if (run / "run.json").is_file() and (run / "renders").is_dir()
        else checkpoint.with_name(f"{checkpoint.stem}-{name}")
    )
