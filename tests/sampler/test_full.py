import pytest
import torch

from inr_cli.config.compose import compose
from inr_cli.config.errors import ConfigError
from inr_cli.config.words import prepare
from inr_cli.engine.check import check
from inr_cli.sampler import Samples
from inr_cli.sampler.full import Full


def test_a_step_sees_every_pixel_in_its_order() -> None:
    sampler = Full(Full.Spec(name="full"), Samples(10, None, 10, 5, 0, torch.device("cpu")))
    assert sampler(0).tolist() == sampler(3).tolist() == list(range(10))


def test_it_brings_the_full_batch_and_refuses_another() -> None:
    assert check(compose(prepare(["sampler=full"]))).batch_size == "full"
    with pytest.raises(ConfigError, match="sampler=full: cannot work on 100 pixels at a time; choose batch_size=full"):
        check(compose(prepare(["sampler=full", "batch_size=100"])))
