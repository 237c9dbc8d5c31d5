"""Pictures that Pillow decodes exactly; what it would cut or guess is refused."""

from __future__ import annotations

import io
import warnings

import numpy as np
from jaxtyping import Shaped
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from inr_cli.config.errors import PictureError
from inr_cli.signal.limits import MAX_PIXELS, check_pixels
from inr_cli.signal.reading import Reading, UndecidedError

FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF")

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
INKS = {("CMYK", False): "RGB"}
"""What Pillow converts by R = (1 - C)(1 - K): only on demand, since the true colours need a profile."""

CONVERT = "convert it to 8-bit sRGB and save it as PNG"


def read_pillow(data: bytes, reading: Reading) -> Shaped[np.ndarray, "height width channels"]:
    """The stored numbers of a picture file, upright: bool, uint8, or uint16 for 16-bit grey.

    Raises `PictureError` for a picture beyond `limits`, 16-bit colour or a colour model other than grey, RGB and
    palette, its `UndecidedError` for several frames and CMYK; Pillow's own errors for a damaged file.
    """
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
            image.seek(reading.frame_of(_frames(image)))
            check_pixels(image.width, image.height)  # pages of one file have sizes of their own
            _require_whole(image)
            target = _target(image, reading)
            upright = ImageOps.exif_transpose(image)
            values = np.asarray(upright if upright.mode == target else upright.convert(target))
    return values if values.ndim == 3 else values[..., None]


def _frames(image: Image.Image) -> int:
    """How many; a camera's MPO is a JPEG with a preview or depth map behind the picture, not an animation."""
    return 1 if image.format == "MPO" else getattr(image, "n_frames", 1)


def _target(image: Image.Image, reading: Reading) -> str:
    """The mode whose numbers are the picture's. Raises `PictureError`."""
    stored = (image.mode, image.has_transparency_data)
    known = MODES | INKS if reading.convert_cmyk else MODES
    if stored in known:
        return known[stored]
    if stored in INKS:
        raise UndecidedError(f"stores CMYK values; {CONVERT}", "convert_cmyk=true")
    raise PictureError(f"stores {image.mode} values; {CONVERT}")


def _require_whole(image: ImageFile.ImageFile) -> None:
    """Raises `PictureError` where Pillow would silently give the high byte of each 16-bit channel."""
    if "16" in str([tile.args for tile in image.tile]) and not image.mode.startswith("I;16"):
        raise PictureError(f"a 16-bit colour {image.format}; save it as a 16-bit TIFF, or with 8 bits per channel")
