import math
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from inr_cli.loss.bce import Bce

PREDICTION = np.random.default_rng(0).uniform(0.01, 0.99, (40, 3))
TARGET = np.random.default_rng(1).uniform(0, 1, (40, 3))
BCE = Bce(Bce.Spec(name="bce"), (1, 1))


def loss(prediction: np.ndarray, target: np.ndarray) -> float:
    return float(BCE(torch.from_numpy(prediction), torch.from_numpy(target)))


def test_it_is_the_mean_over_points_and_channels() -> None:
    pairs = list(zip(PREDICTION.ravel(), TARGET.ravel(), strict=True))
    expected = -sum(t * math.log(p) + (1 - t) * math.log(1 - p) for p, t in pairs) / 120
    assert loss(PREDICTION, TARGET) == pytest.approx(expected, rel=1e-12)


def test_it_is_smallest_at_the_target_where_it_is_the_entropy() -> None:
    target = np.clip(TARGET, 0.01, 0.99)
    entropy = -np.mean(target * np.log(target) + (1 - target) * np.log(1 - target))
    assert loss(target, target) == pytest.approx(entropy, rel=1e-12)
    for step in (-1e-3, 1e-3):
        assert loss(target + step, target) > entropy


@pytest.mark.parametrize("wrong", [0.0, 1.0])
def test_a_saturated_sigmoid_costs_100_not_infinity(wrong: float) -> None:
    assert loss(np.array([[wrong]]), np.array([[1 - wrong]])) == 100


@pytest.mark.parametrize("saturated", [0.0, 1.0])
def test_the_gradient_at_a_saturated_prediction_is_finite(saturated: float) -> None:
    prediction = torch.tensor([[saturated]], requires_grad=True)
    BCE(prediction, torch.tensor([[0.5]])).backward()
    assert prediction.grad is not None
    assert prediction.grad.isfinite().all()


class Watched(TorchFunctionMode):
    """Keeps whether each binary cross-entropy was taken under autocast, which CUDA's refuses."""

    def __init__(self) -> None:
        super().__init__()
        self.autocast: list[bool] = []

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if function is functional.binary_cross_entropy:
            self.autocast.append(torch.is_autocast_enabled("cpu"))
        return function(*args, **(kwargs or {}))


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_mixed_precision_does_not_reach_it(dtype: torch.dtype) -> None:
    prediction, target = torch.from_numpy(PREDICTION).to(dtype), torch.from_numpy(TARGET).float()
    with torch.autocast("cpu", dtype=torch.bfloat16), Watched() as watched:
        found = BCE(prediction, target)
    assert watched.autocast == [False]
    assert torch.equal(found, BCE(prediction.float(), target))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="only CUDA's autocast refuses it")
def test_a_gpu_takes_it_in_mixed_precision() -> None:
    prediction, target = (torch.from_numpy(colours).float().cuda() for colours in (PREDICTION, TARGET))
    with torch.autocast("cuda", dtype=torch.bfloat16):
        found = BCE(prediction, target)
    assert float(found) == pytest.approx(loss(PREDICTION, TARGET), rel=1e-5)
