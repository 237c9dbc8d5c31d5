"""`inr eval`: a field's figures against its original, or any other picture, as one JSON text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from inr_cli.cli.options import PLACE, run_argument

if TYPE_CHECKING:
    from inr_cli.engine.checkpoint import Meta
    from inr_cli.signal.picture import Picture


@click.command("eval", epilog="inr eval last --target original.png")
@run_argument
@click.option(
    "--target", type=PLACE, metavar="FILE", help="Another picture, of any size; else the one it was fitted to."
)
@click.option("--conventions", is_flag=True, help="Add the PSNR as the codes of COIN, FINER, MFN and WIRE compute it.")
@click.option(
    "--lpips",
    type=PLACE,
    metavar="FILE",
    help="Add LPIPS, seen by VGG16: model.safetensors of huggingface.co/timm/vgg16.tv_in1k.",
)
def evaluate(run: str, runs: Path, target: Path | None, conventions: bool, lpips: Path | None) -> None:
    """Print PSNR, SSIM, MS-SSIM and bits per pixel of a field, rendered at the target's size, as JSON.

    Bits are those of its numbers as float32; of a compressed file, all that the file has.
    """
    from inr_cli.engine.runs import checkpoint_of, resolve

    checkpoint = checkpoint_of(resolve(run, runs))

    from inr_cli.engine.checkpoint import load
    from inr_cli.engine.compressed import is_compressed
    from inr_cli.engine.evaluate import evaluate as figures_of
    from inr_cli.signal.read import read_picture

    field, meta = load(checkpoint)
    picture = _original(checkpoint, meta) if target is None else read_picture(target)
    figures = figures_of(field, picture, conventions, lpips)
    if is_compressed(checkpoint):
        figures["bits_per_pixel"] = 8 * checkpoint.stat().st_size / (picture.height * picture.width)
    print(json.dumps({"checkpoint": str(checkpoint), "step": meta.step, **figures}, indent=2, allow_nan=False))


def _original(checkpoint: Path, meta: Meta) -> Picture:
    from inr_cli.config.errors import PictureError
    from inr_cli.engine.original import configuration, original

    try:
        return original(checkpoint, meta)
    except PictureError as error:
        config = configuration(checkpoint, meta)
        is_gone = config.dataset.name == "file" and not Path(config.image).exists()
        why = f"the original, {Path(config.image).name}, is not here" if is_gone else str(error).removesuffix(".")
        raise PictureError(f"{why}; --target FILE names a picture to compare with.") from None
