"""Steps that a compiler made, against the same ones without."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable

import pytest
import torch

from inr_cli.engine.training import Training

Begin = Callable[..., Training]
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not shutil.which(os.environ.get("CXX", "g++")), reason="there is no C++ compiler here"),
    pytest.mark.filterwarnings("default"),  # of the compiler's own, which else end it
]


@pytest.mark.parametrize("words", [["activation=relu"], ["encoding=identity", "activation=sine", "init=siren"]])
def test_the_loss_and_the_gradient_are_those_of_the_step_as_it_is(words: list[str], begin: Begin) -> None:
    asis, compiled = (begin(*words, "network.hidden_features=64", f"compile={word}") for word in ("false", "true"))
    assert compiled.trained is not compiled.field, "it was not compiled"
    torch.testing.assert_close(compiled.update(0), asis.update(0), rtol=1e-5, atol=0)
    for (name, found), expected in zip(compiled.field.named_parameters(), asis.field.parameters(), strict=True):
        assert found.grad is not None and expected.grad is not None
        assert (found.grad - expected.grad).norm() <= 1e-5 * expected.grad.norm(), name
