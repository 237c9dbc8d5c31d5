"""`inr export`: a field in a form that can be handed on."""

from __future__ import annotations

from pathlib import Path

import click

from inr_cli.cli.options import PLACE, OneOf, run_argument

FORMATS = ("weights", "onnx", "numpy", "npz")


@click.command(epilog="inr export last --format numpy --out cat.py")
@run_argument
@click.option("--format", "form", type=OneOf(FORMATS), help="Of which kind; weights, if nothing is said.")
@click.option("--out", type=PLACE, metavar="FILE", help="Where to; else named after the picture.")
@click.option("--weights", type=PLACE, metavar="FILE", help="Short for --format weights --out FILE.")
def export(run: str, runs: Path, form: str | None, out: Path | None, weights: Path | None) -> None:
    """Write a field alone, without its training and any path of yours.

    weights: safetensors, which `inr render` and the others take. onnx: from coordinates to colours, for any number of
    points. numpy: one Python file that a person can read and that renders the picture with NumPy alone. npz: the
    numbers by name.
    """
    from inr_cli.config.errors import ConfigError
    from inr_cli.engine.runs import checkpoint_of, resolve

    if weights and (form not in (None, "weights") or out):
        raise ConfigError(f"--weights {weights}: is a form and a place already; leave --format and --out away.")
    checkpoint = checkpoint_of(resolve(run, runs))

    from inr_cli.engine.checkpoint import load
    from inr_cli.engine.export import FORMATS as KNOWN
    from inr_cli.engine.export import title

    suffix, write = KNOWN[form or "weights"]
    field, meta = load(checkpoint)
    place = weights or out or Path(f"{title(meta)}{suffix}")
    if place.suffix != suffix:
        option = "--weights" if weights else "--out"
        raise ConfigError(f"{option} {place}: its ending is {suffix}; give {place.stem or 'field'}{suffix}.")
    write(place, field, meta)
    print(f"{place}  {place.stat().st_size:,} bytes")
