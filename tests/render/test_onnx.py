from collections.abc import Callable

import numpy as np
import pytest
import torch

from inr_cli.config.errors import ConfigError
from inr_cli.engine.training import Training
from inr_cli.render.onnx import onnx_model

onnxruntime = pytest.importorskip("onnxruntime", reason="onnxruntime, of the dev extra, runs the models")
GRID = np.stack(np.meshgrid(*[np.linspace(-1, 1, 24, dtype=np.float32)] * 2), axis=-1).reshape(-1, 2)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "activation=sine encoding=identity network.output=sigmoid",
        pytest.param("network=separable", marks=pytest.mark.long),
        pytest.param("encoding=lattice mask=coarse_to_fine", marks=pytest.mark.long),
        pytest.param("encoding=hash_grid encoding.levels=3", marks=pytest.mark.long),
        pytest.param("activation=finer", marks=pytest.mark.long),
        pytest.param("network=gabor_mfn", marks=pytest.mark.long),
    ],
)
def test_a_model_has_the_fields_colours_on_a_grid(
    words: str, begin: Callable[..., Training], capfd: pytest.CaptureFixture[str]
) -> None:
    field = begin(*words.split()).field
    session = onnxruntime.InferenceSession(onnx_model(field))
    [found] = session.run(["colours"], {"coords": GRID})
    with torch.no_grad():
        np.testing.assert_allclose(found, field(torch.from_numpy(GRID)).numpy(), atol=1e-4)
    assert not capfd.readouterr().out


@pytest.mark.parametrize(
    ("words", "says"),
    [("network=cnn network.hidden_features=[4] batch_size=full", "single point"), ("activation=gabor", "complex")],
)
def test_what_a_model_cannot_hold_is_refused(words: str, says: str, begin: Callable[..., Training]) -> None:
    with pytest.raises(ConfigError, match=says):
        onnx_model(begin(*words.split()).field)
