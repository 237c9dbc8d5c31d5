"""Every optimiser is its state: saved and loaded, it takes the very same next steps."""

import copy
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from inr_cli.config.compose import compose
from inr_cli.engine.check import check
from inr_cli.optimizer import optimizers


def net(seed: int = 0) -> nn.Sequential:
    layers = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 3))
    random = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in layers.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=random) / 3)
    return layers


COORDS = torch.rand(40, 2, generator=torch.Generator().manual_seed(1))
TARGETS = torch.stack([(3 * COORDS).sin().prod(-1), COORDS[:, 0], COORDS[:, 1] ** 2], -1)


def steps(layers: nn.Module, optimizer: torch.optim.Optimizer, count: int) -> list[float]:
    def closure() -> Tensor:
        optimizer.zero_grad(set_to_none=True)
        loss = (layers(COORDS) - TARGETS).square().mean()
        loss.backward()
        return loss.detach()

    step: Any = optimizer.step
    return [float(step(closure)) for _ in range(count)]


def built(name: str, layers: nn.Module) -> torch.optim.Optimizer:
    config = check(compose([f"optimizer={name}", "batch_size=full"]))
    return optimizers.make(config.optimizer).build(list(layers.parameters()))


@pytest.mark.parametrize("name", optimizers.names())
def test_loaded_from_its_state_it_takes_the_same_steps(name: str) -> None:
    layers = net()
    optimizer = built(name, layers)
    steps(layers, optimizer, 12)
    saved, numbers = copy.deepcopy(optimizer.state_dict()), copy.deepcopy(layers.state_dict())
    unbroken = steps(layers, optimizer, 12)

    other = net(seed=5)
    other.load_state_dict(numbers)
    again = built(name, other)
    again.load_state_dict(saved)
    assert steps(other, again, 12) == unbroken
    for one, two in zip(layers.parameters(), other.parameters(), strict=True):
        assert torch.equal(one, two)


@pytest.mark.parametrize("name", optimizers.names())
def test_after_loading_the_schedule_still_reaches_every_group(name: str) -> None:
    layers = net()
    optimizer = built(name, layers)
    steps(layers, optimizer, 3)
    optimizer.load_state_dict(copy.deepcopy(optimizer.state_dict()))
    before = [parameter.detach().clone() for parameter in layers.parameters()]
    for group in optimizer.param_groups:
        group["lr"] = 0.0
    steps(layers, optimizer, 2)
    for old, parameter in zip(before, layers.parameters(), strict=True):
        assert torch.equal(old, parameter)


@pytest.mark.parametrize("name", optimizers.names())
def test_a_step_gives_back_the_loss_before_it_and_the_loss_falls(name: str) -> None:
    layers = net()
    before = float((layers(COORDS) - TARGETS).square().mean().detach())
    losses = steps(layers, built(name, layers), 60)
    assert losses[0] == before
    assert losses[-1] < before / 2


@pytest.mark.parametrize("name", optimizers.names())
def test_the_state_is_plain_data(name: str) -> None:
    layers = net()
    optimizer = built(name, layers)
    steps(layers, optimizer, 3)

    def plain(value: Any) -> bool:
        if isinstance(value, dict):
            return all(isinstance(key, str | int) and plain(one) for key, one in value.items())
        if isinstance(value, list | tuple):
            return all(plain(one) for one in value)
        return value is None or isinstance(value, bool | int | float | str | Tensor)

    assert plain(optimizer.state_dict())
