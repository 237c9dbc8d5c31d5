"""The convolutions of VGG19 (Simonyan & Zisserman, 2015, configuration E), under the names of torchvision's weights."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import torch
from jaxtyping import Float
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from inr_cli.config.errors import ConfigError

BLOCKS = ((64, 2), (128, 2), (256, 4), (512, 4), (512, 4))
"""Channels and 3 x 3 convolutions of each block; a pooling that halves both sides stands between two blocks."""
SOURCE = "model.safetensors of huggingface.co/timm/vgg19.tv_in1k"


class Vgg19(nn.Module):
    """RGB pictures to the features of the named layers; nothing behind the deepest of them is built.

    `relu3_4` is what follows the fourth convolution of the third block. `least` is the shortest side, in pixels, that
    the poolings before the deepest layer leave something of.
    """

    def __init__(self, layers: Sequence[str]) -> None:
        super().__init__()
        self.features = nn.Sequential()  # torchvision's name: weights are called features.0.weight
        self.places: set[int] = set()
        self.least = 1
        missing, channels = set(layers), 3
        for block, (width, convolutions) in enumerate(BLOCKS, start=1):
            for number in range(1, convolutions + 1):
                self.features.extend([nn.Conv2d(channels, width, kernel_size=3, padding=1), nn.ReLU()])
                channels = width
                name = f"relu{block}_{number}"
                if name in missing:
                    self.places.add(len(self.features) - 1)
                    missing.remove(name)
                if not missing:
                    return
            self.features.append(nn.MaxPool2d(2))
            self.least *= 2

    def forward(self, pictures: Float[Tensor, "batch 3 height width"]) -> list[Float[Tensor, "batch ..."]]:
        found, features = [], pictures
        for place, module in enumerate(self.features):
            features = module(features)
            if place in self.places:
                found.append(features)
        return found


def load(file: Path, layers: Sequence[str], sha256: str | None) -> Vgg19:
    """The network with the weights of a safetensors file, frozen. Raises `ConfigError`, one line."""
    with torch.device("meta"):  # no random numbers are drawn for weights that are then replaced
        network = Vgg19(layers)
    try:
        _compare(file, sha256)
        with safe_open(file, framework="pt") as store:
            weights = {name: store.get_tensor(name).float() for name in network.state_dict()}
        network.load_state_dict(weights, assign=True)
    except (OSError, SafetensorError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:100]
        raise ConfigError(f"loss.weights={file}: not VGG19 as safetensors ({reason}); take {SOURCE}.") from None
    return network.requires_grad_(False)


def _compare(file: Path, wanted: str | None) -> None:
    with file.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest() if wanted else None
    if found != wanted:
        raise ConfigError(
            f"loss.weights={file}: not the file that loss.sha256 names; copy it again, "
            f"or give loss.sha256={found} to use this one."
        )
