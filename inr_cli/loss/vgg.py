"""The feature loss on VGG19 (Johnson et al., Perceptual Losses, 2016; Ledig et al., SRGAN, 2017)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, ClassVar, Literal, final

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor
from torch.nn import functional

from inr_cli.config import spec as config
from inr_cli.config.errors import ConfigError
from inr_cli.loss import Loss
from inr_cli.signal.digest import sha256_of
from inr_cli.signal.exact import exact
from inr_cli.signal.vgg import load, source

Layer = Literal["relu1_2", "relu2_2", "relu3_4", "relu4_4", "relu5_4"]
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Of the colours of ImageNet, as torchvision trained with them."""


@final
class Vgg(Loss):
    """sum over layers l of mean((phi_l(p) - phi_l(t))^2), phi_l(x) what VGG19 makes of a picture x behind layer l.

    Pictures go in as RGB on the unit scale, not clamped; a grey one three times, and so does an alpha channel, as a
    second picture. Features are those after the ReLU and not divided by 12.75 as in SRGAN.

    The network is written here; its weights are the user's file. timm publishes torchvision's (IMAGENET1K_V1, Simonyan
    and Zisserman's network trained anew) as safetensors, `signal.vgg.source`, whose sha256 is the default. From
    torchvision itself: `save_file(torchvision.models.vgg19(weights="DEFAULT").state_dict(), "vgg19.safetensors")`.
    """

    class Spec(config.Spec):
        layers: tuple[Layer, ...] = Field(min_length=1, description="one or more of relu1_2, 2_2, 3_4, 4_4, 5_4")
        size: Annotated[config.Integer, Field(ge=16, le=4096)] | None = Field(
            description="shortest side that VGG19 sees in pixels, 16 to 4096; null = the picture's own"
        )
        normalise: bool = Field(description="whether colours are centred and scaled as in VGG19's training")
        weights: config.File | None = Field(description="VGG19 as a safetensors file")
        sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = Field(
            description="sha256 of the file of weights, 64 digits of 0-9a-f; null = any file"
        )

    needs_picture: ClassVar[bool] = True

    def __init__(self, spec: Spec, shape: tuple[int, int]) -> None:
        if spec.weights is None:
            raise ConfigError(
                f"loss.weights=null: loss=vgg needs VGG19's weights as a file; download {source(19)} "
                "(in a sum, name it beside the weight: vgg: {weight: 0.006, weights: FILE})."
            )
        self.network = load(Path(spec.weights), 19, spec.layers, "loss.weights")
        if spec.sha256:
            _compare(Path(spec.weights), spec.sha256)
        self.shape = shape
        self.scale = spec.size / min(shape) if spec.size else 1.0
        if min(shape) * self.scale < self.network.least:
            raise ConfigError(
                f"loss=vgg: these loss.layers need sides of {self.network.least} pixels or more, this picture is "
                f"{shape[1]}x{shape[0]}; choose loss.size=224."
            )
        normal = (MEAN, DEVIATION) if spec.normalise else ((0.0,) * 3, (1.0,) * 3)
        self.normal = cache(torch.tensor(normal).reshape(2, 3, 1, 1).to)  # moved once, not in every step
        self.target: Tensor | None = None

    def __call__(
        self, prediction: Float[Tensor, "pixels channels"], target: Float[Tensor, "pixels channels"]
    ) -> Float[Tensor, ""]:
        with exact(target):
            if target is not self.target:  # a task mostly has one target: its features are computed once
                with torch.no_grad():
                    self.target, self.wanted = target, self.features(target)
            pairs = zip(self.features(prediction), self.wanted, strict=True)
            return torch.stack([functional.mse_loss(found, wanted) for found, wanted in pairs]).sum()

    def features(self, colours: Float[Tensor, "pixels channels"]) -> list[Float[Tensor, "pictures ..."]]:
        """What VGG19 makes of a picture, layer by layer."""
        picture = colours.T.unflatten(1, self.shape)  # (C, H, W)
        parts = picture.split(3 if len(picture) > 2 else 1)  # RGB or grey, then alpha
        seen = torch.stack([part.expand(3, -1, -1) for part in parts])
        if self.scale != 1:
            sides = [round(side * self.scale) for side in self.shape]
            seen = functional.interpolate(seen, sides, mode="bilinear", antialias=True)
        mean, deviation = self.normal(colours.device, colours.dtype)
        return self.network.to(colours)((seen - mean) / deviation)


def _compare(file: Path, wanted: str) -> None:
    found = sha256_of(file)
    if found != wanted:
        raise ConfigError(
            f"loss.weights={file}: not the file that loss.sha256 names; copy it again, "
            f"or give loss.sha256={found} to use this one."
        )
