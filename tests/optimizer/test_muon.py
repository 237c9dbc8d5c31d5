import numpy as np
import pytest
import torch
from torch import nn

from inr_cli.config.errors import ConfigError
from inr_cli.optimizer.muon import Muon

RANDOM = np.random.default_rng(0)
SHAPES = [(16, 2), (16,), (16, 16), (16,), (24, 16), (24,), (3, 24), (3,)]
HIDDEN = [2, 4]
NUMBERS = {
    "lr": 0.02, "momentum": 0.95, "ns_steps": 5, "weight_decay": 0.0, "adam_lr": 1e-3, "beta1": 0.9, "beta2": 0.999
}  # fmt: skip


def parameters() -> list[nn.Parameter]:
    random = torch.Generator().manual_seed(0)
    return [nn.Parameter(torch.randn(shape, generator=random)) for shape in SHAPES]


def built(given: list[nn.Parameter], **numbers: float) -> torch.optim.Optimizer:
    return Muon(Muon.Spec(name="muon", **{**NUMBERS, **numbers})).build(given)


def orthogonal(matrix: np.ndarray, rounds: int) -> np.ndarray:
    """The odd quintic a x + b x^3 + c x^5 on every singular value, `rounds` times: what Newton-Schulz computes."""
    u, s, vt = np.linalg.svd(matrix, full_matrices=False)
    s = s / np.linalg.norm(s)
    for _ in range(rounds):
        s = 3.4445 * s - 4.7750 * s**3 + 2.0315 * s**5
    return u * s @ vt


@pytest.mark.parametrize("rounds", [1, 5])
@pytest.mark.parametrize(("momentum", "weight_decay"), [(0.95, 0.0), (0.5, 0.1), (0.0, 0.0)])
def test_hidden_matrices_move_along_the_orthogonal_part_of_nesterovs_momentum(
    rounds: int, momentum: float, weight_decay: float
) -> None:
    given = parameters()
    optimizer = built(given, ns_steps=rounds, momentum=momentum, weight_decay=weight_decay)
    expected = [parameter.detach().numpy().astype(np.float64) for parameter in given]
    means = [np.zeros(shape) for shape in SHAPES]
    for _ in range(3):
        gradients = [RANDOM.normal(size=shape) for shape in SHAPES]
        for parameter, gradient in zip(given, gradients, strict=True):
            parameter.grad = torch.from_numpy(gradient).float()
        optimizer.step()
        for index in HIDDEN:
            means[index] = momentum * means[index] + (1 - momentum) * gradients[index]
            look_ahead = momentum * means[index] + (1 - momentum) * gradients[index]
            rows, columns = SHAPES[index]
            expected[index] *= 1 - 0.02 * weight_decay
            expected[index] -= 0.02 * max(1, rows / columns) ** 0.5 * orthogonal(look_ahead, rounds)
    for index in HIDDEN:
        # bfloat16 has 8 bits and the quintic amplifies: a tenth of a step of at most 0.02 * 1.22
        np.testing.assert_allclose(given[index].detach().numpy(), expected[index], rtol=0, atol=3 * 2.5e-3)


def test_the_gradients_size_does_not_matter() -> None:
    moved = []
    for size in (1e-4, 1.0, 1e4):
        given = parameters()
        optimizer = built(given)
        for parameter in given:
            parameter.grad = size * torch.randn(parameter.shape, generator=torch.Generator().manual_seed(3))
        before = given[2].detach().clone()
        optimizer.step()
        moved.append((given[2].detach() - before) / 0.02)
    for one in moved:
        torch.testing.assert_close(one, moved[0], rtol=0, atol=0.05)
        singular = torch.linalg.svdvals(one)
        assert 0.3 < singular.min() < singular.max() < 1.3  # a tiny one needs more than five rounds to reach 0.7


def test_first_last_and_biases_learn_as_with_adam() -> None:
    given, others = parameters(), parameters()
    ours = built(given)
    adam = torch.optim.Adam(others, lr=1e-3, betas=(0.9, 0.999))
    for _ in range(3):
        for parameter, other in zip(given, others, strict=True):
            other.grad = torch.from_numpy(RANDOM.normal(size=tuple(other.shape))).float()
            parameter.grad = other.grad.clone()
        ours.step()
        adam.step()
    for index, (parameter, other) in enumerate(zip(given, others, strict=True)):
        # fused and plain code round apart
        assert torch.allclose(parameter, other, rtol=0, atol=1e-6) == (index not in HIDDEN)


def test_both_rates_stand_in_groups_for_the_schedule() -> None:
    groups = built(parameters(), lr=0.1, adam_lr=0.01).param_groups
    assert [group["lr"] for group in groups] == [0.1, 0.01]
    assert [len(group["params"]) for group in groups] == [2, 6]


@pytest.mark.parametrize("shapes", [[(3, 4), (3,)], [(8, 4), (8,), (3, 8), (3,)]])
def test_without_hidden_matrices_adam_is_recommended(shapes: list[tuple[int, ...]]) -> None:
    with pytest.raises(ConfigError, match="choose optimizer=adam"):
        built([nn.Parameter(torch.zeros(shape)) for shape in shapes])
