import sys

import numpy as np
import pytest
import torch
from torch import nn

from inr_cli.config.errors import ConfigError
from inr_cli.optimizer import optimizers
from inr_cli.optimizer.prodigy import Prodigy

NUMBERS = {"lr": 1.0, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "d0": 1e-6, "d_coef": 1.0, "weight_decay": 0.0}


def built(parameter: nn.Parameter, **given: float) -> torch.optim.Optimizer:
    pytest.importorskip("pytorch_optimizer")
    return Prodigy(Prodigy.Spec(name="prodigy", **{**NUMBERS, **given})).build([parameter])


@pytest.mark.parametrize(("lr", "d_coef", "weight_decay"), [(1.0, 1.0, 0.0), (0.5, 2.0, 0.0), (1.0, 1.0, 0.1)])
def test_it_is_the_papers_algorithm(lr: float, d_coef: float, weight_decay: float) -> None:
    start, target = np.array([3.0, -2.0, 0.5]), np.array([1.0, 1.0, 1.0])
    beta1, beta2, d0 = 0.9, 0.999, 1e-2
    theta, d, r = start.copy(), d0, 0.0
    m, v, s = np.zeros(3), np.zeros(3), np.zeros(3)
    for _ in range(20):
        gradient = theta - target
        # r and s are kept divided by d0^2, which cancels
        r = np.sqrt(beta2) * r + lr * d**2 * gradient @ (start - theta)
        s = np.sqrt(beta2) * s + lr * d**2 * gradient
        m = beta1 * m + (1 - beta1) * d * gradient
        v = beta2 * v + (1 - beta2) * d**2 * gradient**2
        new = max(d, d_coef * r / np.abs(s).sum())
        theta = theta * (1 - lr * d * weight_decay) - lr * d * m / (np.sqrt(v) + new * 1e-8)
        d = new

    parameter = nn.Parameter(torch.from_numpy(start.copy()))
    optimizer = built(parameter, lr=lr, d0=d0, d_coef=d_coef, weight_decay=weight_decay)
    for _ in range(20):
        parameter.grad = parameter.detach() - torch.from_numpy(target)
        optimizer.step()
    # the package sums r in float32
    np.testing.assert_allclose(parameter.detach().numpy(), theta, rtol=0, atol=1e-5)


@pytest.mark.parametrize("distance", [0.1, 10.0, 1000.0])
def test_it_finds_its_step_size_from_a_millionth(distance: float) -> None:
    parameter = nn.Parameter(torch.full((4,), distance, dtype=torch.float64))  # in float32, 1000 - 1e-6 is 1000
    optimizer = built(parameter)
    for _ in range(400):
        parameter.grad = parameter.detach().sign()  # of |x|: says nothing of how far it is
        optimizer.step()
    assert 0.05 * distance < optimizer.param_groups[0]["d"] <= 2 * distance  # D = 2 d in the Euclidean norm
    assert parameter.detach().abs().max() < 0.5 * distance


@pytest.mark.parametrize("name", ["prodigy", "shampoo", "soap"])
def test_without_the_package_one_line_says_what_to_install(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pytorch_optimizer", None)
    part = optimizers.find(name)
    numbers = {field: 1 for field in part.Spec.model_fields if field != "name"}
    spec = part.Spec.model_construct(**{**numbers, "name": name})
    with pytest.raises(ConfigError, match=r"pip install 'inr-cli\[optim\]'") as caught:
        part(spec).build([nn.Parameter(torch.zeros(2, 2))])
    assert "\n" not in str(caught.value)
