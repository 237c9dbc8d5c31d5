import math

import pytest

from inr_cli.bench.target import HEADER, RECIPES, TARGETS, Look, Recipe, chosen, measure, reached
from inr_cli.config.errors import ConfigError

TINY = ("image=cat", "size=16", "network.hidden_features=32", "activation=sine", "optimizer.lr=1e-3", "batch_size=full")


def test_a_target_is_reached_at_the_first_look_that_is_so_good() -> None:
    curve = [Look(1.0, 10, 20.0), Look(2.0, 20, 31.0), Look(3.0, 30, 29.0), Look(4.0, 40, 35.0)]
    assert [reached(curve, target) for target in (20, 30, 35, 35.1)] == [curve[0], curve[1], curve[3], None]


def test_a_recipe_has_its_steps_to_each_target(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RECIPES, "tiny", Recipe((*TINY, "steps=150")))
    [row] = measure(["tiny"])
    assert row.end > 30
    steps = [row.steps_to[target] or math.inf for target in TARGETS]
    assert 0 < steps[0] <= 150
    assert steps == sorted(steps)
    seconds = [row.seconds_to[target] or math.inf for target in TARGETS]
    assert seconds == sorted(seconds), "the clock never goes back"
    assert [one == math.inf for one in steps] == [one == math.inf for one in seconds]
    assert len(row.cells()) == len(HEADER)
    assert row.points() == ([look.seconds for look in row.curve], [look.psnr for look in row.curve])
    assert (row.curve[-1].step, row.curve[-1].psnr) == (150, row.end)


def test_a_field_that_never_gets_there_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RECIPES, "tiny", Recipe((*TINY, "steps=2")))
    [row] = measure(["tiny"])
    assert set(row.seconds_to.values()) == {None}
    assert row.cells()[1] == "-"


@pytest.mark.parametrize("name", [name for name, recipe in RECIPES.items() if recipe.twin])
def test_the_published_settings_in_the_textbooks_loop_are_ours(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = RECIPES[name]
    words = (*recipe.words, "size=16", "steps=4", "device=cpu", "threads=1")
    monkeypatch.setitem(RECIPES, "ours", Recipe(words))
    monkeypatch.setitem(RECIPES, "plain", recipe._replace(words=words))
    ours, plain = measure(["ours", "plain"])
    assert plain.end == pytest.approx(ours.end, abs=0.01)


def test_the_beginning_of_a_name_stands_for_all_that_begin_so() -> None:
    assert len(chosen(["fast/cpu_256 to_"])) == 4
    assert chosen(["siren"]) == ["siren_study/fit_siren on that picture, in a plain loop"]
    assert chosen([]) == list(RECIPES)
    with pytest.raises(ConfigError, match="fats: there is no such recipe"):
        chosen(["fats"])
