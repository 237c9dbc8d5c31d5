import json
from collections.abc import Callable
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from inr_cli.report.gather import gather
from inr_cli.report.varied import best, figures_of, rows, varied

MadeUp = Callable[..., Path]
PARTS = [("activation=relu",), ("activation=sine",), ("activation=gabor",)]  # the latter bring inits and rates along


@pytest.mark.parametrize("place", ["", "sweep/"], ids=["runs of different days", "jobs of one sweep"])
@pytest.mark.parametrize(
    ("forms", "keys"),
    [
        ([(f"scale={scale}", f"seed={seed}") for scale, seed in product((1, 10), range(2))], ["scale"]),
        (PARTS, ["activation.name"]),
        ([(f"scale={number}", f"optimizer.lr=1e-{number}") for number in (1, 2, 3)], ["scale", "optimizer.lr"]),
        ([("seed=0",), ("seed=1", "out=elsewhere")], []),
        ([("network.hidden_features=[8,16,8]",), ("network.hidden_features=8",)], ["network.hidden_features"]),
        (
            [("optimizer=adam",), ("optimizer=adam", "optimizer.lr=0.5"), ("optimizer=sgd",)],
            ["optimizer.name", "optimizer.lr"],
        ),
    ],
    ids=["seeds are folded", "a choice brings the rest", "two numbers in step", "one form", "lists", "part and number"],
)
def test_what_was_varied_is_found(
    place: str, forms: list[tuple[str, ...]], keys: list[str], made_up: MadeUp, tmp_path: Path
) -> None:
    for number, words in enumerate(forms):
        made_up(f"{place}{number}", *words, psnr=float(number))
    runs = gather([str(tmp_path / f"{place}{number}") for number in range(len(forms))], tmp_path)
    assert varied(runs) == keys
    without_seeds = {tuple(word for word in words if not word.startswith(("seed", "out"))) for words in forms}
    assert len(rows(runs, keys)) == len(without_seeds)


def test_a_run_made_otherwise_differs_in_more_than_the_words_of_a_sweep(made_up: MadeUp, tmp_path: Path) -> None:
    made_up("sweep/0", "optimizer.lr=0.5", psnr=20.0)
    made_up("alone", "scale=3", psnr=20.0)
    assert varied(gather([str(tmp_path)], tmp_path)) == ["scale", "optimizer.lr"]


def test_runs_of_several_kinds_differ_in_all_that_was_typed(made_up: MadeUp, tmp_path: Path) -> None:
    made_up("s/0", "size=96", "steps=300")
    made_up("s/1", "task=superres", "size=64", "steps=150", "activation=sine")
    found = varied(gather([str(tmp_path / "s")], tmp_path))
    assert set(found) == {"task.name", "size", "steps", "activation.name"}


@pytest.mark.parametrize(("typed", "keys"), [((), []), (("compile=auto",), ["compile"])])
def test_what_a_resume_settled_was_not_varied(
    typed: tuple[str, ...], keys: list[str], made_up: MadeUp, tmp_path: Path
) -> None:
    for seed in range(2):
        made_up(f"s/{seed}", f"seed={seed}", *typed, psnr=30.0)
    config = tmp_path / "s" / "1" / "config.yaml"
    config.write_text(config.read_text().replace("compile: auto", "compile: false"))
    assert varied(gather([str(tmp_path / "s")], tmp_path)) == keys


def test_means_and_deviations_are_those_of_numpy(made_up: MadeUp, tmp_path: Path) -> None:
    psnr = [30.0, 31.5, 29.25]
    for seed, value in enumerate(psnr):
        made_up(f"s/{seed}", f"seed={seed}", psnr=value, parameters=100)
    made_up("s/failed", "seed=3", status="failed", error="no")
    (row,) = rows(gather([str(tmp_path / "s")], tmp_path), [])
    assert row.figures["psnr"] == pytest.approx((np.mean(psnr), np.std(psnr, ddof=1)))
    assert row.figures["parameters"] == (100, 0)
    assert row.status == "3 done, 1 failed"
    assert figures_of([row]) == ["psnr", "parameters"]


def test_the_best_is_chosen_by_what_was_shown_and_never_by_what_was_hidden(made_up: MadeUp, tmp_path: Path) -> None:
    made_up("a", "scale=1", psnr=30.0, psnr_test=20.0)
    made_up("b", "scale=2", psnr=29.0, psnr_test=25.0)
    made_up("c", "scale=3", status="diverged")
    runs = gather([str(tmp_path)], tmp_path)
    chosen = best(rows(runs, varied(runs)))
    assert chosen is not None
    assert chosen.label == "scale=1"
    assert best(rows(runs[2:], ["scale"])) is None


@pytest.mark.parametrize(("second", "keys"), [("auto", ["scale"]), ("bf16", ["scale", "precision"])])
def test_a_precision_left_to_the_machine_is_the_one_that_it_found(
    second: str, keys: list[str], made_up: MadeUp, tmp_path: Path
) -> None:
    """Of the first two jobs one has gone on, which writes the precision down, the last has not begun."""
    for number, precision in enumerate(("float32", second, "auto")):
        folder = made_up(f"s/{number}", f"scale={number + 1}", f"precision={precision}", psnr=20.0)
        if number < 2:
            settled = "float32" if precision == "auto" else precision
            (folder / "environment.json").write_text(f'{{"precision": "{settled}"}}')
        words = [f"scale={number + 1}", *([] if second == "auto" else [f"precision={precision}"])]
        state = {"status": "done" if number < 2 else "planned", "overrides": words}
        (folder / "run.json").write_text(json.dumps(state))
    runs = gather([str(tmp_path / "s")], tmp_path)
    assert varied(runs) == keys
    assert len(rows(runs, varied(runs))) == 3
