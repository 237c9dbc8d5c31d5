from itertools import pairwise

import pytest
import torch

from inr_cli.config.compose import compose
from inr_cli.config.errors import ConfigError
from inr_cli.config.words import prepare
from inr_cli.engine.check import check
from inr_cli.sampler import Samples
from inr_cli.sampler.evos import Evos, evaluations

ERRORS = torch.arange(100.0).roll(37)  # pixel i has error (i - 37) mod 100


def evos(share: float, mutation: float, batch_size: int = 40, count: int = 100) -> Evos:
    spec = Evos.Spec(name="evos", share=share, mutation=mutation, first_interval=10, last_interval=5)
    sampler = Evos(spec, Samples(count, None, batch_size, 1000, 0, torch.device("cpu")))
    sampler.learn(ERRORS[:count])
    return sampler


@pytest.mark.parametrize(("share", "mutation"), [(0.5, 0.5), (0.4, 0.25), (0.2, 0.0), (0.01, 0.5)])
def test_all_but_the_mutants_are_of_the_largest_errors(share: float, mutation: float) -> None:
    sampler = evos(share, mutation)
    fittest = max(1, round(100 * share * (1 - mutation)))
    drawn = torch.stack([ERRORS[sampler(step)] for step in range(300)])
    fit = drawn >= 100 - fittest
    assert (fit.sum(dim=1) == 40 - round(40 * mutation)).all()
    assert len(drawn[fit].unique()) == fittest
    assert len(drawn[~fit].unique()) == (100 - fittest if mutation else 0)


def test_it_follows_the_errors() -> None:
    sampler = evos(0.1, 0.0)
    assert ERRORS[sampler(5)].min() >= 90
    sampler.learn(100 - ERRORS)
    assert ERRORS[sampler(5)].max() <= 10


@pytest.mark.parametrize("count", [1, 2])
def test_a_picture_of_almost_nothing_is_drawn_from(count: int) -> None:
    assert set(evos(0.5, 0.5, count=count)(0).tolist()) <= set(range(count))


@pytest.mark.parametrize(
    ("steps", "first", "last"), [(1000, 100, 50), (1000, 50, 100), (10, 3, 3), (5, 100, 50), (0, 9, 9)]
)
def test_the_intervals_go_from_the_first_to_the_last(steps: int, first: int, last: int) -> None:
    due = evaluations(steps, first, last)
    gaps = [after - before for before, after in pairwise(due)]
    assert due[0] == 0
    assert due[-1] < max(steps, 1)
    assert gaps == sorted(gaps, reverse=first > last)
    assert not gaps or gaps[0] == first
    assert all(min(first, last) <= gap <= max(first, last) for gap in gaps)


@pytest.mark.parametrize("name", ["evos", "soft_mining"])
def test_what_chooses_by_colours_needs_colours(name: str) -> None:
    with pytest.raises(ConfigError, match=f"sampler={name}: is made for colours.* choose sampler=epoch"):
        check(compose(prepare([f"sampler={name}", "task=poisson", "encoding=identity", "activation=sine"])))
