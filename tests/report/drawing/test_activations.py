import math
from io import BytesIO
from pathlib import Path

import pytest
import torch
from PIL import Image

from inr_cli.config.errors import ConfigError
from inr_cli.engine.train import train
from inr_cli.report.drawing import drawings
from inr_cli.report.drawing.activations import passed

SIREN = ("encoding=identity", "activation=sine", "network.hidden_layers=3")


def test_a_siren_is_at_its_start_what_its_paper_says(begin) -> None:
    """Theorem 1.8, for wide layers without biases: N(0, 1) goes into hidden sines, the arcsine law comes out."""
    layers = passed(begin(*SIREN, "network.hidden_features=256", "init.bias=zero").field)
    assert len(layers) == 4
    for inputs, outputs, _ in layers[1:]:
        assert inputs.mean() == pytest.approx(0, abs=0.15)
        assert inputs.std() == pytest.approx(1, abs=0.15)
        assert outputs.std() == pytest.approx(math.sqrt(0.5), abs=0.08)


def test_what_goes_in_is_in_radians_and_what_comes_out_is_its_sine(begin) -> None:
    for inputs, outputs, _ in passed(begin(*SIREN).field):
        torch.testing.assert_close(torch.from_numpy(inputs).sin(), torch.from_numpy(outputs), atol=1e-4, rtol=0)


def test_what_biases_add_is_part_of_what_goes_in(begin) -> None:
    """By their variances: 1 of the weights, omega_0^2 / (3n) of PyTorch's biases U(+-1/sqrt(n)), 30^2 / 192 = 4.7."""
    layers = passed(begin(*SIREN, "network.hidden_features=64").field)
    for one in layers[1:]:
        assert one.shifts is not None
        assert len(one.shifts) == 64
        assert one.shifts.var() == pytest.approx(30**2 / 192, rel=0.5)
        assert one.inputs.var() == pytest.approx(1 + one.shifts.var(), rel=0.25)


@pytest.mark.parametrize(
    "words", [(), ("network=separable", "activation=sine")], ids=["no sine", "no layer just before"]
)
def test_where_there_is_no_theory_there_are_no_shifts(words: tuple[str, ...], begin) -> None:
    assert all(one.shifts is None or one.shifts.size for one in passed(begin(*words).field))


@pytest.mark.parametrize("words", [(), ("activation=gabor",), ("network=separable",)], ids=["relu", "complex", "axes"])
def test_every_activation_is_heard_and_no_hook_stays(words: tuple[str, ...], begin) -> None:
    field = begin(*words).field
    once, again = passed(field), passed(field)
    assert [len(one.inputs) for one in once] == [len(one.inputs) for one in again]
    assert all(one.inputs.size and one.outputs.size for one in once)
    assert not any(module._forward_hooks for module in field.modules())


def test_a_run_is_drawn_before_and_after(configure, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    config = configure(*SIREN, "steps=2")
    config = config.model_copy(update={"network": config.network.model_copy(update={"parameters": 2000})})
    data = drawings.find("activations")().draw(train(config, tmp_path), config)
    with Image.open(BytesIO(data or b"")) as image:
        assert image.format == "PNG"


def test_a_network_without_activations_is_refused(configure, tmp_path: Path) -> None:
    config = configure("steps=1", "network=fourier_mfn")
    run = train(config, tmp_path)
    with pytest.raises(ConfigError, match=r"network=fourier_mfn has no activations"):
        drawings.find("activations")().draw(run, config)
