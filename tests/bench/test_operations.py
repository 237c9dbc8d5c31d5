import pytest
import torch
from torch import nn

from inr_cli.bench.operations import operations

POINTS, FAN_IN, FAN_OUT = 7, 4, 5


@pytest.mark.parametrize(("kind", "each"), [(torch.float32, 2), (torch.bfloat16, 2), (torch.complex64, 8)])
def test_a_product_and_a_sum_are_two_operations_and_eight_of_complex_numbers(kind: torch.dtype, each: int) -> None:
    layer = nn.Linear(FAN_IN, FAN_OUT, dtype=kind)
    points = torch.ones(POINTS, FAN_IN, dtype=kind)
    products = POINTS * FAN_IN * FAN_OUT
    assert operations(lambda: layer(points)) == each * products
    assert operations(torch.inference_mode()(lambda: layer(points))) == each * products
    points.requires_grad_()
    assert operations(lambda: layer(points).abs().sum().backward()) == 3 * each * products
