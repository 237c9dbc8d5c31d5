"""Structural dissimilarity (Wang et al., From Error Visibility to Structural Similarity, 2004)."""

from __future__ import annotations

from functools import cache
from typing import ClassVar, final

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from inr_cli.config import spec as config
from inr_cli.config.errors import ConfigError
from inr_cli.loss import Loss
from inr_cli.signal.exact import exact
from inr_cli.signal.metrics import SSIM_WINDOW

SIGMA = 1.5
"""Standard deviation of the window, pixels."""
C1, C2 = 0.01**2, 0.03**2
"""(K1 L)^2 and (K2 L)^2 for the data range L = 1."""


@final
class Ssim(Loss):
    """1 - mean(SSIM), SSIM = (2 m_p m_t + C1) (2 s_pt + C2) / ((m_p^2 + m_t^2 + C1) (s_p^2 + s_t^2 + C2)).

    Means m, variances s^2 and the covariance s_pt are those of an 11 x 11 Gaussian window with sigma 1.5 px, centred on
    every pixel of every channel. Borders are mirrored, as for the `ssim` of a summary (which clamps the prediction);
    the authors' code and scikit-image leave out windows that reach over the border, and a corner pixel would then
    weigh a millionth of the others. 0 where p = t, at most 2.
    """

    class Spec(config.Spec):
        """Takes no numbers: other windows give another measure."""

    needs_picture: ClassVar[bool] = True

    def __init__(self, spec: Spec, shape: tuple[int, int]) -> None:
        if min(shape) < SSIM_WINDOW:
            raise ConfigError(
                f"loss=ssim: its window is {SSIM_WINDOW} pixels wide, this picture is {shape[1]}x{shape[0]}; "
                "choose a larger size or loss=mse."
            )
        self.shape = shape
        place = torch.arange(SSIM_WINDOW, dtype=torch.float64) - SSIM_WINDOW // 2
        self.window = cache(torch.softmax(-((place / SIGMA) ** 2) / 2, dim=0).to)  # moved once, not in every step

    def __call__(
        self, prediction: Float[Tensor, "pixels channels"], target: Float[Tensor, "pixels channels"]
    ) -> Float[Tensor, ""]:
        with exact(target):  # variances are small differences of large numbers
            p, t = (mirrored(colours.T.unflatten(1, self.shape)) for colours in (prediction, target))
            mean_p, mean_t, square_p, square_t, product = self.blur(torch.stack([p, t, p * p, t * t, p * t]))
            covariance = product - mean_p * mean_t
            variances = square_p - mean_p**2 + square_t - mean_t**2
            means = (2 * mean_p * mean_t + C1) / (mean_p**2 + mean_t**2 + C1)
            return 1 - torch.mean(means * (2 * covariance + C2) / (variances + C2))

    def blur(self, pictures: Float[Tensor, "*batch height width"]) -> Float[Tensor, "*batch rows columns"]:
        """Weighted means under the window, 10 rows and columns fewer: along one axis, then along the other."""
        window = self.window(pictures.device, pictures.dtype)
        flat = pictures.flatten(end_dim=-3).unsqueeze(1)  # (N, 1, H, W)
        along_rows = functional.conv2d(flat, window[None, None, None, :])
        blurred = functional.conv2d(along_rows, window[None, None, :, None])
        return blurred.squeeze(1).unflatten(0, pictures.shape[:-2])


def mirrored(picture: Float[Tensor, "*batch height width"]) -> Float[Tensor, "*batch rows columns"]:
    """The picture with half a window more on each side; `pad(mode="reflect")` has no reproducible gradient on CUDA."""
    half = SSIM_WINDOW // 2
    for axis in (-2, -1):
        before, after = picture.narrow(axis, 1, half), picture.narrow(axis, -half - 1, half)
        picture = torch.cat([before.flip(axis), picture, after.flip(axis)], dim=axis)
    return picture
