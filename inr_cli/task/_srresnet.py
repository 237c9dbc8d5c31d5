"""The generator of SRGAN (Ledig et al., Photo-Realistic Single Image Super-Resolution, 2017)."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from safetensors import SafetensorError
from safetensors.torch import load as load_safetensors
from torch import Tensor, nn

from inr_cli.config.errors import ConfigError, PictureError

WIDTH, BLOCKS = 64, 16


class SrResNet(nn.Module):
    """RGB pictures in [0, 1] to `factor` times larger ones: 16 residual blocks, then one shuffle for each doubling.

    The names of the weights are those of the file that `load` reads, here with N from 0:

        conv1.0 (9x9, 3 to 64), conv1.1 (PReLU)
        trunk.N.rcb.0 (3x3, no bias), .1 (batch norm), .2 (PReLU), .3 (3x3, no bias), .4 (batch norm)
        conv2.0 (3x3, no bias), conv2.1 (batch norm)
        upsampling.N.upsample_block.0 (3x3, 64 to 256), .2 (PReLU, after the shuffle)
        conv3 (9x9, 64 to 3)

    Convolutions have `weight` and, but where it says so, `bias`; a PReLU one `weight` for all channels; batch norms
    `weight`, `bias`, `running_mean`, `running_var` and `num_batches_tracked`. These are the names of SRResNet in
    Lornatang/SRGAN-PyTorch; `safetensors.torch.save_file(model.state_dict(), "srresnet.safetensors")` makes the file.
    """

    def __init__(self, factor: int) -> None:
        super().__init__()
        self.conv1 = nn.Sequential(nn.Conv2d(3, WIDTH, kernel_size=9, padding=4), nn.PReLU())
        self.trunk = nn.Sequential(*(Residual() for _ in range(BLOCKS)))
        self.conv2 = nn.Sequential(_plain(), nn.BatchNorm2d(WIDTH))
        doublings = factor.bit_length() - 1
        self.upsampling = nn.Sequential(*(Doubling() for _ in range(doublings)))
        self.conv3 = nn.Conv2d(WIDTH, 3, kernel_size=9, padding=4)

    def forward(self, pictures: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch 3 rows columns"]:
        features = self.conv1(pictures)
        return self.conv3(self.upsampling(features + self.conv2(self.trunk(features))))


class Residual(nn.Module):
    """What two convolutions add."""

    def __init__(self) -> None:
        super().__init__()
        self.rcb = nn.Sequential(_plain(), nn.BatchNorm2d(WIDTH), nn.PReLU(), _plain(), nn.BatchNorm2d(WIDTH))

    def forward(self, features: Float[Tensor, "batch 64 height width"]) -> Float[Tensor, "batch 64 height width"]:
        return features + self.rcb(features)


class Doubling(nn.Module):
    """Four values for each pixel, laid out as two by two."""

    def __init__(self) -> None:
        super().__init__()
        spread = nn.Conv2d(WIDTH, 4 * WIDTH, kernel_size=3, padding=1)
        self.upsample_block = nn.Sequential(spread, nn.PixelShuffle(2), nn.PReLU())

    def forward(self, features: Float[Tensor, "batch 64 height width"]) -> Float[Tensor, "batch 64 rows columns"]:
        return self.upsample_block(features)


def _plain() -> nn.Conv2d:
    return nn.Conv2d(WIDTH, WIDTH, kernel_size=3, padding=1, bias=False)


def load(file: Path, factor: int) -> tuple[SrResNet, str]:
    """The network with the weights of a safetensors file, frozen, and the file's sha256. Raises `ConfigError`.

    A file that cannot be opened is a `PictureError`, as it is for every other file that a task reads.
    """
    with torch.device("meta"):  # no random numbers are drawn for weights that are then replaced
        network = SrResNet(factor)
    data = _bytes(file)
    try:
        weights = load_safetensors(data)
        _compare(weights, network.state_dict())
    except (SafetensorError, ValueError) as error:
        reason = " ".join(str(error).split())[:120]
        raise ConfigError(
            f"task.srgan={file}: not SRResNet for task.factor={factor} as safetensors ({reason}); give "
            f"the state_dict of Lornatang/SRGAN-PyTorch's SRResNet x{factor}, written by safetensors.torch.save_file."
        ) from None
    network.load_state_dict(weights, assign=True)
    return network.float().requires_grad_(False).eval(), sha256(data).hexdigest()


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise PictureError(
            f"{file}: {error.strerror or 'cannot be read'}; task.srgan=FILE: SRResNet's weights"
        ) from None


def _compare(found: Mapping[str, Tensor], wanted: Mapping[str, Tensor]) -> None:
    """Raises `ValueError` with the first name whose numbers are missing, too many or of another shape."""
    for name in (*wanted, *sorted(found)):
        theirs, ours = (
            list(weights[name].shape) if name in weights else "nothing of that name" for weights in (found, wanted)
        )
        if theirs != ours:
            raise ValueError(f"{name}: expected {ours}, found {theirs}")


@torch.inference_mode()
def enlarge(
    network: SrResNet, pixels: Float[np.ndarray, "height width channels"]
) -> Float[np.ndarray, "rows columns channels"]:
    """The picture `factor` times larger, not clamped; grey and alpha are each shown as RGB, and averaged after."""
    planes = torch.from_numpy(pixels).permute(2, 0, 1)
    parts = planes.split(3 if len(planes) > 2 else 1)
    larger = [network(part.expand(3, -1, -1)[None])[0] for part in parts]
    colours = [rgb if len(part) == 3 else rgb.mean(0, keepdim=True) for part, rgb in zip(parts, larger, strict=True)]
    return torch.cat(colours).permute(1, 2, 0).numpy()
