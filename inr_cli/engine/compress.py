"""Writes a field as a compressed file, and measures what it cost and what was lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from inr_cli.config.errors import UserError
from inr_cli.engine.checkpoint import described, load
from inr_cli.engine.compressed import SUFFIX, packed
from inr_cli.engine.evaluate import evaluate
from inr_cli.engine.finetune import finetuned
from inr_cli.engine.original import original
from inr_cli.engine.quantise import depths
from inr_cli.render.field import Field
from inr_cli.signal.alpha import has_alpha
from inr_cli.signal.jpeg import jpeg_within
from inr_cli.signal.metrics import psnr
from inr_cli.signal.picture import Picture
from inr_cli.signal.write import write_bytes, write_json

LONGEST = 1024
"""Side in pixels at which two fields are compared, at most."""


def place_of(named: Path, checkpoint: Path, bits: int, steps: int) -> Path:
    """Where the compressed file of a checkpoint goes: into the folder of its run, or beside the file that was named."""
    name = f"{bits}bit{f'-{steps}steps' if steps else ''}{SUFFIX}"
    if named.is_dir():
        return checkpoint.parent.parent / f"compressed-{name}"
    return checkpoint.with_name(f"{checkpoint.stem}-{name}")


def compress(checkpoint: Path, out: Path, bits: int, steps: int = 0) -> dict[str, Any]:
    """Write a field rounded to so many bits, after `steps` steps of fine-tuning, and beside it its figures as JSON.

    Returns the figures. Without the picture, for which fine-tuning raises `PictureError`, they compare the fields.
    """
    before, meta = load(checkpoint)
    field, picture, missing = before, None, None
    try:
        picture = original(checkpoint, meta)
    except UserError as error:
        if steps:
            raise
        missing = str(error)
    if picture and steps:
        field = finetuned(before, meta, checkpoint, picture, steps, bits)
    text = described(field, meta.config, meta.picture.sha256, meta.step + steps)
    write_bytes(out, packed(text, field.state_dict(), depths(field, bits)))
    after, _ = load(out)
    figures = {
        "image": Path(meta.config.image).name,
        "file": out.name,
        "bits": bits,
        "finetune_steps": steps,
        "step": meta.step + steps,
        **_size(out, after, picture),
        **(_against(picture, before, after, out) if picture else _between(before, after, missing)),
    }
    write_json(out.with_suffix(".json"), figures)
    return figures


def _size(out: Path, field: Field, picture: Picture | None) -> dict[str, Any]:
    height, width = (picture.height, picture.width) if picture else field.geometry.shape
    size, numbers = out.stat().st_size, sum(tensor.numel() for tensor in field.state_dict().values())
    told = {"bytes": size, "float32_bytes": 4 * numbers, "bits_per_pixel": 8 * size / (height * width)}
    return told | {"width": width, "height": height}


def _against(picture: Picture, before: Field, after: Field, out: Path) -> dict[str, Any]:
    """The figures of both fields against the picture, and what JPEG, if it can, makes of it in as many bytes."""
    was, now = evaluate(before, picture), evaluate(after, picture)
    of_jpeg = None
    if not (picture.tiles or has_alpha(picture.channels)):
        of_jpeg = jpeg_within(picture.pixels, out.stat().st_size)._asdict()
    return {
        "psnr_before": was["psnr"],
        "psnr_after": now["psnr"],
        "ssim_before": was["ssim"],
        "ssim_after": now["ssim"],
        "target": picture.name,
        "target_sha256": picture.sha256,
        "jpeg": of_jpeg,
    }


def _between(before: Field, after: Field, missing: str | None) -> dict[str, Any]:
    """How near the field is to what it was, where there is no picture, and why there is none."""
    size = min(max(before.geometry.shape), LONGEST)
    return {"psnr_between": psnr(after.render(size), before.render(size)), "picture": missing}
