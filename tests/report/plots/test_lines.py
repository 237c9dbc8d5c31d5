from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageColor

from inr_cli.report.plots.figure import COLOURS
from inr_cli.report.plots.lines import apart, lines, lines_of

MAPPINGS = [f"{name}_{number}" for name in ("lattice", "siren_pe") for number in (4, 16, 8)]


@pytest.mark.parametrize(
    ("labels", "key", "names"),
    [
        (MAPPINGS, "N", ["lattice", "siren_pe"]),
        ([f"{name} network.width={number}" for name in "ab" for number in (1, 2, 3)], "width", ["a", "b"]),
    ],
    ids=["in the name", "as a key"],
)
def test_names_at_several_numbers_are_lines(labels: list[str], key: str, names: list[str]) -> None:
    found = lines_of(labels)
    assert found
    assert (found.key, list(found.labels)) == (key, names)
    for name, numbers in found.labels.items():
        assert list(numbers) == sorted(numbers)
        assert all(label.startswith(name) and label.endswith(f"{number:g}") for number, label in numbers.items())


@pytest.mark.parametrize(
    "labels",
    [
        [],
        ["a", "b"],
        [*MAPPINGS, "none"],
        ["a_1", "a_2", "a_3"],
        ["a_1", "a_2", "b_1", "b_2"],
        ["a_1", "a_2", "a_3", "b x=1", "b x=2", "b x=3"],
        [f"form{name}_{number}" for name in range(9) for number in range(3)],
    ],
    ids=["none", "names", "one without", "one name", "two numbers", "two keys", "too many"],
)
def test_other_forms_are_not(labels: list[str]) -> None:
    assert lines_of(labels) is None


@pytest.mark.parametrize(
    ("numbers", "named"),
    [
        ([1, 2, 4, 8], [1, 2, 4, 8]),
        ([1, 1.01, 1.02, 10, 99, 100], [1, 10, 100]),
        ([-1, -0.99, 0, 1], [-1, 0, 1]),
        ([3], [3]),
    ],
)
def test_numbers_too_near_to_others_are_not_named(numbers: list[float], named: list[float]) -> None:
    assert apart(numbers) == named


def test_every_name_is_a_line_of_its_colour_and_what_is_missing_leaves_a_gap() -> None:
    pytest.importorskip("matplotlib")
    drawn = lines_of(MAPPINGS)
    assert drawn
    finals = {label: float(number) for number, label in enumerate(MAPPINGS)}
    seen = []
    for known in (finals, {label: value for label, value in finals.items() if label != "siren_pe_8"}):
        with Image.open(BytesIO(lines(drawn, known, "PSNR (dB)"))) as image:
            pixels = np.array(image.convert("RGB"))
        seen.append([(pixels == ImageColor.getrgb(colour)).all(axis=-1).sum() for colour in COLOURS[:2]])
    (first, second), (again, torn) = seen
    assert min(first, second) > 500
    assert torn < second / 2
    assert again == pytest.approx(first, rel=0.1)
