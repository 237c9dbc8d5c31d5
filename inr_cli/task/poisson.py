"""Learn a picture from its derivatives alone (Sitzmann et al., 2020, section 4.1: solving the Poisson equation)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, final

import numpy as np
import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.config.errors import ConfigError
from inr_cli.config.root import Grid
from inr_cli.signal.metrics import psnr, ssim
from inr_cli.signal.read import read_picture
from inr_cli.signal.resample import resize
from inr_cli.task import FieldFunction, Figures, Look, LossFunction, Task, crossings
from inr_cli.task._align import Picture, with_harmonic, with_offset
from inr_cli.task._terms import GRADIENT, LAPLACIAN, TERMS, Supervision, Targets


@final
class Poisson(Task):
    """Minimises loss(grad f(x_i), g_i) + weight loss(lap f(x_i), l_i), or one of the two, over pixels i.

    g and l are made from the picture's pixels, per channel, colours on the unit scale, per unit of the coordinates:

        differences   central differences, and second differences of neighbours
        sobel         Sobel's filter, the slope averaged across; and the same second differences
        published     10 x Sobel's and 10,000 x Laplace's filter in pixels, of which SIREN's code and the studies with
                      it make targets: not quite the derivatives, 0.627 and 0.615 of them for 256 pixels on `corner`

    All of them blur: the field whose slope is a central difference is the picture averaged over two pixels.

    With `blend`, a second picture stretched to this one's size, the targets are alpha grad f_1 + (1 - alpha) grad f_2,
    the composition of SIREN's paper (whose code has alpha = 1/2). Derivatives are linear: what can be compared with
    is the blended picture.

    No colour is shown, so nothing tells the field's level: `psnr_raw` is as rendered; `psnr_offset`, which is
    `psnr_test` too, after a constant per channel was fitted, and so is what is shown; `psnr_scaled` in addition after
    division by the share that published targets are of the derivative (its mean over the axes and over both terms);
    `psnr_harmonic`, for the Laplacian alone, in addition after a harmonic polynomial was fitted. A checkpoint may be
    chosen by none of them.
    """

    class Spec(config.Spec):
        supervise: Supervision = Field(description="gradient, laplacian or both")
        weight: config.Positive = Field(description="of the Laplacian's loss, that of the gradient's being 1; above 0")
        targets: Targets = Field(description="differences, sobel or published")
        blend: config.File | None = Field(
            description="a second picture file, whose derivatives are mixed in; null = none"
        )
        alpha: config.Fraction = Field(description="what this picture counts beside the second one, 0 to 1")
        force: bool = Field(description="fit even if the second derivative is zero almost everywhere, to see it fail")

    is_grid: ClassVar[bool] = False
    hidden: ClassVar[tuple[str, ...]] = ("psnr_test",)
    compared_with: Mapping[str, str] = {
        "psnr_offset": "the picture, with a constant per channel fitted, which derivatives do not tell",
        "psnr_raw": "the picture, as rendered",
        "psnr_scaled": "after division by the share that published targets are of the derivative",
        "psnr_harmonic": "with a harmonic polynomial fitted too, of which a Laplacian tells nothing",
    }

    @classmethod
    def derivatives(cls, spec: config.Spec) -> int:
        """The highest order; forced, the first is enough."""
        assert isinstance(spec, Poisson.Spec)
        return 1 if spec.force else max(term.order for term in TERMS[spec.supervise])

    def __init__(
        self, spec: Spec, picture: Float[Tensor, "height width channels"], kind: Grid, generator: torch.Generator
    ) -> None:
        second = read_picture(Path(spec.blend)) if spec.blend else None
        if second:
            picture = blended(picture, second.pixels, spec)
            self.files = {"blend": second.sha256}
        super().__init__(spec, picture, kind, generator)
        self.terms = TERMS[spec.supervise]
        self.weights = {GRADIENT.order: 1.0, LAPLACIAN.order: spec.weight}
        rules = [term.rules[spec.targets] for term in self.terms]
        self.share = float(np.mean([rule.share(self.shape, kind) for rule in rules]))
        pixels = self.truth.astype(np.float64)
        targets = np.concatenate([rule.of_pixels(pixels, kind) for rule in rules], axis=-1)
        self.coords = crossings(self.lines, picture)
        self.targets = torch.from_numpy(targets).to(picture).flatten(end_dim=1)  # (pixels, channels, parts)
        self.seen = None

    def objective(
        self,
        field: FieldFunction,
        loss: LossFunction,
        coords: Float[Tensor, "batch axes"],
        targets: Float[Tensor, "batch channels parts"],
    ) -> Float[Tensor, ""]:
        wanted = targets.split([term.parts for term in self.terms], dim=-1)
        losses = [
            self.weights[term.order] * loss(term.of_field(field, coords).flatten(1), parts.flatten(1))
            for term, parts in zip(self.terms, wanted, strict=True)
        ]
        return torch.stack(losses).sum()

    def error(self, rendered: Float[Tensor, "height width channels"]) -> None:
        """It sees no colours."""

    def curves(self, rendered: Picture) -> Figures:
        return {"psnr_test": psnr(self.show(rendered), self.truth)}

    def judge(self, rendered: Picture, look: Look) -> Figures:
        shown, scaled = self.show(rendered), rendered / self.share
        offset = psnr(shown, self.truth)
        return {
            "psnr_offset": offset,
            "psnr_raw": psnr(rendered, self.truth),
            "psnr_scaled": psnr(with_offset(scaled, self.truth), self.truth),
            "psnr_harmonic": self._harmonic(scaled),
            "psnr_test": offset,
            "ssim_test": ssim(shown, self.truth),
            "psnr": None,
            "ssim": None,
        }

    def _harmonic(self, scaled: Picture) -> float | None:
        if any(term.order < LAPLACIAN.order for term in self.terms):
            return None
        return psnr(with_harmonic(scaled, self.truth, self.lines), self.truth)

    def show(self, rendered: Picture) -> Picture:
        return with_offset(rendered, self.truth).astype(np.float32)


def blended(
    picture: Float[Tensor, "height width channels"], second: Picture, spec: Poisson.Spec
) -> Float[Tensor, "height width channels"]:
    """The picture with the second one mixed in, alpha f_1 + (1 - alpha) f_2; a grey one goes with any colours.

    Raises `ConfigError` for a picture of other channels.
    """
    height, width, channels = picture.shape
    if second.shape[2] not in (1, channels):
        raise ConfigError(
            f"task.blend={Path(str(spec.blend)).name}: has {second.shape[2]} channels and the picture {channels}; "
            "give a second picture of as many, or a grey one."
        )
    other = torch.from_numpy(resize(second, height, width)).to(picture)
    return spec.alpha * picture + (1 - spec.alpha) * other
