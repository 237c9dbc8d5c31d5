from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from inr_cli.config.errors import UserError
from inr_cli.config.torchrun import place
from inr_cli.engine.ranks import END, Ranks, group

SideBySide = Callable[..., list[int]]
CPU = torch.device("cpu")


def parameters(rank: int) -> list[nn.Parameter]:
    """Others in every process, the last without a gradient."""
    made = [nn.Parameter(torch.full(shape, float(rank))) for shape in ((2, 3), (), (4,))]
    for one in made[:-1]:
        one.grad = torch.full_like(one, 10.0**rank)
    return made


def test_the_field_goes_out_and_the_sums_come_back(side_by_side: SideBySide, tmp_path: Path) -> None:
    def work() -> None:
        rank = place().rank
        ours = parameters(rank)
        ranks = Ranks(rank, 3, ours)
        with group(CPU):
            step = 9_999_999
            if rank:
                step = ranks.receive()
            else:
                ranks.send(step)
            loss = ranks.sum(torch.tensor(0.25 * (rank + 1)))
            values = {f"value{place}": one.detach() for place, one in enumerate(ours)}
            gradients = {f"gradient{place}": one.grad for place, one in enumerate(ours) if one.grad is not None}
            save_file({**values, **gradients, "loss": loss, "step": torch.tensor(step)}, tmp_path / str(rank))
            if rank:
                assert ranks.receive() == END
            else:
                ranks.send(END)

    assert side_by_side(3, work) == [0, 0, 0]
    found = [load_file(tmp_path / str(rank)) for rank in range(3)]
    for one in found:
        assert one["step"] == 9_999_999
        assert all(not one[f"value{place}"].any() for place in range(3)), "the field of the first process"
    assert found[0]["loss"] == 0.25 * (1 + 2 + 3)
    assert all((found[0][f"gradient{place}"] == 111).all() for place in range(2))
    assert "gradient2" not in found[0], "what has no gradient in one process has none in several"


def test_a_process_that_is_gone_is_noticed(side_by_side: SideBySide) -> None:
    def work() -> None:
        rank = place().rank
        with group(CPU):
            if rank:
                return
            with pytest.raises(UserError, match="another of torchrun's processes has ended"):
                for step in range(1000):
                    Ranks(rank, 2, parameters(rank)).send(step)
                    Ranks(rank, 2, parameters(rank)).sum(torch.tensor(1.0))

    assert side_by_side(2, work) == [0, 0]
