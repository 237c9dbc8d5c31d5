from io import BytesIO

import pytest
from PIL import Image

from inr_cli.config.errors import ConfigError
from inr_cli.report.plots.figure import DPI
from inr_cli.report.plots.histograms import MARGIN, ROW
from inr_cli.report.sketch import sketches


@pytest.mark.parametrize("words", [("init=siren", "activation=sine"), ("init=torch",)], ids=" ".join)
def test_every_layer_is_drawn_before_training(configure, words: tuple[str, ...]) -> None:
    pytest.importorskip("matplotlib")
    config = configure("network.hidden_layers=3", *words)
    [(file, data)] = sketches.find("init")().pictures(config, 0)
    assert file == "init.png"
    with Image.open(BytesIO(data)) as image:
        assert image.height == pytest.approx(DPI * (MARGIN + 4 * ROW), abs=1)


def test_a_network_without_activations_has_none(configure) -> None:
    with pytest.raises(ConfigError, match="network=fourier_mfn has no activations"):
        next(sketches.find("init")().pictures(configure("network=fourier_mfn"), 0))
