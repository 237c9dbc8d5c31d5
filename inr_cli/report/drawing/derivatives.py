"""The picture, its gradient and its Laplacian, above those of the field."""

from __future__ import annotations

from typing import ClassVar, final

from inr_cli.config.root import RunConfig
from inr_cli.engine.train import Run
from inr_cli.render.derivatives import derivative_sheet
from inr_cli.report.drawing import Drawing
from inr_cli.report.start import begin
from inr_cli.signal.encode import encode_picture


@final
class Derivatives(Drawing):
    """Those of the picture by differences of pixels, those of the field exact, both at one scale."""

    caption: ClassVar = (
        "above the picture, its gradient and its Laplacian by differences of pixels, below those of the field, exact; "
        "a gradient's hue is its direction, a Laplacian's grey is 0"
    )

    def draw(self, run: Run, config: RunConfig) -> bytes:
        return encode_picture(derivative_sheet(run.field, begin(config, run.fitted_to).task.truth), ".png")
