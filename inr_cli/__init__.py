"""`inr`: fit a coordinate network to a picture, and render it at any size.

    run = inr_cli.fit(["image=cat", "encoding=gaussian", "scale=10"])
    field = inr_cli.load(run.path)
    picture = field.render(500)

Importing this package is light: torch is imported when one of the two functions is called.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inr_cli.config.root import RunConfig
    from inr_cli.engine.train import Run
    from inr_cli.render.field import Field

__version__ = "0.1.0"
__all__ = ["__version__", "fit", "load"]


def fit(overrides: Sequence[str] | RunConfig) -> Run:
    """Fit a picture, from the same words as `inr fit` takes or from a checked configuration.

    Returns the finished `Run`: its `path`, its `summary` (PSNR in dB, SSIM, ...) and its `field`.
    Raises `inr_cli.config.errors.UserError` for whatever the user can mend.
    """
    from inr_cli.config.compose import compose
    from inr_cli.config.paths import own_folders
    from inr_cli.config.root import RunConfig
    from inr_cli.config.words import prepare
    from inr_cli.engine.train import train

    if isinstance(overrides, RunConfig):
        return train(overrides)
    words = prepare(overrides)
    return train(compose(words, own_folders()), words=words)


def load(path: str | Path) -> Field:
    """The field of a run folder or of a checkpoint file, on the CPU.

    `field(coords)` takes `(..., 2)` float32 coordinates (row, column) in [-1, 1] and returns `(..., channels)` colours
    on the unit scale; `field.render(500)` returns `(height, width, channels)` float32 in [0, 1].
    Raises `CheckpointError` for a file that is not a whole checkpoint, `ConfigError` for a path that is not there.
    """
    from inr_cli.engine.checkpoint import load as load_checkpoint
    from inr_cli.engine.runs import checkpoint_of

    return load_checkpoint(checkpoint_of(Path(path)))[0]
