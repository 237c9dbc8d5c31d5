from io import BytesIO
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageColor

from inr_cli.config.experiment import Experiment, Minutes
from inr_cli.reproduce.outcome import Outcome
from inr_cli.reproduce.plan import Job, Plan
from inr_cli.reproduce.plots import COLOURS, DASHES, PLOTS, draw
from inr_cli.reproduce.report import Run

TO_LMS = np.array([[0.3139902162, 0.6395129383, 0.0464975462],
                   [0.1553724063, 0.7578944615, 0.0867014186],
                   [0.0177523873, 0.1094420944, 0.8725692246]])  # fmt: skip
"""Linear sRGB to the eye's three cones (Smith and Pokorny 1975)."""


def outcome(values: list[float]) -> Outcome:
    rows = tuple({"step": float(step), "psnr": value} for step, value in enumerate(values))
    return Outcome("done", "", {"psnr": values[-1]} if values else {}, rows)


def drawn(folder: Path, forms: dict[str, list[float]]) -> dict[str, bytes]:
    jobs = {label: Job("study/one", label, (), None) for label in forms}  # type: ignore[arg-type]
    plan = Plan(Experiment(name="study/one", source="x", minutes=Minutes()), "", tuple(jobs.values()), ())
    (folder / "study/one").mkdir(parents=True)
    draw(plan, [Run(jobs[label], outcome(values)) for label, values in forms.items()], folder)
    return {name: file.read_bytes() for name in PLOTS if (file := folder / "study/one" / name).is_file()}


@pytest.mark.parametrize(
    ("forms", "names"),
    [
        ({"": [10, 20]}, PLOTS[:1]),
        ({"a": [10, 20], "b": [5, 25, 20]}, PLOTS),
        ({"a": [10, 20], "b": []}, PLOTS[:1]),
        ({"a": []}, ()),
        ({f"form {number}": [number, 20] for number in range(40)}, PLOTS),
    ],
    ids=["one form", "two", "one not run", "none run", "many"],
)
def test_curves_are_always_drawn_and_bars_of_several(
    forms: dict[str, list[float]], names: tuple[str, ...], tmp_path: Path
) -> None:
    pytest.importorskip("matplotlib")
    made = drawn(tmp_path, forms)
    assert tuple(made) == tuple(names)
    for data in made.values():
        with Image.open(BytesIO(data)) as image:
            assert image.format == "PNG"
            assert 500 < image.width < 1000
            assert image.convert("L").getextrema()[0] < 250, "not an empty page"


def test_the_same_numbers_give_the_same_file(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    forms = {"a": [10.0, 20.0], "b": [5.0, 25.0]}
    assert drawn(tmp_path / "first", forms) == drawn(tmp_path / "again", forms)


@pytest.mark.parametrize("missing", [0, 1], ids=["protanopia", "deuteranopia"])
def test_colours_next_to_each_other_are_told_apart_without_red_or_green_cones(missing: int) -> None:
    """Seen by the two cones that are left, any two lines with one dash differ by more than a tenth of white's range."""
    srgb = np.array([ImageColor.getrgb(colour) for colour in COLOURS]) / 255
    cones = (np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4) @ TO_LMS.T) ** (1 / 2.4)
    left = np.delete(cones, missing, axis=1)
    assert min(np.linalg.norm(one - other) for one, other in combinations(left, 2)) > 0.05
    assert len(set(DASHES)) == len(DASHES)
