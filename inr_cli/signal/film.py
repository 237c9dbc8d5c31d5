"""Pictures become a film: a GIF, or with `pip install 'inr-cli[video]'` an MP4."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec

import numpy as np
from jaxtyping import UInt8

from inr_cli.config.errors import ConfigError

RATE = 20
"""Pictures a second of an MP4, in which each is shown for a whole number of them."""

Pictures = Sequence[UInt8[np.ndarray, "height width 3"]]


def check_film(suffix: str) -> None:
    """Raise `ConfigError` where what writes such a film is not installed."""
    if suffix == ".mp4" and find_spec("imageio_ffmpeg") is None:
        raise ConfigError(
            "an .mp4 is written by imageio-ffmpeg, which is not installed: pip install 'inr-cli[video]'; "
            "or give a file ending in .gif."
        )


def encode_film(pictures: Pictures, seconds: Sequence[float], suffix: str) -> bytes:
    """The bytes of a `suffix` file that shows each picture for so long. Raises `ConfigError` as `check_film` does."""
    check_film(suffix)
    return FILMS[suffix](pictures, seconds)


def _gif(pictures: Pictures, seconds: Sequence[float]) -> bytes:
    """At most 256 colours; it begins again when it has ended."""
    from imageio.v3 import imwrite

    data: bytes = imwrite("<bytes>", pictures, extension=".gif", duration=[1000 * one for one in seconds], loop=0)
    return data


def _mp4(pictures: Pictures, seconds: Sequence[float]) -> bytes:
    """H.264 in the one format that every player knows, which has even sides only: one line more where they are odd."""
    from imageio.v3 import imwrite

    height, width, _ = pictures[0].shape
    even = [np.pad(one, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge") for one in pictures]
    repeated = [one for one, long in zip(even, seconds, strict=True) for _ in range(max(1, round(RATE * long)))]
    data: bytes = imwrite(
        "<bytes>", repeated, extension=".mp4", plugin="FFMPEG", fps=RATE, quality=8, macro_block_size=1
    )
    return data


FILMS: dict[str, Callable[[Pictures, Sequence[float]], bytes]] = {".gif": _gif, ".mp4": _mp4}
