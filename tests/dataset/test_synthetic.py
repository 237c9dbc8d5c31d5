import numpy as np
import pytest

from inr_cli.config.errors import PictureError
from inr_cli.dataset.synthetic import FACE, PALETTE, PATTERNS, Synthetic


def drawn(name: str, width: int | None = None, height: int | None = None, seed: int = 0) -> np.ndarray:
    spec = Synthetic.Spec(name="synthetic", width=width, height=height)
    return Synthetic(spec, seed).open(name, None).pixels


@pytest.mark.parametrize("name", PATTERNS)
@pytest.mark.parametrize(("width", "height"), [(None, None), (40, 24), (1, 1), (17, None)])
def test_every_drawing_is_a_picture_of_the_size_asked_for(name: str, width: int | None, height: int | None) -> None:
    pixels, side = drawn(name, width, height), PATTERNS[name].side
    assert pixels.shape[:2] == (height or side, width or side)
    assert pixels.dtype == np.float32 and 0 <= pixels.min() <= pixels.max() <= 1


@pytest.mark.parametrize("name", PATTERNS)
def test_only_noise_depends_on_the_seed(name: str) -> None:
    assert np.array_equal(drawn(name), drawn(name))
    assert np.array_equal(drawn(name, seed=1), drawn(name)) == (name != "band_limited_noise")


def test_fingerprints_tell_drawings_apart() -> None:
    spec = Synthetic.Spec(name="synthetic", width=32, height=32)
    assert len({Synthetic(spec, 0).open(name, None).sha256 for name in PATTERNS}) == len(PATTERNS)


def test_noise_has_nothing_above_its_band() -> None:
    pixels = drawn("band_limited_noise", 96, 64)
    power = np.abs(np.fft.fft2(pixels, axes=(0, 1)))
    outside = np.hypot(np.fft.fftfreq(64)[:, None], np.fft.fftfreq(96)) > 1 / 8
    assert power[outside].max() < 1e-4 * power[~outside].max()  # float32 rounding of the pixels
    assert np.median(power[~outside]) > 1e-3 * power[~outside].max()


@pytest.mark.parametrize(("width", "height"), [(64, 64), (96, 64)])
def test_zone_plate_reaches_nyquist_at_the_longer_edge_and_no_further(width: int, height: int) -> None:
    y, x = np.ogrid[(1 - height) / 2 : height / 2, (1 - width) / 2 : width / 2]
    phase = np.pi * (y**2 + x**2) / max(width, height)
    steps = np.abs(np.diff(phase, axis=1))
    assert steps.max() <= np.pi  # half a turn per pixel is Nyquist
    assert steps.max() > 0.95 * np.pi
    np.testing.assert_allclose(drawn("zone_plate", width, height)[..., 0], 0.5 + 0.5 * np.cos(phase), atol=1e-6)


def test_siemens_star_has_36_spokes() -> None:
    star = drawn("siemens_star", 400, 400)[..., 0]
    angle = np.linspace(0, 2 * np.pi, 3600, endpoint=False)
    ring = star[np.rint(199.5 + 150 * np.sin(angle)).astype(int), np.rint(199.5 + 150 * np.cos(angle)).astype(int)]
    dark = ring < 0.5
    assert np.count_nonzero(dark & ~np.roll(dark, 1)) == 36
    assert star[199:201, 199:201].mean() == pytest.approx(0.5, abs=0.05)


def test_checkerboard_alternates() -> None:
    board = drawn("checkerboard", 64, 64)[..., 0]
    assert np.array_equal(board[::8, ::8], np.indices((8, 8)).sum(axis=0) % 2)
    assert board.mean() == 0.5


def test_face_repeats_its_pixels() -> None:
    assert np.array_equal(drawn("face", 60, 45)[1::3, 1::4], drawn("face"))
    assert all(len(row) == len(FACE) for row in FACE)
    assert set("".join(FACE)) == PALETTE.keys()


def test_constant_and_face_are_exact_in_8_bits() -> None:
    for name in ("constant", "face"):
        pixels = drawn(name)
        np.testing.assert_allclose(np.round(pixels * 255) / 255, pixels, atol=1e-7)


def test_an_unknown_drawing_lists_the_known() -> None:
    with pytest.raises(PictureError, match="Did you mean 'zone_plate'"):
        drawn("zoneplate")
