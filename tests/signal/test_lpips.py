import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torchmetrics.functional.image import lpips as published

from inr_cli.config.errors import ConfigError
from inr_cli.signal import lpips as ours
from inr_cli.signal.lpips import heads, lpips

WIDTHS = (3, 64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512)
"""Channels from convolution to convolution of VGG16; 0 is a pooling."""


@pytest.fixture(scope="module")
def features() -> nn.Sequential:
    """VGG16's convolutions as torchvision numbers them, with random weights."""
    torch.manual_seed(0)
    layers, channels = nn.Sequential(), WIDTHS[0]
    for width in WIDTHS[1:]:
        if not width:
            layers.append(nn.MaxPool2d(2, 2))
            continue
        convolution = nn.Conv2d(channels, width, 3, padding=1)
        nn.init.kaiming_normal_(convolution.weight)
        nn.init.normal_(convolution.bias, std=0.1)
        layers.extend([convolution, nn.ReLU()])
        channels = width
    return layers


@pytest.fixture(scope="module")
def file(features: nn.Sequential, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("lpips") / "vgg16.safetensors"
    save_file({f"features.{name}": value for name, value in features.state_dict().items()}, place)
    return place


def pair(height: int, width: int, channels: int = 3) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    target = random.random((height, width, channels)).astype(np.float32)
    return target + random.normal(0, 0.2, target.shape), target


def batch(picture: np.ndarray) -> Tensor:
    return torch.from_numpy(np.clip(picture, 0, 1).astype(np.float32)).permute(2, 0, 1)[None]


def test_it_is_what_torchmetrics_computes_with_the_same_network(
    features: nn.Sequential, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That would have torchvision make the network, which is not installed here; all else is its own."""
    monkeypatch.setattr(published, "_get_tv_model_features", lambda *_, **__: features)
    judge = published._NoTrainLpips(net="vgg")
    prediction, target = pair(40, 52)
    expected = judge(batch(prediction), batch(target), normalize=True).item()
    assert 0.01 < expected < 10
    assert lpips(prediction, target, file) == pytest.approx(expected, rel=1e-4)


def test_it_is_zero_only_for_equal_pictures_and_grows_with_the_noise(file: Path) -> None:
    prediction, target = pair(32, 32)
    weaker = target + 0.2 * (prediction - target)
    zero, little, much = (lpips(one, target, file) for one in (target, weaker, prediction))
    assert zero == 0
    assert little is not None
    assert much is not None
    assert 0 < little < much


def test_grey_counts_as_three_equal_colours(file: Path) -> None:
    prediction, target = pair(20, 24, channels=1)
    coloured = (np.repeat(one, 3, axis=2) for one in (prediction, target))
    assert lpips(prediction, target, file) == pytest.approx(lpips(*coloured, file))


def test_a_picture_that_nothing_is_left_of_has_none(file: Path) -> None:
    assert lpips(*pair(15, 40), file) is None
    assert lpips(*pair(16, 40), file) is not None


def test_what_it_cannot_judge_is_told_in_one_line(file: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="4 channels"):
        lpips(*pair(20, 20, channels=4), file)
    (tmp_path / "other.safetensors").write_bytes(b"no weights")
    with pytest.raises(ConfigError, match=r"--lpips=.*not VGG16 as safetensors"):
        lpips(*pair(20, 20), tmp_path / "other.safetensors")


def test_other_heads_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [len(head) for head in heads()] == [64, 128, 256, 512, 512]
    monkeypatch.setattr(ours, "HEADS_SHA256", "0" * 64)
    with pytest.raises(ConfigError, match="torchmetrics"):
        heads()


def test_nothing_is_unpickled(file: Path) -> None:
    """The heads lie in a pickle that nobody opens."""
    code = (
        "import sys; opened = []\n"
        "sys.addaudithook(lambda event, _: opened.append(event) if event == 'pickle.find_class' else None)\n"
        "import numpy as np; from pathlib import Path; from inr_cli.signal.lpips import lpips\n"
        "opened.clear(); picture = np.zeros((16, 16, 3), np.float32)\n"
        "lpips(picture, picture, Path(sys.argv[1])); print(opened)"
    )
    done = subprocess.run([sys.executable, "-c", code, file], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
