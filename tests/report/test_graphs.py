from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from inr_cli.report.gather import gather
from inr_cli.report.graphs import CURVES, along_the_way, in_the_end, lines_over
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
        ([(f"scale={number}", f"optimizer.lr=1e-{number}") for number in range(1, 6)], "parallel"),
        (grid("seed=0,1"), None),
        ([(f"scale={one}", f"network.hidden_features={8 + one**2 % 7}") for one in range(1, 9)], "parallel"),
        ([(f"scale={one}", "activation=relu") for one in (1, 2, 4)] + [("scale=1", "activation=tanh")], "bars"),
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
    table = rows(found, varied(found))
    drawn = list(in_the_end(table, "psnr"))
    assert [name for name, _, _ in drawn] == ([f"psnr_{name}"] if name else [])
    assert all(caption == f"PSNR (dB) by {', '.join(table[0].values)}" for _, caption, _ in drawn)
    assert all(data.startswith(b"\x89PNG") for _, _, data in drawn)


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
    [(name, caption, _)] = along_the_way(rows(found, varied(found)))
    assert (name, caption) == ("psnr_curves", "PSNR (dB) over the steps")


def test_curves_are_those_of_the_best_and_of_runs_that_came_to_their_end(
    made_up: MadeUp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: dict[str, tuple[list[float], list[float]]] = {}
    monkeypatch.setattr("inr_cli.report.graphs.curves", lambda measured, title: drawn.update(measured) or b"")
    for scale in range(1, CURVES + 3):
        for seed, status in ((0, "failed"), (1, "done")):
            folder = made_up(f"s/{scale:02d}{seed}", f"scale={scale}", f"seed={seed}", status=status, psnr=float(scale))
            (folder / "metrics.csv").write_text(f"step,psnr\n0,{seed}\n1,{scale}\n")
    found = gather([str(tmp_path / "s")], tmp_path)
    [(_, caption, _)] = along_the_way(rows(found, varied(found)))
    assert caption == "PSNR (dB) over the steps: the best 40 of 42"
    assert list(drawn) == [f"scale={scale}" for scale in range(3, CURVES + 3)]
    assert all(values[0] == 1 for _, values in drawn.values())
