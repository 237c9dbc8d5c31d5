"""A field as a Python file: the same colours with NumPy alone, whatever parts it is made of."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from inr_cli.activation import activations
from inr_cli.config.errors import ConfigError
from inr_cli.encoding import encodings
from inr_cli.engine.training import Training
from inr_cli.network import networks
from inr_cli.render.field import Field
from inr_cli.render.script import script
from inr_cli.render.standalone import png

POINTS = np.random.default_rng(0).uniform(-1, 1, (300, 2)).astype(np.float32)
PARTS = [
    *(f"encoding={name}" for name in encodings.names() if name != "hash_grid"),
    "encoding=hash_grid encoding.levels=3",
    *(f"activation={name}" for name in activations.names()),
    *(f"network={name}" for name in networks.names() if networks.find(name).pointwise),
    "network.output=sigmoid",
    "target_range=unit",
    "mask=coarse_to_fine encoding=lattice",
    "grey=true",
]


def run(text: str) -> dict[str, Any]:
    """What the file defines."""
    names: dict[str, Any] = {"__name__": "file"}
    exec(compile(text, "file.py", "exec"), names)  # noqa: S102 - the file is ours
    return names


@pytest.mark.parametrize("words", PARTS)
def test_the_file_has_the_fields_colours(words: str, begin: Callable[..., Training]) -> None:
    field = begin(*words.split()).field
    with torch.no_grad():
        expected = field(torch.from_numpy(POINTS)).numpy()
    found = run(script(field, "a picture"))["field"](POINTS)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=2e-5)


@pytest.mark.parametrize("grid", ["centre", "left", "corner"])
def test_run_with_numpy_alone_it_writes_the_picture(grid: str, ramp: Callable[..., Field], tmp_path: Path) -> None:
    field = ramp(9, 14, [[0.3, 0.1], [-0.2, 0.4], [0.1, -0.3]], grid)
    (tmp_path / "file.py").write_text(script(field, "ramp"))
    only = "import sys; sys.modules.update(dict.fromkeys(['torch', 'inr_cli', 'PIL', 'scipy'])); "
    only += "sys.argv = ['file.py', '28', 'picture.png']; import runpy; runpy.run_path('file.py', run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", only], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "picture.png  28x18\n"
    rendered = np.asarray(Image.open(tmp_path / "picture.png"))
    expected = np.floor(field.render(28) * 255 + 0.5)
    assert np.abs(rendered - expected).max() <= 1


def test_asked_for_help_it_says_what_it_is(ramp: Callable[..., Field], tmp_path: Path) -> None:
    (tmp_path / "file.py").write_text(script(ramp(9, 14, [[0.3, 0.1], [-0.2, 0.4], [0.1, -0.3]], "centre"), "ramp"))
    command = [sys.executable, "file.py", "--help"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "ramp: python FILE.py [LONGEST SIDE] [PICTURE.png] renders it, and needs NumPy alone.\n"
    assert [file.name for file in tmp_path.iterdir()] == ["file.py"]


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_pictures_of_up_to_four_channels_are_read_by_others(channels: int, tmp_path: Path) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (5, 7, channels))
    (tmp_path / "picture.png").write_bytes(png(picture / 255))
    np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / "picture.png")).reshape(5, 7, channels), picture)


def test_a_convolution_is_refused(begin: Callable[..., Training]) -> None:
    with pytest.raises(ConfigError, match="single point"):
        script(begin("network=cnn", "network.hidden_features=[4]", "batch_size=full").field, "cat")


def test_it_can_be_read(begin: Callable[..., Training]) -> None:
    """Before its numbers there are few and short lines."""
    code = script(begin().field, "cat").partition("NUMBERS = ")[0].splitlines()
    assert len(code) < 100
    assert max(map(len, code)) <= 160
