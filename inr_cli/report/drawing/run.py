"""A run on one page: picture, result, error, spectra, derivatives, curves, and which frequencies were learned when."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, final

import numpy as np
from jaxtyping import Float

from inr_cli.config.root import RunConfig
from inr_cli.engine import train
from inr_cli.engine.log import tell
from inr_cli.engine.training import Training
from inr_cli.render.comparison import heat, opaque
from inr_cli.render.derivatives import directions, of_field, of_picture, scales, told
from inr_cli.render.field import Field
from inr_cli.render.view import view
from inr_cli.report.drawing import Drawing
from inr_cli.report.frames import ADVICE, frames
from inr_cli.report.headings import heading
from inr_cli.report.outcome import Outcome
from inr_cli.report.plots.figure import is_installed
from inr_cli.report.plots.overview import BOTH_SIGNS, Curves, Image, overview
from inr_cli.report.start import begin
from inr_cli.signal.bands import missed
from inr_cli.signal.metrics import psnr
from inr_cli.signal.spectrum import log_spectrum

Picture = Float[np.ndarray, "height width channels"]
DEEPEST = -80.0
"""dB below the picture's strongest frequency, the least that is shown of a spectrum."""
APART = 20.0
"""dB between two spectra, the most that is shown."""
SHARE = 0.999
"""Of the pixels: the largest error among these is shown brightest."""


@final
class Run(Drawing):
    """Errors are means over the channels; derivatives per unit of the coordinates, of which a side has two.

    Which frequencies are learned when is told by the power that the field missed in each octave, `signal.bands`.
    """

    caption: ClassVar = (
        "picture, field and error; their spectra; gradients, whose hue is their direction, and Laplacians; the figures "
        "along the way, and the share of the picture's power that the field missed in each octave of frequencies"
    )

    def draw(self, run: train.Run, config: RunConfig) -> bytes | None:
        if not is_installed():
            return None
        start = begin(config, run.fitted_to)
        first = _pixels(start)
        start.field.load_state_dict(run.field.state_dict())
        truth, shown = start.task.truth, np.clip(start.task.show(_pixels(start)), 0, 1)
        images = [[*_pictures(truth, shown)], [*_spectra(truth, shown)]]
        if run.field.network.pointwise and min(truth.shape[:2]) > 1:
            images.append([*_derivatives(run.field, truth)])
        curves = [[*_figures(Outcome.of(run.path))]]
        on_the_way = {0: first, **dict(frames(run.path, *truth.shape[:2]))}
        if len(on_the_way) > 2:
            octaves = _octaves(on_the_way, truth)
            curves.append([octaves] if octaves.lines else [])
        else:
            tell(f"{run.path}: which frequencies were learned when is not shown: {ADVICE}.")
        return overview(f"{Path(config.image).name}, {run.path.name}", images, [row for row in curves if row])


def _pixels(training: Training) -> Picture:
    """The field as it is now where its task compares it."""
    return training.look().float().cpu().numpy()


def _pictures(truth: Picture, shown: Picture) -> Iterator[Image]:
    error = np.abs(shown - truth).mean(axis=2)
    brightest = max(float(np.quantile(error, SHARE)), 1e-6)
    yield Image(f"picture {truth.shape[1]}x{truth.shape[0]}", opaque(truth))
    yield Image(f"field {psnr(shown, truth):.2f} dB", opaque(shown))
    yield Image(f"error, bright = {brightest:.2g}", heat(error / brightest))


def _spectra(truth: Picture, shown: Picture) -> Iterator[Image]:
    wanted, found = (10 * log_spectrum(pixels) for pixels in (truth, shown))
    reach = truth.shape[0] / 2, truth.shape[1] / 2
    peak, unit = wanted.max(), "dB relative to the picture's peak"
    yield Image("its spectrum, cycles per side", wanted - peak, unit, (DEEPEST, 0), reach=reach)
    yield Image("the field's", found - peak, unit, (DEEPEST, 0), reach=reach)
    yield Image("field over picture", found - wanted, "dB", (-APART, APART), BOTH_SIGNS, reach)


def _derivatives(field: Field, truth: Picture) -> Iterator[Image]:
    height, width, _ = truth.shape
    wanted = of_picture(truth, field.geometry.grid)
    found = of_field(field, view(*field.geometry.shape, size=f"{width}x{height}"))
    steepest, sharpest = scales(wanted)
    of_gradient, of_laplacian = told(steepest, sharpest)
    both = (("picture", wanted), ("field", found))
    for of, derivatives in both:
        yield Image(f"{of}: {of_gradient}", directions(derivatives.gradient / steepest))
    for of, derivatives in both:
        grey = opaque(np.clip(0.5 + 0.5 * derivatives.laplacian[..., None] / sharpest, 0, 1))
        yield Image(f"{of}: {of_laplacian}", grey)


def _figures(outcome: Outcome) -> Iterator[Curves]:
    """PSNR, loss and learning rate, where they were measured."""
    for title, names, is_log in (
        ("PSNR (dB)", ("psnr", "psnr_test"), False),
        ("loss", ("loss",), True),
        ("learning rate", ("lr",), False),
    ):
        lines = {heading(name): (outcome.steps(name), curve) for name in names if (curve := outcome.curve(name))}
        if lines:
            yield Curves(title, lines, is_log)


def _octaves(on_the_way: dict[int, Picture], truth: Picture) -> Curves:
    """The error's power over the picture's in every octave; no line where a side has under 4 pixels."""
    shares = {step: missed(pixels, truth) for step, pixels in on_the_way.items()}
    octaves = list(shares[0])
    lines = {f"{f} to {2 * f}": (list(shares), [share[f] or np.nan for share in shares.values()]) for f in octaves}
    title = (
        "power missed, as a share of the picture's: 1 where nothing of an octave is learned\n"
        f"({2 ** len(octaves)} cycles per side and above are not shown)"
    )
    return Curves(title, lines, is_log=True, names="cycles per side")
