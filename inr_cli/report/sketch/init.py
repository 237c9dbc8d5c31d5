"""What goes into every activation and what comes out at the start, as the init draws the weights."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, final

from inr_cli.config.errors import ConfigError
from inr_cli.config.root import RunConfig
from inr_cli.report.drawing.activations import has_omega, passed
from inr_cli.report.plots.histograms import Layer, histograms
from inr_cli.report.sketch import Sketch, told
from inr_cli.report.start import begin


@final
class Init(Sketch):
    """Histograms by depth over the picture; `inr show activations RUN` has those after training beside them."""

    group: ClassVar = "init"

    def pictures(self, config: RunConfig, size: int) -> Iterator[tuple[str, bytes]]:
        field = begin(config).field
        layers = [Layer(before, None) for before in passed(field)]
        if not layers:
            raise ConfigError(f"network={config.network.name} has no activations to look at; choose network=mlp.")
        title = f"init={config.init.name}, activation={told(config.activation)}"
        yield "init.png", histograms(layers, title, has_omega(field))
