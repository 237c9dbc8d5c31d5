"""How the picture came about: what `render_every=` kept becomes an animation, beside its spectrum."""

from __future__ import annotations

from itertools import chain
from typing import ClassVar, final

import numpy as np

from inr_cli.config.errors import ConfigError
from inr_cli.config.root import RunConfig
from inr_cli.engine.train import Run
from inr_cli.render.comparison import opaque, reduced, sheet, spectra
from inr_cli.report.drawing import Drawing
from inr_cli.report.frames import ADVICE, frames
from inr_cli.report.start import begin
from inr_cli.signal.film import FILMS, check_film, encode_film
from inr_cli.signal.metrics import psnr

SECONDS, FASTEST, SLOWEST = 6.0, 0.05, 0.5
"""How long it takes in all, and how long one picture stays at least and at most."""
LAST = 2.0
"""How long the last one stays."""


@final
class Training(Drawing):
    """The field after each step that was kept; the spectrum's left half is the target's, its right half the field's."""

    caption: ClassVar = "the field while it learned, and its spectrum: left half the target's, right half the field's"
    suffixes: ClassVar = (*FILMS,)

    def draw(self, run: Run, config: RunConfig) -> bytes:
        check_film(self.suffix)
        start = begin(config, run.fitted_to)
        task, sheets = start.task, []
        kept = frames(run.path, *task.truth.shape[:2])
        for step, frame in chain([(0, start.look().float().cpu().numpy())], kept):
            shown = np.clip(task.show(frame), 0, 1)
            panels = [
                (f"step {step:,}: {psnr(shown, task.truth):.2f} dB", opaque(reduced(shown))),
                ("spectrum: target | field", spectra(task.truth, shown)),
            ]
            sheets.append(sheet(panels))
        if len(sheets) < 3:
            raise ConfigError(f"{run.path}: {ADVICE}.")
        each = min(SLOWEST, max(FASTEST, SECONDS / len(sheets)))
        return encode_film(sheets, [*[each] * (len(sheets) - 1), LAST], self.suffix)
