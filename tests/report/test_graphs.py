from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from inr_cli.report.gather import gather
from inr_cli.report.graphs import graphs, lines_over
from inr_cli.report.varied import rows, varied

MadeUp = Callable[..., Path]


def grid(*keys: str) -> list[tuple[str, ...]]:
    """All combinations of `key=value,value`."""
    words = [[f"{key.partition('=')[0]}={value}" for value in key.partition("=")[2].split(",")] for key in keys]
    return list(product(*words))


@pytest.mark.parametrize(
    ("forms", "name"),
    [
        (grid("scale=1,2,4"), "lines"),
        (grid("scale=1,2,4", "activation=relu,tanh"), "lines"),
        (grid("scale=1,2,4", "seed=0,1"), "lines"),
        (grid("activation=relu,tanh"), "bars"),
        (grid("scale=1,2"), "bars"),
        (grid("scale=1,2,4", "optimizer.lr=1e-3,1e-2"), "map"),
        (grid("scale=1,2", "optimizer.lr=1e-3,1e-2", "activation=relu,tanh"), "parallel"),
        ([(f"scale={number}", f"optimizer.lr=1e-{number}") for number in range(1, 6)], "lines"),
        (grid("seed=0,1"), None),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_plot_suits_what_was_varied(
    forms: list[tuple[str, ...]], name: str | None, made_up: MadeUp, tmp_path: Path
) -> None:
    pytest.importorskip("matplotlib")
    for number, words in enumerate(forms):
        made_up(f"s/{number:02d}", *words, psnr=20.0 + number)
    found = gather([str(tmp_path / "s")], tmp_path)
    drawn = dict(graphs(rows(found, varied(found)), "psnr"))
    assert list(drawn) == ([name] if name else [])
    assert all(data.startswith(b"\x89PNG") for data in drawn.values())


def test_lines_hold_every_figure_at_its_number(made_up: MadeUp, tmp_path: Path) -> None:
    for number, words in enumerate(grid("activation=relu,tanh", "scale=10,1,100")):
        made_up(f"s/{number}", *words, psnr=float(number))
    found = gather([str(tmp_path / "s")], tmp_path)
    table = rows(found, varied(found))
    drawn = lines_over(table, [row.label for row in table])
    assert drawn is not None
    assert drawn.key == "scale"
    assert {name: list(numbers) for name, numbers in drawn.labels.items()} == {
        "activation=relu": [1, 10, 100],
        "activation=tanh": [1, 10, 100],
    }


def test_what_was_measured_along_the_way_is_a_curve(made_up: MadeUp, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    for scale, lines in ((1, ("0,1,10", "10,0.5,20")), (2, ("0,1,10",))):
        folder = made_up(f"s/{scale}", f"scale={scale}", psnr=20.0)
        (folder / "metrics.csv").write_text("\n".join(["step,loss,psnr", *lines, ""]))
    found = gather([str(tmp_path / "s")], tmp_path)
    assert [name for name, _ in graphs(rows(found, varied(found)), "psnr")] == ["bars", "curves"]
