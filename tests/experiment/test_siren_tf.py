"""What `siren_tf/*` says of the essay's network."""

import math
from pathlib import Path

import pytest
import torch
from torch import nn

from inr_cli.config.compose import compose
from inr_cli.config.root import RunConfig
from inr_cli.engine.check import check
from inr_cli.engine.machine import find_machine
from inr_cli.engine.train import open_picture, train
from inr_cli.engine.training import Training

QUIET = ("device=cpu", "threads=1")


def essay(name: str, *words: str) -> RunConfig:
    return check(compose([f"experiment=siren_tf/{name}", *QUIET, *words]))


def begun(name: str, *words: str) -> Training:
    config = essay(name, *words)
    return Training(config, open_picture(config), find_machine(config))


def layers(training: Training) -> list[nn.Linear]:
    return [layer for layer in training.field.network.modules() if isinstance(layer, nn.Linear)]


def test_it_has_five_layers_800_steps_and_no_bias_at_first() -> None:
    training = begun("camera")
    assert [layer.out_features for layer in layers(training)] == [256, 256, 256, 256, 1]
    assert training.steps == 100 * 8
    assert not any(layer.bias.any() for layer in layers(training))


def test_a_batch_is_rows_that_follow_each_other() -> None:
    training = begun("camera")
    for step in (0, 3, 7, 8):
        coords, targets, _ = training.batch(step)
        start = step % 8 * 8192
        assert torch.equal(coords, training.task.coords[start : start + 8192])
        assert torch.equal(targets, training.task.targets[start : start + 8192])


def test_coordinates_are_the_essays_linspace() -> None:
    line = torch.linspace(-1, 1, 256)
    expected = torch.stack(torch.meshgrid(line, line, indexing="ij"), dim=-1).reshape(-1, 2)
    torch.testing.assert_close(begun("camera").task.coords, expected, rtol=0, atol=1e-6)


def test_keras_default_is_21_times_as_wide_between_hidden_layers() -> None:
    siren, glorot = (begun(name).field.network.layers[1].weight.abs().max().item() for name in ("camera", "glorot"))
    wanted = math.sqrt(6 / (256 + 256)) / (math.sqrt(6 / 256) / 30)
    assert wanted == pytest.approx(30 / math.sqrt(2)) == pytest.approx(21.2, abs=0.02)
    assert glorot / siren == pytest.approx(wanted, rel=1e-3)  # the largest of 65,536 weights is as good as the bound


def test_the_colour_at_a_fraction_of_a_pixel_lies_between_its_neighbours(tmp_path: Path) -> None:
    """The essay's (1.2, 200.5), in a picture of 256 pixels a side; here its quarter, 64 pixels."""
    run = train(essay("camera", "size=64", "batch_size=512", "epochs=20", f"out={tmp_path}"))
    row, column = 1.2, 50.0
    around = [run.field.at(down, across)[0] for down in (1, 2) for across in (49, 50, 51)]
    assert min(around) - 0.02 < run.field.at(row, column)[0] < max(around) + 0.02
