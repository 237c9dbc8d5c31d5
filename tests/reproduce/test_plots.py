from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from inr_cli.config.experiment import Above, Check, Experiment, Minutes
from inr_cli.report.outcome import Outcome
from inr_cli.reproduce.plan import Job, Plan
from inr_cli.reproduce.plots import PLOTS, draw
from inr_cli.reproduce.report import Run

GRID = {f"encoding.count={count} encoding.scale={scale}": [count, scale] for count in (1, 2) for scale in (3, 4)}


def outcome(values: list[float], column: str = "psnr") -> Outcome:
    rows = tuple({"step": float(step), column: value} for step, value in enumerate(values))
    return Outcome("done", "", {"psnr": values[-1], "parameters": 7, "seconds": 2.0} if values else {}, rows)


def drawn(
    folder: Path,
    forms: dict[str, list[float]],
    checks: tuple[Check, ...] = (),
    plot: tuple[str, ...] = (),
    column: str = "psnr",
) -> dict[str, bytes]:
    jobs = {label: Job("study/one", label, ("encoding=gaussian",)) for label in forms}
    plan = Plan(
        Experiment(name="study/one", source="x", minutes=Minutes(), plot=plot), "", tuple(jobs.values()), checks
    )
    (folder / "study/one").mkdir(parents=True)
    draw(plan, [Run(jobs[label], outcome(values, column)) for label, values in forms.items()], folder)
    return {name: file.read_bytes() for name in PLOTS if (file := folder / f"study/one/{name}.png").is_file()}


@pytest.mark.parametrize(
    ("forms", "names"),
    [
        ({"": [10, 20]}, ["curves"]),
        ({"a": [10, 20], "b": [5, 25, 20]}, ["curves", "bars"]),
        ({"a": [10, 20], "b": []}, ["curves"]),
        ({"a": []}, []),
        ({f"form {number}": [number, 20] for number in range(40)}, ["curves", "bars"]),
        (GRID, ["curves", "map"]),
        ({f"{name}_{number}": [number] for name in "ab" for number in (1, 2, 3)}, ["lines"]),
        ({f"{name} seed={seed}": [1, 2] for name in "ab" for seed in (0, 1)}, ["curves", "bars"]),
    ],
    ids=[
        "one form",
        "two",
        "one not run",
        "none run",
        "many",
        "two numbers",
        "names at numbers",
        "a name and a number",
    ],
)
def test_curves_are_always_drawn_and_bars_or_a_map_of_several(
    forms: dict[str, list[float]], names: list[str], tmp_path: Path
) -> None:
    pytest.importorskip("matplotlib")
    made = drawn(tmp_path, forms)
    assert list(made) == names
    for data in made.values():
        with Image.open(BytesIO(data)) as image:
            assert image.format == "PNG"
            assert 500 < image.width < 1000
            assert image.convert("L").getextrema()[0] < 250, "not an empty page"


def test_a_figure_that_is_known_at_the_end_alone_leaves_the_curve_to_one_that_was_measured(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    forms = {"": [10.0, 20.0]}
    expected = drawn(tmp_path / "psnr", forms)
    assert drawn(tmp_path / "other", forms, (Above(of="psnr_unclamped", above=3),)) == expected != {}


def test_what_sees_no_colours_is_drawn_by_what_is_hidden(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    made = drawn(tmp_path, {"": [10.0, 20.0]}, (Above(of="psnr_offset", above=3),), column="psnr_test")
    assert list(made) == ["curves"]


def test_an_experiment_may_say_what_is_plotted(tmp_path: Path) -> None:
    """Figures along the way are curves beside each other; those of the end alone are a profile."""
    pytest.importorskip("matplotlib")
    checks = (Above(of="psnr", above=3),)
    one = drawn(tmp_path / "one", {"": [10.0, 20.0]}, checks)
    both = drawn(tmp_path / "both", {"": [10.0, 20.0]}, checks, ("psnr", "psnr_accumulated"))
    assert list(one) == list(both) == ["curves"]
    assert one != both
    assert list(drawn(tmp_path / "end", {"a": [1.0, 2.0], "b": [2.0, 3.0]}, checks, ("parameters", "seconds"))) == [
        "profile"
    ]


@pytest.mark.parametrize("forms", [{"a": [10.0, 20.0], "b": [5.0, 25.0]}, GRID], ids=["bars", "map"])
def test_the_same_numbers_give_the_same_files(forms: dict[str, list[float]], tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    assert drawn(tmp_path / "first", forms) == drawn(tmp_path / "again", forms)
