from itertools import product

import numpy as np
import pytest

from inr_cli.signal.series import bins, coefficients, energies, twins

each_shape = pytest.mark.parametrize("shape", [(8,), (7,), (6, 5), (4, 6), (3, 2, 4)], ids=str)


def half(shape: tuple[int, ...]) -> np.ndarray:
    """Every n up to Nyquist whose first non-zero component is positive, and 0."""
    everything = product(*[range(-(side // 2), side // 2 + 1) for side in shape])
    return np.array([n for n in everything if next((part for part in n if part), 1) > 0])


def waves(n: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """exp(2 pi i sum_a n_a p_a / size_a), one row per n, one column per pixel."""
    pixels = np.array(list(product(*map(range, shape)))) / shape
    return np.exp(2j * np.pi * n @ pixels.T)


@each_shape
def test_the_coefficients_are_the_definition(shape: tuple[int, ...]) -> None:
    picture = np.random.default_rng(0).random((*shape, 3))
    n = half(shape)
    expected = waves(-n, shape) @ picture.reshape(-1, 3) / np.prod(shape)
    np.testing.assert_allclose(coefficients(picture, n), expected, rtol=0, atol=1e-15)


@each_shape
def test_frequencies_share_a_bin_where_their_waves_are_one(shape: tuple[int, ...]) -> None:
    n = np.concatenate([half(shape), half(shape) + shape])
    same = np.isclose(waves(n, shape)[:, None], waves(n, shape)[None]).all(axis=-1)
    np.testing.assert_array_equal(bins(n, shape)[:, None] == bins(n, shape)[None], same)


@each_shape
def test_twins_are_all_the_waves_of_plus_and_minus_n_that_are_one(shape: tuple[int, ...]) -> None:
    n = half(shape)
    same = np.isclose(waves(n, shape)[:, None], waves(np.concatenate([n, -n]), shape)[None]).all(axis=-1)
    np.testing.assert_array_equal(twins(n, shape), same.sum(axis=1))


@each_shape
def test_the_energies_are_those_of_the_waves_and_sum_to_the_pictures(shape: tuple[int, ...]) -> None:
    picture = np.random.default_rng(0).random((*shape, 3))
    n = half(shape)
    energy = energies(picture, n)
    for row, wave, own in zip(n, waves(n, shape), energy, strict=True):
        basis = np.stack([wave.real, wave.imag], axis=1)
        shadow = basis @ np.linalg.pinv(basis) @ picture.reshape(-1, 3)
        repeats = [other for other in n[: n.tolist().index(row.tolist())] if twin(row, other, shape)]
        assert own == pytest.approx(-1 if repeats else (shadow**2).mean(axis=0).sum(), abs=1e-12)
    assert energy[energy >= 0].sum() == pytest.approx((picture**2).sum() / np.prod(shape))


def twin(n: np.ndarray, other: np.ndarray, shape: tuple[int, ...]) -> bool:
    """Whether n is +-other up to whole sides."""
    return not ((n - other) % shape).any() or not ((n + other) % shape).any()
