import numpy as np
import pytest

from inr_cli.signal.spectrum import log_spectrum


@pytest.mark.parametrize(("rows", "columns"), [(8, 0), (0, 5), (3, 4)])
def test_a_wave_is_two_peaks_at_its_frequency(rows: int, columns: int) -> None:
    y, x = np.mgrid[0:64, 0:48]
    wave = np.cos(2 * np.pi * (rows * y / 64 + columns * x / 48))
    spectrum = log_spectrum(wave[..., None])
    peaks = {tuple(place) for place in np.argwhere(spectrum > spectrum.max() - 1e-3)}
    assert peaks == {(32 + rows, 24 + columns), (32 - rows, 24 - columns)}


def test_channels_are_averaged() -> None:
    grey = np.random.default_rng(0).uniform(0, 1, (9, 12, 1))
    np.testing.assert_allclose(log_spectrum(grey.repeat(3, axis=2)), log_spectrum(grey), atol=1e-9)


def test_nothing_is_minus_twelve() -> None:
    assert (log_spectrum(np.zeros((1, 6, 3))) == -12).all()
