from collections.abc import Iterator

import pytest
import torch

from inr_cli.signal.exact import exact

POINTS = torch.zeros(3, 2)


@pytest.fixture(autouse=True)
def put_back() -> Iterator[None]:
    before = switches()
    yield
    torch.set_float32_matmul_precision(before[0])
    torch.backends.cudnn.allow_tf32 = before[1]


def switches() -> tuple[str, bool]:
    return torch.get_float32_matmul_precision(), torch.backends.cudnn.allow_tf32


def test_bf16_does_not_reach_it() -> None:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        with exact(POINTS):
            assert (POINTS @ POINTS.T).dtype == torch.float32
        assert (POINTS @ POINTS.T).dtype == torch.bfloat16


@pytest.mark.parametrize("products", ["highest", "high", "medium"])
@pytest.mark.parametrize("convolutions", [False, True])
def test_tf32_does_not_reach_it_and_comes_back_even_after_an_error(products: str, convolutions: bool) -> None:
    torch.set_float32_matmul_precision(products)
    torch.backends.cudnn.allow_tf32 = convolutions
    with pytest.raises(RuntimeError), exact(POINTS), exact(POINTS):
        assert switches() == ("highest", False)
        raise RuntimeError
    assert switches() == (products, convolutions)


def test_the_switches_of_a_caller_who_mixes_both_kinds_of_them_are_left_alone() -> None:
    torch.set_float32_matmul_precision("highest")
    torch.backends.cuda.matmul.fp32_precision = "tf32"  # torch has no one answer from here on
    with exact(POINTS):
        assert torch.backends.cuda.matmul.fp32_precision == "tf32"


def test_what_is_compiled_is_compiled_in_one_piece() -> None:
    torch.set_float32_matmul_precision("high")

    def product(points: torch.Tensor) -> torch.Tensor:
        with exact(points):
            return points @ points.T

    torch.compile(product, backend="eager", fullgraph=True)(POINTS)
