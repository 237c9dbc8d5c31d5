import sys

import pytest
import torch

from inr_cli.bench.cases import CASES
from inr_cli.bench.choices import configuration
from inr_cli.bench.peers import Peer
from inr_cli.bench.plain import PlainLoop
from inr_cli.engine.check import check
from inr_cli.engine.machine import Machine
from inr_cli.engine.train import open_picture
from inr_cli.engine.training import Training

MACHINE = Machine(torch.device("cpu"), 1, "float32", True)
PEERS = [name for name in CASES if CASES[name].kind.peer and name.endswith("float32")]
FLOAT32 = [name for name in CASES if name.endswith("float32")]


def training(name: str) -> Training:
    """The case on a small picture."""
    words = (*CASES[name].words, "size=24", "network.hidden_features=16", "threads=1")
    config = check(configuration(*words))
    return Training(config, open_picture(config), MACHINE, steps=10)


@pytest.mark.parametrize("name", FLOAT32)
def test_the_textbooks_field_is_ours(name: str) -> None:
    ours = training(name)
    twin = CASES[name].twin(ours.field)
    coords = ours.task.coords
    torch.testing.assert_close(twin(coords), ours.field(coords), rtol=0, atol=2e-5)
    assert sum(one.numel() for one in twin.parameters()) <= ours.field.count


@pytest.mark.parametrize("name", FLOAT32)
def test_the_textbooks_loop_takes_our_steps(name: str) -> None:
    ours = training(name)
    other = training(name)
    loop = PlainLoop(CASES[name].twin(other.field), other)
    for step in range(3):
        ours.update(step)
        loop.update(step)
    torch.testing.assert_close(loop.look(), ours.look(), rtol=0, atol=2e-3)
    assert not torch.equal(loop.look(), training(name).look())


@pytest.mark.filterwarnings("ignore:.*torch.jit.script.*:DeprecationWarning")
@pytest.mark.parametrize("name", PEERS)
def test_the_public_packages_model_is_ours(name: str) -> None:
    peer = CASES[name].kind.peer
    if not (peer and peer.is_there):
        pytest.skip("make setup installs it")
    before = sys.modules.get("torchvision")
    ours = training(name)
    coords = ours.task.coords
    torch.testing.assert_close(peer(ours.field)(coords), ours.field(coords), rtol=0, atol=2e-5)
    assert sys.modules.get("torchvision") is before


def test_a_package_that_cannot_be_imported_is_not_there() -> None:
    def missing() -> None:
        raise ModuleNotFoundError("No module named 'siren_pytorch'")

    assert not Peer(missing, lambda _, field: field).is_there
