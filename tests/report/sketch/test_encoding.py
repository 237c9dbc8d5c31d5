from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image

from inr_cli.report.sketch import SIZE, sketches
from inr_cli.report.sketch.encoding import MOST_FILES, SIDE, over_picture, spread, waves, waves_of

WAVES = ("encoding=gaussian", "encoding.count=5", "encoding.scale=3")


def opened(data: bytes) -> np.ndarray:
    with Image.open(BytesIO(data)) as image:
        return np.array(image)


def test_every_channel_is_a_file_and_a_tile_of_the_sheet(configure) -> None:
    pytest.importorskip("matplotlib")
    pictures = dict(sketches.find("encoding")().pictures(configure(*WAVES), 24))
    assert list(pictures) == ["channels.png", *(f"channels/{number:03d}.png" for number in range(10)), "spectrum.png"]
    sheet = opened(pictures["channels.png"])[..., 0]
    windows = np.lib.stride_tricks.sliding_window_view(sheet, (24, 24))
    for number in range(10):
        tile = opened(pictures[f"channels/{number:03d}.png"])
        assert tile.shape == (24, 24)
        assert (windows == tile).all(axis=(2, 3)).any(), f"channel {number} is not on the sheet"


def test_a_channel_is_the_wave_of_its_frequency(begin) -> None:
    """sin(2 pi b . u) at pixel centres, written out for one channel of each kind."""
    encoding = begin(*WAVES).field.encoding
    down, across = encoding.frequencies()[3].double().tolist()
    u = (np.arange(40) + 0.5) / 40
    phase = 2 * np.pi * (down * u[:, None] + across * u)
    sine, cosine = over_picture(encoding, np.array([3, 8]), 40)
    np.testing.assert_allclose(sine, np.sin(phase), atol=1e-4)
    np.testing.assert_allclose(cosine, np.cos(phase), atol=1e-4)


@pytest.mark.parametrize("name", ["gaussian", "basic", "positional", "positional_log", "positional_radians"])
def test_sines_and_cosines_are_told_apart(name: str, begin) -> None:
    """A sine changes its sign where its phase does, a cosine does not."""
    encoding = begin(f"encoding={name}").field.encoding
    known = encoding.frequencies().any(dim=1)
    told = waves(encoding, known)
    origin = torch.full((1, 2), -1.0 if name in ("gaussian", "positional_log") else 0.0)
    offset = torch.tensor([[0.013, 0.007]])
    with torch.no_grad():
        one, other = encoding(origin + offset)[0], encoding(origin - offset)[0]
    for channel in known.nonzero()[:, 0].tolist():
        even = (one + other)[channel].abs() > (one - other)[channel].abs()
        assert told[channel] == ("cos" if even else "sin")


def test_the_scale_of_greys_reaches_from_the_lowest_value_to_the_highest(configure) -> None:
    pictures = sketches.find("encoding")().pictures(configure("encoding=radial", "encoding.count=4"), SIZE)
    files = [next(pictures) for _ in range(5)]
    tiles = np.stack([opened(data) for name, data in files if "/" in name])
    assert (tiles.min(), tiles.max()) == (0, 255)


def test_waves_too_fast_for_the_pixels_are_told(configure) -> None:
    fast, slow = ("encoding=lattice", "encoding.limit=7"), ("encoding=lattice", "encoding.limit=5")
    heights = [
        len(opened(next(sketches.find("encoding")().pictures(configure(*words), 12))[1])) for words in (fast, slow)
    ]
    lines = [data % 30 for data in heights]  # a row of tiles is 12 pixels, their labels and a gap, 42 in all
    assert lines[0] != lines[1]


@pytest.mark.parametrize(("count", "most"), [(3, 8), (8, 8), (9, 8), (1000, 8)])
def test_what_is_too_much_is_chosen_evenly(count: int, most: int) -> None:
    chosen = spread(count, most)
    assert len(chosen) == min(count, most)
    assert (chosen[0], chosen[-1]) == (0, count - 1)
    assert np.ptp(np.diff(chosen)) <= 1


def test_the_measured_spectrum_of_waves_is_where_their_frequencies_are(begin, monkeypatch) -> None:
    encoding = begin("encoding=basic").field.encoding
    monkeypatch.setattr(type(encoding), "frequencies", lambda self: None)
    measured = waves_of(encoding)
    strongest = measured.cycles[np.argsort(measured.power)[-4:]]
    assert sorted(map(tuple, strongest.tolist())) == [(-1, 0), (0, -1), (0, 1), (1, 0)]


def test_a_smooth_encoding_has_its_power_at_low_frequencies(begin) -> None:
    """exp(-u^2 / (2 s^2)) has the spectrum exp(-2 pi^2 s^2 f^2), whose square falls to 1/e at f = 1 / (2 pi s)."""
    found = waves_of(begin("encoding=radial", "encoding.count=16", "encoding.sigma=1").field.encoding)
    lengths = np.linalg.norm(found.cycles, axis=1)
    within = found.power[lengths <= 3 / (2 * np.pi * 0.25) + 2].sum()
    assert within > 0.99 * found.power.sum()
    assert len(found.power) < SIDE**2 / 10


def test_memory_does_not_grow_with_the_channels(begin) -> None:
    encoding = begin("encoding=lattice", "encoding.limit=16").field.encoding
    chosen = spread(encoding.out_features, MOST_FILES)
    with torch.no_grad():
        assert over_picture(encoding, chosen, 8).shape == (MOST_FILES, 8, 8)
