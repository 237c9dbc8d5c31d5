from itertools import product

import numpy as np
import pytest
import torch

from inr_cli.config.errors import ConfigError
from inr_cli.encoding.lattice import Lattice
from inr_cli.signal.lattice import half_count, half_lattice

PICTURES = [(16,), (15,), (8, 8), (7, 7), (8, 5), (5, 6), (4, 3, 5)]
each_picture = pytest.mark.parametrize("shape", PICTURES, ids=str)


def lattice(limit: int | str, shape: tuple[int, ...] = (16, 16), count: int | None = None) -> Lattice:
    return Lattice(Lattice.Spec(name="lattice", limit=limit, count=count), shape, None).double()


def centres(shape: tuple[int, ...]) -> torch.Tensor:
    """Every pixel centre in [-1, 1]."""
    lines = [(2 * np.arange(n) + 1) / n - 1 for n in shape]
    return torch.from_numpy(np.stack(np.meshgrid(*lines, indexing="ij"), axis=-1).reshape(-1, len(shape)))


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("limit", [0, 1, 8])
def test_the_count_is_the_papers(limit: int, axes: int) -> None:
    part = lattice(limit, (16,) * axes)
    assert part.out_features == 2 * len(part.B) == (2 * limit + 1) ** axes + 1


@pytest.mark.parametrize(("shape", "rows"), [((512, 512), 131_585), ((511, 511), 130_561), ((256, 171), 21_974)])
def test_nyquist_is_half_of_each_side(shape: tuple[int, int], rows: int) -> None:
    height, width = shape
    assert half_count([height // 2, width // 2]) == rows
    small = lattice("nyquist", (9, 4))
    assert small.B.amax(dim=0).tolist() == [4, 2]
    assert small.B[:, 1].min() == -2


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_the_features_are_the_papers(axes: int) -> None:
    part = lattice(2, (16,) * axes)
    coords = torch.rand(6, axes, dtype=torch.float64, generator=torch.Generator().manual_seed(0)) * 2 - 1
    features = part(coords).numpy()
    for point, row in zip((coords.numpy() + 1) / 2, features, strict=True):
        for index, n in enumerate(part.B.numpy()):
            angle = 2 * np.pi * sum(n * point)
            assert row[index] == pytest.approx(np.cos(angle), abs=1e-13)
            assert row[index + len(part.B)] == pytest.approx(np.sin(angle), abs=1e-13)
    assert bool((features[:, 0] == 1).all())
    assert bool((features[:, len(part.B)] == 0).all())
    assert torch.equal(part.frequencies(), torch.cat([part.B, part.B]))


@each_picture
def test_a_sum_of_its_features_is_any_picture_exactly(shape: tuple[int, ...]) -> None:
    """With the FFT's coefficients, moved by half a pixel, and both halves of a self-conjugate row."""
    part = lattice("nyquist", shape)
    picture = np.random.default_rng(0).random(shape)
    n = part.B.numpy().astype(int)
    coefficients = np.fft.fftn(picture)[tuple((n % shape).T)] / picture.size
    moved = coefficients * np.exp(-1j * np.pi * (n / shape).sum(axis=1))
    # Frequencies that differ by a multiple of the side are one on the pixels and share the coefficient.
    full = np.array(list(product(*[range(-(side // 2), side // 2 + 1) for side in shape])))
    _, which, times = np.unique(full % shape, axis=0, return_inverse=True, return_counts=True)
    share = {tuple(row): times[kind] for row, kind in zip(full, which.ravel(), strict=True)}
    # n and -n make 2 Re(c e^(i angle)); n = 0 stands alone
    factor = np.array([(2 if row.any() else 1) / share[tuple(row)] for row in n])
    weights = np.concatenate([factor * moved.real, -factor * moved.imag])
    drawn = (part(centres(shape)) @ torch.from_numpy(weights)).numpy().reshape(shape)
    np.testing.assert_allclose(drawn, picture, rtol=0, atol=1e-13)


@each_picture
def test_its_features_span_every_picture(shape: tuple[int, ...]) -> None:
    features = lattice("nyquist", shape)(centres(shape))
    assert int(torch.linalg.matrix_rank(features)) == np.prod(shape)


def test_the_waves_below_nyquist_are_orthogonal_on_the_pixels() -> None:
    shape = (9, 7)
    features = lattice("nyquist", shape)(centres(shape))
    gram = features.T @ features / len(features)
    expected = torch.full((len(gram),), 0.5, dtype=torch.float64)
    expected[0], expected[len(gram) // 2] = 1, 0  # n = 0: a constant, and a sine that is none
    torch.testing.assert_close(gram, expected.diag(), rtol=0, atol=1e-13)


def test_it_repeats_after_the_whole_picture() -> None:
    coords = centres((6, 5))
    torch.testing.assert_close(lattice(5)(coords + 2), lattice(5)(coords), rtol=0, atol=1e-13)


def test_too_many_features_are_refused_in_one_line() -> None:
    with pytest.raises(ConfigError, match=r"^encoding.limit=nyquist: 16008002 features .* choose a smaller .*limit.$"):
        lattice("nyquist", (4000, 4000))
    with pytest.raises(ConfigError, match="features"), torch.device("meta"):
        lattice(30_000)


def test_the_structure_takes_no_memory() -> None:
    with torch.device("meta"):
        part = Lattice(Lattice.Spec(name="lattice", limit="nyquist", count=None), (1024, 1024), None)
    assert part.B.is_meta
    assert part.out_features == 1025**2 + 1


def chosen(picture: np.ndarray, count: int, limit: int | str = "nyquist") -> list[tuple[int, ...]]:
    part = lattice(limit, picture.shape[:-1], count)
    part.look_at(torch.from_numpy(picture))
    assert part.out_features == 2 * count
    return [tuple(map(int, row)) for row in part.B.tolist()]


def waves(shape: tuple[int, int], amplitudes: dict[tuple[int, int], tuple[float, ...]]) -> np.ndarray:
    """A picture of sines with the given amplitudes in each channel."""
    angle = {n: (centres(shape).numpy() + 1) @ n * np.pi + 1 for n in amplitudes}
    colours = sum(np.sin(angle[n])[:, None] * np.array(size) for n, size in amplitudes.items())
    return np.asarray(colours).reshape(*shape, -1)


def test_a_count_selects_the_strongest_waves_by_the_energy_of_all_channels() -> None:
    picture = waves((16, 15), {(1, 0): (0.2, 0), (3, -2): (0.9, 0), (0, 4): (0.8, 0.8), (5, 6): (0, 0.5)})
    assert chosen(picture, 5) == [(0, 0), (0, 4), (3, -2), (5, 6), (1, 0)]
    assert chosen(picture, 3) == [(0, 0), (0, 4), (3, -2)]
    assert chosen(picture, 3, limit=3) == [(0, 0), (3, -2), (1, 0)]


def test_the_constant_comes_first_however_weak_and_equals_in_lexicographic_order() -> None:
    flat = np.zeros((6, 5, 1))
    assert chosen(flat, 4) == [(0, 0), (0, 1), (0, 2), (1, -2)]
    assert chosen(flat + 0.5, 4) == chosen(flat, 4)


@pytest.mark.parametrize("shape", [(6, 6), (5, 6), (6, 5), (5, 5)], ids=str)
def test_what_repeats_a_wave_on_the_pixels_comes_last(shape: tuple[int, int]) -> None:
    picture = np.random.default_rng(0).random((*shape, 3))
    alone = sum(not (2 * np.array(n) % shape).any() for n in np.ndindex(shape))  # n and -n are one
    part = lattice("nyquist", shape, (int(np.prod(shape)) + alone) // 2)
    part.look_at(torch.from_numpy(picture))
    assert int(torch.linalg.matrix_rank(part(centres(shape)))) == np.prod(shape)


def test_a_limit_above_half_a_side_selects_from_what_lies_below() -> None:
    picture = np.random.default_rng(0).random((7, 6, 3))
    assert chosen(picture, 9, limit=100) == chosen(picture, 9)


def test_without_a_count_the_picture_changes_nothing() -> None:
    part = lattice(3, (7, 6))
    part.look_at(torch.rand(7, 6, 3))
    assert torch.equal(part.B, half_lattice([3, 3]))


def test_more_than_there_are_is_refused_in_one_line() -> None:
    lattice(2, (9, 9), 13)
    with pytest.raises(ConfigError, match=r"^encoding.count=14: .* 9 x 9 pixels has 13 .*limit=2; choose [^\n]*\.$"):
        lattice(2, (9, 9), 14)
    with pytest.raises(ConfigError, match=r"^encoding.count=42: .* has 41 .*limit=50; choose"):
        lattice(50, (9, 9), 42)


def test_a_selection_takes_no_memory_and_comes_back_from_its_state() -> None:
    part = lattice("nyquist", (9, 8), 12)
    part.look_at(torch.rand(9, 8, 3, dtype=torch.float64))
    with torch.device("meta"):
        empty = Lattice(Lattice.Spec(name="lattice", limit="nyquist", count=12), (9, 8), None)
    assert empty.B.is_meta
    empty.load_state_dict(part.state_dict(), assign=True)
    coords = centres((9, 8))
    assert torch.equal(empty(coords), part(coords))
