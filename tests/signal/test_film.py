"""Films are read back by Pillow and FFmpeg."""

import io
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inr_cli.signal.film import RATE, encode_film


def test_an_animation_shows_each_picture_for_its_time() -> None:
    pictures = [np.full((6, 8, 3), level, np.uint8) for level in (0, 100, 255)]
    with Image.open(io.BytesIO(encode_film(pictures, [0.1, 0.2, 1.5], ".gif"))) as animation:
        assert (animation.size, animation.n_frames) == ((8, 6), 3)  # type: ignore[attr-defined]
        for number, (picture, milliseconds) in enumerate(zip(pictures, (100, 200, 1500), strict=True)):
            animation.seek(number)
            assert animation.info["duration"] == milliseconds
            np.testing.assert_array_equal(np.array(animation.convert("RGB")), picture)


def test_an_mp4_repeats_each_picture_for_its_time_and_has_even_sides(tmp_path: Path) -> None:
    ffmpeg = pytest.importorskip("imageio_ffmpeg")
    pictures = [np.full((31, 48, 3), level, np.uint8) for level in (0, 100, 255)]
    (tmp_path / "x.mp4").write_bytes(encode_film(pictures, [0.1, 0.2, 1.5], ".mp4"))
    command = [ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", tmp_path / "x.mp4", "-f", "rawvideo", "-pix_fmt", "rgb24"]
    raw = subprocess.run([*command, "-"], capture_output=True, check=True).stdout
    film = np.frombuffer(raw, np.uint8).reshape(-1, 32, 48, 3)
    levels = np.repeat([0, 100, 255], [round(RATE * long) for long in (0.1, 0.2, 1.5)])
    np.testing.assert_allclose(film.mean(axis=(1, 2, 3)), levels, atol=8)
