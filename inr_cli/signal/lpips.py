"""LPIPS (Zhang et al., The Unreasonable Effectiveness of Deep Features, 2018): version 0.1, on VGG16."""

from __future__ import annotations

import hashlib
from importlib import resources
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from inr_cli.config.errors import ConfigError
from inr_cli.signal.vgg import load

LAYERS = ("relu1_2", "relu2_2", "relu3_3", "relu4_3", "relu5_3")
SHIFT, SCALE = (-0.030, -0.088, -0.188), (0.458, 0.448, 0.450)
"""Of colours in [-1, 1]."""
EPSILON = 1e-10

HEADS = "functional/image/lpips_models/vgg.pth"
"""The published weight of each channel, as torchmetrics brings them along."""
HEADS_SHA256 = "a78928a0af1e5f0fcb1f3b9e8f8c3a2a5a3de244d830ad5c1feddc79b8432868"
ORDER = ((4, 512), (3, 512), (1, 128), (0, 64), (2, 256))
"""Which layer's numbers follow each other at the end of that file, and how many; eight bytes before each say so too."""


def lpips(
    prediction: Float[np.ndarray, "height width channels"],
    target: Float[np.ndarray, "height width channels"],
    weights: Path,
) -> float | None:
    """sum over layers of mean over pixels of w . (phi(p) / |phi(p)| - phi(t) / |phi(t)|)^2; 0 where both look alike.

    `phi` is what VGG16 makes of a pixel's surroundings; `weights` are torchvision's as safetensors. The prediction is
    clamped to [0, 1]; grey counts as three equal colours. None where a side is below 16 pixels. Raises `ConfigError`
    for a picture with transparency and for another file.
    """
    if target.shape[2] not in (1, 3):
        raise ConfigError(f"--lpips={weights}: takes grey or colours, this picture has {target.shape[2]} channels.")
    network = load(weights, 16, LAYERS, "--lpips")
    if min(target.shape[:2]) < network.least:
        return None
    with torch.inference_mode():
        ours, theirs = (network(_seen(picture)) for picture in (np.clip(prediction, 0, 1), target))
        return sum(map(_distance, ours, theirs, heads()))


def heads() -> list[Float[Tensor, "channels 1 1"]]:
    """The weight of each channel, layer by layer. Raises `ConfigError` where torchmetrics brings others.

    torch wrote the file as a pickle, which nobody need open: the numbers stand behind it, and the sha256 says where.
    """
    data = (resources.files("torchmetrics") / HEADS).read_bytes()
    if hashlib.sha256(data).hexdigest() != HEADS_SHA256:
        raise ConfigError("--lpips: this torchmetrics has other weights for it; install torchmetrics==1.9.0.")
    place, found = len(data), {}
    for layer, count in reversed(ORDER):
        place -= 4 * count
        found[layer] = torch.frombuffer(bytearray(data[place : place + 4 * count]), dtype=torch.float32)
        place -= 8
    return [found[layer].reshape(-1, 1, 1) for layer in sorted(found)]


def _seen(picture: Float[np.ndarray, "height width channels"]) -> Float[Tensor, "1 3 height width"]:
    shift, scale = (torch.tensor(numbers).reshape(3, 1, 1) for numbers in (SHIFT, SCALE))
    colours = torch.from_numpy(picture.astype(np.float32)).permute(2, 0, 1)
    return ((2 * colours - 1 - shift) / scale)[None]


def _distance(
    one: Float[Tensor, "1 channels height width"],
    other: Float[Tensor, "1 channels height width"],
    head: Float[Tensor, "channels 1 1"],
) -> float:
    alike = (features / (features.norm(dim=1, keepdim=True) + EPSILON) for features in (one, other))
    difference = next(alike) - next(alike)
    return (head * difference**2).sum(dim=1).mean().item()
