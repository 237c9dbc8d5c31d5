"""What `fourier_note/*` says of the note's networks, against them written with torch alone."""

import math

import pytest
import torch
from torch import Tensor, nn

from inr_cli.config.compose import compose
from inr_cli.engine.check import check
from inr_cli.engine.machine import find_machine
from inr_cli.engine.train import open_picture
from inr_cli.engine.training import Training

SIDE = 12
ROWS, COLUMNS = torch.meshgrid(torch.arange(SIDE) * 1.0, torch.arange(SIDE) * 1.0, indexing="ij")


def note(name: str, *words: str) -> Training:
    """The training of one of the note's experiments on a few pixels."""
    config = check(compose([f"experiment=fourier_note/{name}", f"size={SIDE}", "device=cpu", "threads=1", *words]))
    return Training(config, open_picture(config), find_machine(config))


def values(training: Training, *kinds: type[nn.Module]) -> list[tuple[Tensor, Tensor]]:
    """Weights and biases in the order of the layers."""
    return [(layer.weight, layer.bias) for layer in training.field.network.modules() if isinstance(layer, kinds)]


def through(inputs: Tensor, layers: list[tuple[Tensor, Tensor]], padding: int) -> Tensor:
    """Convolutions with relu between and a sigmoid behind, as the note has them: (channels, rows, columns)."""
    hidden = inputs[None]
    for index, (weight, bias) in enumerate(layers):
        kernel = weight if weight.ndim == 4 else weight[..., None]
        hidden = nn.functional.conv2d(hidden.relu() if index else hidden, kernel, bias, padding=padding)
    return hidden[0].sigmoid()


def test_the_convolutions_see_whole_pixel_numbers() -> None:
    training = note("cnn")
    layers = values(training, nn.Conv2d)
    shapes = [(64, 2, 3, 3), (128, 64, 3, 3), (512, 128, 3, 3), (3, 512, 3, 3)]
    assert [tuple(weight.shape) for weight, _ in layers] == shapes
    expected = through(torch.stack([ROWS, COLUMNS]), layers, padding=1)
    torch.testing.assert_close(training.look(), expected.permute(1, 2, 0).detach(), rtol=0, atol=1e-4)


def test_the_features_are_those_of_coordinates_from_0_to_below_1() -> None:
    training = note("fourier")
    layers = values(training, nn.Conv1d)
    assert [tuple(weight.shape[:2]) for weight, _ in layers] == [(128, 256), (256, 128), (3, 256)]
    state = training.field.encoding.state_dict()
    phase = 2 * math.pi * torch.stack([ROWS, COLUMNS], dim=-1) / SIDE @ (state["scale"] * state["B"]).T
    inputs = torch.cat([phase.sin(), phase.cos()], dim=-1).permute(2, 0, 1)
    expected = through(inputs, layers, padding=0)
    # 1e-4: phases of some 200 rad in float32
    torch.testing.assert_close(training.look(), expected.permute(1, 2, 0).detach(), rtol=0, atol=1e-4)


@pytest.mark.parametrize(("name", "divisor"), [("fourier", 256), ("cnn", 256), ("fourier_corrected", 255)])
def test_colours_are_divided_by_the_notes_number(name: str, divisor: int) -> None:
    config = check(compose([f"experiment=fourier_note/{name}", "size=null", "crop=null"]))
    stored = open_picture(config).pixels * divisor
    assert abs(stored - stored.round()).max() < 1e-4
    assert stored.max() > 200


@pytest.mark.parametrize(
    ("name", "lr", "momentum", "steps"),
    [("cnn", 0.01, 0.0, 1000), ("fourier", 2.0, 0.9, 1000), ("fourier_fast", 1.0, 0.9, 2000)],
)
def test_a_step_is_the_notes_own(name: str, lr: float, momentum: float, steps: int) -> None:
    training = note(name)
    training.set_lr(steps // 2)
    assert training.lr == lr
    assert training.optimizer.defaults["momentum"] == momentum
    assert training.batch_size == SIDE**2
    assert training.steps == steps
