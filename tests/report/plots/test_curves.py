from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageColor

from inr_cli.report.plots.curves import PANEL, SINGLE, curves, styles
from inr_cli.report.plots.figure import COLOURS, DASHES, DPI

GRID = [f"a.omega={omega} b.layers={layers}" for omega in (8, 30, 240, 1000) for layers in (2, 4, 8)]


def test_of_two_keys_one_is_the_colour_and_the_other_the_dash() -> None:
    pytest.importorskip("matplotlib")
    style = styles(GRID)
    assert set(style) == set(GRID)
    for label, one in style.items():
        omega, layers = (word.partition("=")[2] for word in label.split())
        assert (one.hue, one.pattern) == (f"omega={omega}", f"layers={layers}")
        assert all((one.hue == other.hue) == (one.colour == other.colour) for other in style.values())
        assert all((one.pattern == other.pattern) == (one.dash == other.dash) for other in style.values())


def test_variants_in_a_few_sizes_have_the_dash_of_their_size() -> None:
    style = styles([f"{name} network.parameters={size}" for name in ("relu", "siren", "wire") for size in (66, 264)])
    assert {one.hue for one in style.values()} == {"relu", "siren", "wire"}
    assert {one.dash for one in style.values()} == set(DASHES[:2])


@pytest.mark.parametrize(
    "labels",
    [[f"form_{number}" for number in range(7)], [f"x={x} y={y}" for x in range(5) for y in range(6)]],
    ids=["variants", "more values than dashes"],
)
def test_forms_without_two_keys_for_it_are_told_apart_by_colour_alone(labels: list[str]) -> None:
    style = styles(labels)
    assert [one.hue for one in style.values()] == labels
    assert {one.dash for one in style.values()} == {DASHES[0]}


@pytest.mark.parametrize(("forms", "panels"), [(1, 1), (8, 1), (9, 2), (26, 4)])
def test_a_panel_holds_no_more_forms_than_there_are_colours(forms: int, panels: int) -> None:
    pytest.importorskip("matplotlib")
    measured = {f"form_{number}": ([0.0, 1.0], [0.0, float(number)]) for number in range(forms)}
    with Image.open(BytesIO(curves(measured, "PSNR (dB)"))) as image:
        assert image.height == DPI * (SINGLE if panels == 1 else PANEL * panels)


def test_two_forms_in_a_panel_never_look_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nine columns, which do not come in their order: by that order two of a panel would have one colour."""
    pytest.importorskip("matplotlib")
    drawn: list[set[tuple[str, str, str]]] = []
    monkeypatch.setattr(
        "inr_cli.report.plots.curves._panel",
        lambda axes, measured, style, chosen: drawn.append(
            {(one.hue, str(one.colour), one.dash) for one in style.values() if one.hue in chosen}
        ),
    )
    columns = (9, 2, 3, 4, 1, 5, 6, 7, 8, 10)
    curves({f"a={a} b={b}": ([0.0, 1.0], [0.0, float(a)]) for a in columns for b in (1, 2)}, "PSNR (dB)")
    assert len(drawn) == 2
    for panel in drawn:
        assert len(panel) == 10
        assert len({(colour, dash) for _, colour, dash in panel}) == 10


def test_every_form_is_seen_in_its_colour() -> None:
    pytest.importorskip("matplotlib")
    measured = {f"form_{number}": ([0.0, 1.0], [float(number)] * 2) for number in range(len(COLOURS))}
    with Image.open(BytesIO(curves(measured, "PSNR (dB)"))) as image:
        found = {tuple(pixel) for pixel in np.array(image.convert("RGB")).reshape(-1, 3).tolist()}
    assert {ImageColor.getrgb(colour) for colour in COLOURS} <= found
