"""The convolutions of VGG16 and VGG19 (Simonyan & Zisserman, 2015), with the names of torchvision's weights."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import torch
from jaxtyping import Float
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from inr_cli.config.errors import ConfigError

Depth = Literal[16, 19]
BLOCKS: dict[Depth, Sequence[tuple[int, int]]] = {
    16: ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)),
    19: ((64, 2), (128, 2), (256, 4), (512, 4), (512, 4)),
}
"""Channels and 3 x 3 convolutions of each block; a pooling that halves both sides stands between two blocks."""


def source(depth: Depth) -> str:
    """Where torchvision's weights (IMAGENET1K_V1) are published as plain numbers."""
    return f"model.safetensors of huggingface.co/timm/vgg{depth}.tv_in1k"


class Vgg(nn.Module):
    """RGB pictures to the features of the named layers; nothing behind the deepest of them is built.

    `relu3_4` is what follows the fourth convolution of the third block. `least` is the shortest side, in pixels, that
    the poolings before the deepest layer leave something of.
    """

    def __init__(self, depth: Depth, layers: Sequence[str]) -> None:
        super().__init__()
        self.features = nn.Sequential()  # torchvision's name: weights are called features.0.weight
        self.places: set[int] = set()
        self.least = 1
        missing, channels = set(layers), 3
        for block, (width, convolutions) in enumerate(BLOCKS[depth], start=1):
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


def load(file: Path, depth: Depth, layers: Sequence[str], option: str) -> Vgg:
    """The network with the weights of a safetensors file, frozen. Raises `ConfigError`, one line; `option` named it."""
    with torch.device("meta"):  # no random numbers are drawn for weights that are then replaced
        network = Vgg(depth, layers)
    try:
        with safe_open(file, framework="pt") as store:
            weights = {name: store.get_tensor(name).float() for name in network.state_dict()}
        network.load_state_dict(weights, assign=True)
    except (OSError, SafetensorError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:100]
        raise ConfigError(f"{option}={file}: not VGG{depth} as safetensors ({reason}); take {source(depth)}.") from None
    return network.requires_grad_(False)
