import threading

import pytest
import torch

from inr_cli.activation._finer import stretch
from inr_cli.calculus.slopes import slopes_are_true, true_slopes


def test_slopes_are_true_inside_only_and_contexts_nest() -> None:
    assert not slopes_are_true()
    with true_slopes():
        with true_slopes():
            assert slopes_are_true()
        assert slopes_are_true()
    assert not slopes_are_true()


def test_an_error_ends_it() -> None:
    with pytest.raises(ZeroDivisionError), true_slopes():
        _ = 1 / 0
    assert not slopes_are_true()


def test_another_thread_is_not_concerned() -> None:
    seen: list[bool] = []
    with true_slopes():
        thread = threading.Thread(target=lambda: seen.append(slopes_are_true()))
        thread.start()
        thread.join()
    assert seen == [False]


def slope_of_stretch(z: float) -> float:
    point = torch.tensor(z, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(stretch(point, True), point)
    return slope.item()


def test_the_published_finer_has_its_true_slope_inside_only() -> None:
    assert slope_of_stretch(-0.4) == pytest.approx(1.4)
    with true_slopes():
        assert slope_of_stretch(-0.4) == pytest.approx(1.8)  # of z + z |z|: 1 + 2 |z|
