import pytest
import torch

from inr_cli.sampler import Samples
from inr_cli.sampler.soft_mining import SoftMining

ERRORS = torch.tensor([0.0, 1.0, 2.0, 3.0, 10.0, 0.5])


def mining(alpha: float, floor: float, errors: torch.Tensor = ERRORS, batch_size: int = 1000) -> SoftMining:
    spec = SoftMining.Spec(name="soft_mining", alpha=alpha, floor=floor, every=10)
    sampler = SoftMining(spec, Samples(len(errors), None, batch_size, 1000, 0, torch.device("cpu")))
    sampler.learn(errors)
    return sampler


def chances(floor: float) -> torch.Tensor:
    return (1 - floor) * ERRORS / ERRORS.sum() + floor / len(ERRORS)


@pytest.mark.parametrize("floor", [0.0, 0.1, 1.0])
def test_pixels_are_as_likely_as_their_errors_are_large(floor: float) -> None:
    sampler = mining(0.5, floor)
    counts = torch.bincount(torch.cat([sampler(step) for step in range(200)]), minlength=6)
    deviation = (chances(floor) * (1 - chances(floor)) / 200_000).sqrt()
    assert ((counts / 200_000 - chances(floor)).abs() <= 5 * deviation + 1e-12).all()


@pytest.mark.parametrize("values", [ERRORS, torch.tensor([5.0, -1.0, 0.0, 2.0, 1.0, 7.0])], ids=["errors", "others"])
def test_with_alpha_1_the_weighted_mean_is_the_mean_over_all_pixels(values: torch.Tensor) -> None:
    sampler = mining(1.0, 0.1)
    expected = (chances(0.1) * values * sampler.weights(torch.arange(6))).sum()
    torch.testing.assert_close(expected, values.mean())


def test_with_alpha_0_nothing_is_weighted() -> None:
    assert mining(0.0, 0.1).weights(torch.arange(6)).tolist() == [1.0] * 6


@pytest.mark.parametrize("errors", [torch.zeros(6), torch.full((6,), 1e-30)])
def test_where_nothing_is_wrong_all_pixels_are_alike(errors: torch.Tensor) -> None:
    sampler = mining(0.8, 0.0, errors)
    assert len(sampler(0).unique()) == 6
    torch.testing.assert_close(sampler.weights(torch.arange(6)), torch.ones(6))
