import math

import pytest

from inr_cli.bench.target import HEADER, RECIPES, TARGETS, Recipe, chosen, measure
from inr_cli.config.errors import ConfigError

TINY = ("image=cat", "size=16", "network.hidden_features=32", "activation=sine", "optimizer.lr=1e-3", "batch_size=full")


def test_a_target_is_reached_once_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RECIPES, "tiny", Recipe((*TINY, "steps=150")))
    [row] = measure(["tiny"])
    assert row.end > 30
    assert 0 < row.seconds[30] < 60
    assert 0 < row.steps[30] <= 150
    assert [row.steps[dB] or math.inf for dB in TARGETS] == sorted(row.steps[dB] or math.inf for dB in TARGETS)
    assert len(row.cells()) == len(HEADER)


def test_a_field_that_never_gets_there_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RECIPES, "tiny", Recipe((*TINY, "steps=2")))
    [row] = measure(["tiny"])
    assert set(row.seconds.values()) == {None}
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
    assert chosen([]) == list(RECIPES)
    with pytest.raises(ConfigError, match="fats: there is no such recipe"):
        chosen(["fats"])
