import numpy as np
import pytest
import torch

from inr_cli.mask.coarse_to_fine import CoarseToFine

FREQUENCIES = torch.tensor([[0.0, 0.0], [1.0, 0.0], [3.0, 4.0], [0.0, 0.5], [-6.0, 8.0]])
NORMS = np.array([0.0, 1.0, 5.0, 0.5, 10.0])


def mask(progress: float, end: float = 0.5) -> CoarseToFine:
    made = CoarseToFine(CoarseToFine.Spec(name="coarse_to_fine", end=end), FREQUENCIES)
    made.advance(progress)
    return made


def test_at_the_start_only_the_mean_and_what_is_below_one_cycle_is_open() -> None:
    weights = mask(0).weights().numpy()
    assert weights[0] == 1
    assert weights[3] == pytest.approx(0.5)  # halfway up the window's cosine
    assert (weights[[1, 2, 4]] == 0).all()


@pytest.mark.parametrize("end", [0.1, 0.5, 1.0])
@pytest.mark.parametrize("after", [0.0, 0.3, 1.0])
def test_from_the_end_on_every_weight_is_exactly_one(end: float, after: float) -> None:
    assert (mask(end + (1 - end) * after, end).weights() == 1).all()


@pytest.mark.parametrize("progress", [0.0, 0.07, 0.2, 0.33, 0.49, 0.7])
def test_the_weights_are_the_papers_window(progress: float) -> None:
    alpha = 1 + 10 * min(progress / 0.5, 1)
    expected = []
    for norm in NORMS:
        gap = alpha - norm
        expected.append(0.0 if gap < 0 else 1.0 if gap > 1 else 0.5 * (1 - np.cos(np.pi * gap)))
    np.testing.assert_allclose(mask(progress).weights().numpy(), expected, atol=1e-6)


def test_features_are_dimmed_not_changed_in_frequency() -> None:
    features = torch.randn(7, 5)
    half = mask(0.25)
    torch.testing.assert_close(half(features), features * half.weights())


def test_where_a_run_was_is_part_of_the_state() -> None:
    state = mask(0.3).state_dict()
    fresh = mask(0.0)
    fresh.load_state_dict(state)
    assert torch.equal(fresh.weights(), mask(0.3).weights())
