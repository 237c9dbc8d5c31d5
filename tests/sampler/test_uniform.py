import torch

from inr_cli.sampler import Samples
from inr_cli.sampler.uniform import Uniform


def test_every_pixel_is_as_likely_as_any_other_whatever_was_drawn_before() -> None:
    sampler = Uniform(Uniform.Spec(name="uniform"), Samples(50, None, 100, 1000, 0, torch.device("cpu")))
    counts = torch.bincount(torch.cat([sampler(step) for step in range(1000)]), minlength=50)
    expected = 100 * 1000 / 50
    assert counts.sum() == 100_000
    assert ((counts - expected) ** 2 / expected).sum() < 95  # chi-square of 49 degrees: above 95 once in 10,000
