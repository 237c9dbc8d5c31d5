"""What a checkpoint was fitted to: known to the run in whose folder it lies, and to no file that was handed on."""

from __future__ import annotations

from pathlib import Path

from inr_cli.config.errors import PictureError
from inr_cli.config.root import RunConfig
from inr_cli.engine.check import check
from inr_cli.engine.checkpoint import Meta
from inr_cli.engine.resume import recorded
from inr_cli.engine.train import open_picture
from inr_cli.signal.picture import Picture


def configuration(checkpoint: Path, meta: Meta) -> RunConfig:
    """That of the run in whose folder the file lies, with the picture's whole path; else the checkpoint's own."""
    runs = (place for place in checkpoint.resolve().parents[:2] if (place / "config.yaml").is_file())
    run = next(runs, None)
    return check(recorded(run)) if run else meta.config


def original(checkpoint: Path, meta: Meta) -> Picture:
    """The picture that the field was fitted to. Raises `PictureError` where it is gone, or has changed since."""
    picture = open_picture(configuration(checkpoint, meta))
    require_unchanged(picture, meta.picture.sha256, meta.config.image)
    return picture


def require_unchanged(picture: Picture, fitted_to: str, image: str) -> None:
    """Raise `PictureError` where the sha256 is not the one of the picture that the field was fitted to."""
    if picture.sha256 != fitted_to:
        raise PictureError(f"{image}: has changed since it was fitted.")
