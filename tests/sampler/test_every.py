"""What every sampler must do; a new one is held to this without a word added here."""

import pytest
import torch

from inr_cli.config.compose import compose, defaults
from inr_cli.config.errors import ConfigError
from inr_cli.config.words import prepare
from inr_cli.engine.check import check
from inr_cli.sampler import Sampler, Samples, samplers

each = pytest.mark.parametrize("name", samplers.names())
SHAPE = (9, 8)
STEPS = 300


def made(name: str, seed: int = 0, batch_size: int = 13) -> Sampler:
    spec = samplers.spec(defaults("sampler", name))
    return samplers.make(spec, Samples(72, SHAPE, batch_size, STEPS, seed, torch.device("cpu")))


def told(sampler: Sampler, step: int) -> torch.Tensor:
    """The batch of a step, after the errors that it was told up to there: others every time."""
    for before in range(step + 1):
        if sampler.wants_errors(before):
            sampler.learn(torch.rand(72, generator=torch.Generator().manual_seed(before)))
    return sampler(step)


@each
def test_a_batch_is_of_pixels_that_are_there(name: str) -> None:
    for step in (0, 1, 150, 299):
        batch = told(made(name), step)
        assert batch.dtype == torch.int64
        assert len(batch) > 0
        assert 0 <= batch.min() <= batch.max() < 72


@each
@pytest.mark.parametrize("step", [0, 150, 299])
def test_as_many_as_there_are_are_all_of_them_where_it_takes_all(name: str, step: int) -> None:
    sampler = made(name, batch_size=72)
    assert (told(sampler, step).sort().values.tolist() == list(range(72))) == sampler.takes_all


@each
def test_a_batch_depends_on_the_seed_the_step_and_the_errors_only(name: str) -> None:
    worn = made(name)
    for step in (0, 7, 150, 151, 299):
        torch.manual_seed(step)
        before = torch.get_rng_state()
        assert torch.equal(told(worn, step), told(made(name), step))
        assert torch.equal(torch.get_rng_state(), before)


@each
def test_what_it_was_told_is_all_that_it_knows(name: str) -> None:
    worn, fresh = made(name), made(name)
    told(worn, 120)
    fresh.restore(worn.state())
    assert torch.equal(fresh(121), worn(121))
    weights = worn.weights(worn(121)), fresh.weights(fresh(121))
    assert (weights[0] is None) == (weights[1] is None)
    assert weights[0] is None or torch.equal(weights[0], weights[1])


@each
def test_what_another_sampler_knew_is_refused(name: str) -> None:
    for foreign in ({"errors": torch.ones(71)}, {"luck": torch.ones(72)}):
        with pytest.raises(ValueError, match=r"another sampler|other pixels"):
            made(name).restore(foreign)


@each
def test_only_those_that_say_so_want_errors(name: str) -> None:
    sampler = made(name)
    assert any(sampler.wants_errors(step) for step in range(STEPS)) == sampler.needs_errors
    assert sampler.wants_errors(0) == sampler.needs_errors


@each
def test_what_chooses_needs_a_choice(name: str) -> None:
    words = prepare([f"sampler={name}", "batch_size=full"])
    if samplers.find(name).takes_all:
        assert check(compose(words)).batch_size == "full"
        return
    with pytest.raises(ConfigError, match=f"sampler={name}: chooses among the pixels, and batch_size=full takes"):
        check(compose(words))
