from collections.abc import Iterator

import pytest
import torch

from inr_cli.bench.cases import CASES
from inr_cli.bench.contenders import Ours, Plain

SMALL = ("size=16", "network.hidden_features=16", "device=cpu")
CASE = "gaussian-3x256-256"


@pytest.fixture(autouse=True)
def _threads() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("deterministic", [True, False])
def test_ours_trains_with_the_programs_settings_as_long_as_it_is_there(deterministic: bool) -> None:
    before = torch.are_deterministic_algorithms_enabled()
    threads = torch.get_num_threads() + 1
    words = (*CASES[f"{CASE}-float32"].words, *SMALL, f"deterministic={str(deterministic).lower()}")
    ours = Ours((*words, f"threads={threads}"), 3)
    try:
        ours.steps(0, 1)
        assert torch.get_num_threads() == threads
        assert torch.are_deterministic_algorithms_enabled() == deterministic
    finally:
        ours.settings.close()
    assert torch.are_deterministic_algorithms_enabled() == before


@pytest.mark.parametrize("precision", ["float32", "bf16"])
def test_the_plain_loop_computes_in_float32_and_with_pytorch_as_it_comes(precision: str) -> None:
    case, kinds = CASES[f"{CASE}-{precision}"], set[torch.dtype]()
    plain = Plain((*case.words, *SMALL, "threads=1"), case.twin, 3)

    for layer in plain.loop.field.modules():
        layer.register_forward_hook(lambda _, given, made: kinds.update({given[0].dtype, made.dtype}))
    plain.steps(0, 2)
    plain.figures()
    assert kinds == {torch.float32}
    assert plain.training.trained is plain.training.field, "nothing is compiled that is never used"
    assert not torch.are_deterministic_algorithms_enabled()


def test_both_take_the_steps_of_the_words_or_those_asked_for_and_counting_takes_none() -> None:
    case = CASES[f"{CASE}-float32"]
    words = (*case.words, *SMALL, "threads=1", "steps=7")
    plain = Plain(words, case.twin)
    assert plain.figures()["steps"] == 7
    assert Plain(words, case.twin, 5).figures()["steps"] == 5
    first, others = 256 * 16, 3 * 16**2 + 16
    features = 2 * 128
    assert plain.gflop * 1e9 == 16**2 * (4 * first + 6 * others + 2 * features), "no gradient of the encoding"
    coords = plain.training.task.coords
    torch.testing.assert_close(plain.loop.field(coords), plain.training.field(coords), rtol=0, atol=2e-5)
