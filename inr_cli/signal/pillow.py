"""Pictures that Pillow decodes exactly; what it would cut or guess is refused."""

from __future__ import annotations

import io
import warnings

import numpy as np
from jaxtyping import Shaped
from PIL import Image, ImageOps, UnidentifiedImageError

from inr_cli.config.errors import PictureError
from inr_cli.signal.png16 import PNG_START

FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF")
MAX_PIXELS = 64 * 2**20

# (Pillow's mode, does anything in it say transparent) -> the mode whose numbers are the picture.
MODES = {
    ("1", False): "1",
    ("L", False): "L",
    ("L", True): "LA",
    ("LA", True): "LA",
    ("RGB", False): "RGB",
    ("RGB", True): "RGBA",
    ("RGBA", True): "RGBA",
    ("P", False): "RGB",
    ("P", True): "RGBA",
    ("PA", True): "RGBA",
    ("I;16", False): "I;16",
    ("I;16L", False): "I;16L",
    ("I;16B", False): "I;16B",
}

PNG_DEPTH, PNG_COLOUR = 24, 25  # where the IHDR chunk says bits per channel and colour type
GREY = 0


def read_pillow(data: bytes) -> Shaped[np.ndarray, "height width channels"]:
    """The stored numbers of a picture file, upright: bool, uint8, or uint16 for 16-bit grey.

    Raises `PictureError` for more than 64 Mi pixels, several frames, 16-bit colour or a colour model other than
    grey, RGB and palette; Pillow's own errors for a damaged file.
    """
    if _is_deep_colour_png(data):
        raise PictureError("a 16-bit colour PNG; save it as a 16-bit TIFF, or with 8 bits per channel")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            image = Image.open(io.BytesIO(data), formats=FORMATS)
        except UnidentifiedImageError:
            raise PictureError("not a picture of a known format") from None
        except (Image.DecompressionBombWarning, Image.DecompressionBombError):  # Pillow's limit is above ours
            raise PictureError(f"more than the {MAX_PIXELS} pixels allowed; shrink it first") from None
        with image:
            check_pixels(image.width, image.height)
            # A camera's MPO is a JPEG with a preview or depth map behind the picture, not an animation.
            if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:
                raise PictureError("several frames or pages; extract one as a file of its own")
            target = MODES.get((image.mode, image.has_transparency_data))
            if target is None:
                raise PictureError(f"stores {image.mode} values; convert it to 8-bit sRGB and save it as PNG")
            upright = ImageOps.exif_transpose(image)
            values = np.asarray(upright if upright.mode == target else upright.convert(target))
    return values if values.ndim == 3 else values[..., None]


def check_pixels(width: int, height: int) -> None:
    """Raise `PictureError` before memory is taken for more than `MAX_PIXELS` pixels."""
    if width * height > MAX_PIXELS:
        raise PictureError(f"{width} x {height} pixels are more than the {MAX_PIXELS} allowed; shrink it first")


def _is_deep_colour_png(data: bytes) -> bool:
    """Pillow would silently give the high byte of each 16-bit channel."""
    return data.startswith(PNG_START) and data[PNG_DEPTH : PNG_DEPTH + 1] == b"\x10" and data[PNG_COLOUR] != GREY
