import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
import torch
from hypothesis import settings

from inr_cli.activation import activations
from inr_cli.config.compose import compose
from inr_cli.config.root import RunConfig
from inr_cli.config.words import prepare
from inr_cli.encoding import encodings
from inr_cli.engine.check import check
from inr_cli.engine.machine import find_machine
from inr_cli.engine.train import open_picture
from inr_cli.engine.training import Training
from inr_cli.mask import masks
from inr_cli.network import networks
from inr_cli.render.field import Field, Geometry

sys.path.append(str(Path(__file__).with_name("shared")))
pytest.register_assert_rewrite("observing")

QUICK = ("dataset=synthetic", "image=face", "network.hidden_features=32", "batch_size=64", "steps=20")
EXACT = ("device=cpu", "threads=1", "precision=float32")  # the same numbers on every machine
LENGTHS = {"steps", "epochs", "seconds"}

settings.register_profile("no clock", deadline=None)  # a busy machine is no fault
settings.load_profile("no clock")


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def dead() -> int:
    """The number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


@pytest.fixture
def mounted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Path]]:
    """Mounts a disk of its own, `mounted("size=64k")` or `mounted("ro")`, where the machine allows that."""
    if os.name == "nt" or os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("only root may mount a disk")
    with ExitStack() as used:

        def mount(options: str) -> Path:
            folder = tmp_path_factory.mktemp("disk")
            done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True)
            if done.returncode:
                pytest.skip("this machine mounts nothing, not even for root")
            used.callback(subprocess.run, ["umount", "-l", folder], check=True)
            return folder

        yield mount


@pytest.fixture(scope="session")
def configure() -> Callable[..., RunConfig]:
    """`configure("encoding=identity")`: a checked configuration of a run of milliseconds, but for those words."""

    @cache
    def configured(*words: str) -> RunConfig:
        typed = {word.partition("=")[0] for word in words}
        typed |= LENGTHS if typed & LENGTHS else set()
        typed |= {"network.hidden_features"} if "network=perceptron" in words else set()  # which has no such option
        quick = [word for word in (*QUICK, *EXACT) if word.partition("=")[0] not in typed]
        return check(compose(prepare([*quick, *words])))

    return configured


@pytest.fixture(scope="session")
def begin(configure: Callable[..., RunConfig]) -> Callable[..., Training]:
    """The training, at step 0, of such a configuration."""

    def begun(*words: str) -> Training:
        config = configure(*words)
        return Training(config, open_picture(config), find_machine(config))

    return begun


@pytest.fixture(scope="session")
def ramp() -> Callable[..., Field]:
    """A field whose colours are known: weights (channels, 2) times the coordinates, plus 1/2."""

    def built(height: int, width: int, slopes: list[list[float]], grid: str = "centre") -> Field:
        relu = activations.make(activations.spec({"name": "relu"}), True)
        numbers = {"hidden_features": 4, "parameters": None, "hidden_layers": 0, "output": "linear"}
        spec = networks.spec({"name": "mlp", **numbers})
        network = networks.make(spec, 2, len(slopes), lambda first: relu)
        encoding = encodings.make(encodings.spec({"name": "identity"}), (height, width), None)
        both_signs = torch.tensor([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])  # x = relu(x) - relu(-x)
        state = {
            "layers.0.weight": both_signs,
            "layers.0.bias": torch.zeros(4),
            "last.weight": torch.tensor(slopes) @ both_signs.T,
            "last.bias": torch.full((len(slopes),), 0.5),
        }
        network.load_state_dict(state)
        mask = masks.make(masks.spec({"name": "none"}), None)
        return Field(encoding, mask, network, Geometry(height, width, len(slopes), grid), signed=False)

    return built
