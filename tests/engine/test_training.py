from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch.nn import functional

from inr_cli.config.root import RunConfig
from inr_cli.engine.training import Training, steps_of
from inr_cli.sampler import samplers

Begin = Callable[..., Training]


def weights(training: Training) -> torch.Tensor:
    return torch.cat([parameter.detach().flatten() for parameter in training.field.parameters()])


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["activation=sine", "encoding=identity"],
        ["batch_size=full", "optimizer=sgd"],
        ["precision=bf16"],
        ["precision=float64"],
    ],
    ids=lambda words: " ".join(words) or "default",
)
def test_the_same_words_give_the_same_numbers_to_the_last_bit(words: list[str], begin: Begin) -> None:
    one, other = begin(*words), begin(*words)
    losses = []
    for training in (one, other):
        torch.manual_seed(len(losses))  # the global state must not matter
        losses.append([float(training.update(step)) for step in range(20)])
    assert losses[0] == losses[1]
    assert torch.equal(weights(one), weights(other))


def test_another_seed_gives_other_numbers(begin: Begin) -> None:
    assert not torch.equal(weights(begin("seed=0")), weights(begin("seed=1")))


def test_a_step_is_a_step_of_the_plainest_training_loop(begin: Begin) -> None:
    words = ["optimizer=sgd", "optimizer.momentum=0", "optimizer.lr=0.1", "schedule=constant", "precision=float64"]
    ours, plain = begin(*words), begin(*words)
    for step in range(5):
        chosen = plain.sampler(step)
        loss = functional.mse_loss(plain.field(plain.task.coords[chosen]), plain.task.targets[chosen])
        gradients = torch.autograd.grad(loss, list(plain.field.parameters()))
        with torch.no_grad():
            for parameter, gradient in zip(plain.field.parameters(), gradients, strict=True):
                parameter -= 0.1 * gradient
        assert float(ours.update(step)) == pytest.approx(float(loss.detach()), rel=1e-12)
    torch.testing.assert_close(weights(ours), weights(plain), rtol=0, atol=1e-12)


def test_the_loss_does_not_depend_on_the_range_that_the_network_learns(begin: Begin) -> None:
    for words in (["target_range=unit"], ["target_range=signed"]):
        training = begin(*words, "batch_size=full")
        error = functional.mse_loss(training.field(training.task.coords), training.task.targets)
        assert float(training.update(0)) == pytest.approx(float(error.detach()), rel=1e-6)
        assert 0 <= training.task.targets.min() <= training.task.targets.max() <= 1


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (["schedule=constant"], [1.0] * 4),
        (["schedule=cosine"], [(1 + np.cos(np.pi * step / 4)) / 2 for step in range(4)]),
        (["schedule=constant", "schedule.warmup=0.5"], [0.0, 0.5, 1.0, 1.0]),
    ],
)
def test_the_schedule_scales_the_optimisers_own_rate(schedule: list[str], expected: list[float], begin: Begin) -> None:
    training = begin(*schedule, "steps=4", "optimizer.lr=0.25")
    rates = []
    for step in range(4):
        training.update(step)
        rates.append(training.optimizer.param_groups[0]["lr"] / 0.25)
    assert rates == pytest.approx(expected)


@pytest.mark.parametrize(("batch", "size"), [("7", 7), ("full", 225), ("225", 225), ("100000", 225)])
def test_a_batch_has_at_most_the_whole_picture(batch: str, size: int, begin: Begin) -> None:
    training = begin(f"batch_size={batch}")
    batch_of_step = training.batch(3)
    assert training.batch_size == len(batch_of_step.coords) == len(batch_of_step.targets) == size


@pytest.mark.parametrize("sampler", samplers.names())
def test_a_sampler_that_chooses_does_so_where_a_batch_has_as_many_pixels_as_there_are(
    sampler: str, begin: Begin
) -> None:
    batch_size = "full" if samplers.find(sampler).needs_full_batch else "225"
    training = begin(f"sampler={sampler}", f"batch_size={batch_size}", "steps=3")
    coords = training.batch(0).coords
    assert coords.shape == (225, 2)
    assert (len(coords.unique(dim=0)) == 225) == samplers.find(sampler).takes_all


@pytest.mark.parametrize(
    ("words", "steps"),
    [
        (["steps=17"], 17),
        (["steps=0"], 0),
        (["epochs=2", "batch_size=225"], 2),
        (["epochs=2", "batch_size=full"], 2),
        (["epochs=1", "batch_size=64"], 4),
        (["epochs=2", "batch_size=64"], 8),
        (["epochs=0.5", "batch_size=64"], 2),
        (["epochs=0.0001", "batch_size=64"], 1),
    ],
)
def test_epochs_are_turned_into_steps_that_cover_them(words: list[str], steps: int, begin: Begin) -> None:
    assert begin(*words).steps == steps


def test_the_picture_seen_is_the_picture_fitted_pixel_by_pixel(begin: Begin) -> None:
    training = begin("image=checkerboard", "dataset.width=9", "dataset.height=4")
    seen = training.look()
    assert seen.shape == (4, 9, 1)
    coords = training.task.coords.unflatten(0, (4, 9))
    torch.testing.assert_close(seen[2, 5], training.field(coords[2, 5]).detach(), rtol=0, atol=1e-5)
    assert training.task.targets.unflatten(0, (4, 9))[0, 0] != training.task.targets.unflatten(0, (4, 9))[0, 1]


def test_looking_changes_nothing(begin: Begin) -> None:
    watched, alone = begin(), begin()
    for step in range(5):
        watched.look()
        watched.update(step)
        alone.update(step)
    assert torch.equal(weights(watched), weights(alone))


def test_the_precision_is_that_of_every_number(begin: Begin) -> None:
    training = begin("precision=float64")
    training.update(0)
    assert {tensor.dtype for tensor in training.field.state_dict().values()} == {torch.float64}
    assert training.task.coords.dtype == training.task.targets.dtype == training.look().dtype == torch.float64


def test_steps_given_are_steps_taken(configure: Callable[..., RunConfig]) -> None:
    assert steps_of(configure("steps=123"), 10, 3) == 123
