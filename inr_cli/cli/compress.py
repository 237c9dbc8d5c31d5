"""`inr compress`: a field in as few bytes as its rounded numbers take."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import click

from inr_cli.cli.options import PLACE, run_argument

MOST_BITS, MOST_STEPS = 16, 1_000_000


@click.command(epilog="inr compress last --bits 6")
@run_argument
@click.option("--bits", type=click.IntRange(1, MOST_BITS), default=8, help="Of each number, 1 to 16; 8 if not said.")
@click.option(
    "--finetune",
    "steps",
    type=click.IntRange(0, MOST_STEPS),
    default=0,
    metavar="STEPS",
    help="Go on training for so many steps that see the rounded numbers; helps below 8 bits.",
)
@click.option("--out", type=PLACE, metavar="FILE", help="Where to, ending in .inr; else into the run's folder.")
def compress(run: str, runs: Path, bits: int, steps: int, out: Path | None) -> None:
    """Write a field with its numbers rounded and entropy-coded, and its figures beside JPEG's.

    Every command that takes a checkpoint takes the file. Tensors that are small or were not learned keep 16 bits. The
    figures go into a JSON of the same name.
    """
    from inr_cli.config.errors import ConfigError
    from inr_cli.engine.runs import checkpoint_of, resolve

    if out is not None and out.suffix != ".inr":
        raise ConfigError(f"--out {out}: its ending is .inr; give {out.stem or 'field'}.inr.")
    named = resolve(run, runs)
    checkpoint = checkpoint_of(named)

    from inr_cli.cli.panel import box
    from inr_cli.engine.compress import compress as write
    from inr_cli.engine.compress import place_of

    place = out or place_of(named, checkpoint, bits, steps)
    figures = write(checkpoint, place, bits, steps)
    box(
        f"{figures['image']} {figures['width']}x{figures['height']}, {bits} bits",
        {**told_of(figures), "file": str(place), "next": f"inr decompress {shlex.quote(str(place))} --size 1024"},
    )


def told_of(figures: dict[str, Any]) -> dict[str, str]:
    """The figures in words."""
    size = figures["bytes"]
    told = {
        "bytes": f"{size:,}: {figures['bits_per_pixel']:.2f} bits per pixel, "
        f"{figures['float32_bytes'] / size:.1f} times fewer than as float32"
    }
    if "psnr_between" in figures:
        return told | {
            "PSNR": f"{figures['psnr_between']:.2f} dB: against the field before",
            "": f"its picture is not at hand: {figures['picture']}",
        }
    told |= {
        "PSNR before": f"{figures['psnr_before']:.2f} dB",
        "PSNR after": f"{figures['psnr_after']:.2f} dB: of the file, read again",
    }
    if jpeg := figures["jpeg"]:
        told["JPEG"] = f"{jpeg['psnr']:.2f} dB: of the same picture, quality {jpeg['quality']}, {jpeg['bytes']:,} bytes"
    return told
