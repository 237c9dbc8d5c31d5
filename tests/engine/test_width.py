from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml

from inr_cli.cli.panel import closing_panel
from inr_cli.config.compose import compose
from inr_cli.config.errors import ConfigError
from inr_cli.config.root import RunConfig
from inr_cli.config.words import prepare
from inr_cli.engine.build import build_structure
from inr_cli.engine.check import check
from inr_cli.engine.checkpoint import load
from inr_cli.engine.runs import checkpoint_of
from inr_cli.engine.train import train
from inr_cli.engine.width import with_width
from inr_cli.render.field import Geometry

SIZES = (20_001, 50_000, 200_000, 1_000_000)
NETWORKS = ("mlp", "pixel_mlp", "fourier_mfn", "gabor_mfn", "separable")


@cache
def asked(*words: str) -> RunConfig:
    return check(compose(prepare(words)))


def of_size(wanted: int, *words: str) -> RunConfig:
    """As `network.parameters=wanted` besides those words, which are composed once for all sizes."""
    config = asked(*words)
    return config.model_copy(update={"network": config.network.model_copy(update={"parameters": wanted})})


def width_of(config: RunConfig) -> int:
    width: int = getattr(config.network, "hidden_features", 0)
    return width


def count(config: RunConfig, width: int, geometry: Geometry) -> int:
    network = config.network.model_copy(update={"hidden_features": width})
    with torch.device("meta"):
        return build_structure(config.model_copy(update={"network": network}), geometry).count


def square(channels: int = 3) -> Geometry:
    return Geometry(32, 32, channels, "centre")


@pytest.mark.parametrize("wanted", SIZES)
@pytest.mark.parametrize("channels", [1, 4])
@pytest.mark.parametrize("encoding", ["identity", "gaussian", "positional"])
def test_the_count_of_an_mlp_is_within_a_hundredth(encoding: str, channels: int, wanted: int) -> None:
    solved = with_width(of_size(wanted, f"encoding={encoding}"), square(channels))
    assert abs(count(solved, width_of(solved), square(channels)) / wanted - 1) < 0.01


@pytest.mark.parametrize("wanted", [5_000, *SIZES])
@pytest.mark.parametrize("network", NETWORKS)
def test_no_other_width_is_nearer(network: str, wanted: int) -> None:
    solved = with_width(of_size(wanted, f"network={network}"), square())
    width = width_of(solved)
    errors = [abs(count(solved, near, square()) - wanted) for near in (max(1, width - 1), width, width + 1)]
    assert errors[1] == min(errors)


def test_the_width_is_the_root_of_the_textbook_formula() -> None:
    """(in + 1) w + h (w + 1) w + (w + 1) c for 2 inputs, 3 hidden layers, 3 channels, at w = 100."""
    wanted = 3 * 100 + 3 * 101 * 100 + 101 * 3
    words = ["encoding=identity", "network.hidden_layers=3", f"network.parameters={wanted}"]
    assert width_of(with_width(asked(*words), square())) == 100


def test_a_learned_encoding_counts_too() -> None:
    learned = with_width(asked("encoding=gaussian_learned", "network.parameters=50000"), square())
    fixed = with_width(asked("encoding=gaussian", "network.parameters=50000"), square())
    assert width_of(learned) < width_of(fixed)


@pytest.mark.parametrize("words", [[], ["network=cnn"], ["network=perceptron"]])
def test_without_a_size_nothing_changes(words: list[str]) -> None:
    config = asked(*words)
    assert with_width(config, square()) is config


@pytest.mark.parametrize(
    "words",
    [
        ["encoding=hash_grid", "network.parameters=1000"],
        ["encoding=identity", "network.hidden_layers=0", "network.parameters=1000000000"],
    ],
    ids=["too few", "too many"],
)
def test_a_size_out_of_reach_is_refused_in_one_line(words: list[str]) -> None:
    with pytest.raises(ConfigError, match=r"network\.parameters=\d+: the nearest width, hidden_features=") as caught:
        with_width(asked(*words), Geometry(256, 256, 3, "centre"))
    assert "\n" not in str(caught.value)


def test_a_run_says_and_records_the_width(
    configure: Callable[..., RunConfig], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = configure("steps=2", f"out={tmp_path}")
    run = train(config.model_copy(update={"network": config.network.model_copy(update={"parameters": 20_000})}))
    width, learned = run.summary["hidden_features"], run.summary["parameters"]
    recorded: Any = yaml.safe_load((run.path / "config.yaml").read_text(encoding="utf-8"))
    field, meta = load(checkpoint_of(run.path))
    assert recorded["network"]["hidden_features"] == width == width_of(meta.config)
    assert field.count == learned
    closing_panel(run.path, run.summary)
    assert f"network.parameters=20000: hidden_features={width}, {learned:,} learned numbers" in capsys.readouterr().out
