from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from inr_cli.config.errors import ConfigError
from inr_cli.config.search import Search, changed

SCALE = "scale=interval(1,50)"


def test_words_are_parted_into_how_to_search_what_is_shared_and_what_varies() -> None:
    search = Search(["image=camera", SCALE, "trials=5", "budget=1.5m", "steps=7", "jobs=2", "init.first=normal,torch"])
    assert (search.spec.trials, search.spec.budget, search.spec.jobs, search.spec.prune) == (5, 90, 2, True)
    assert search.typed == ["image=camera", "steps=7"]
    assert [one.key for one in search.space] == ["scale", "init.first"]
    config = search.config(["scale=3", "init.first=normal"])
    assert (config.image, config.steps, config.scale) == ("camera", 7, 3)
    assert config.init.model_dump()["first"]["name"] == "normal"


def test_the_words_are_read_again_to_the_same_search() -> None:
    search = Search(["image=cat", SCALE, "steps=3", "budget=2h"])
    again = Search(search.words)
    assert (again.space, again.fixed, again.spec) == (search.space, search.fixed, search.spec)


def test_a_picture_is_found_again_from_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a, b.png").touch()
    monkeypatch.chdir(tmp_path)
    words = Search(["image=a, b.png", SCALE]).words
    monkeypatch.chdir("/")
    assert Search(words).config(["scale=1"]).image == str(tmp_path / "a, b.png")


@pytest.mark.parametrize(
    ("words", "most", "budget"),
    [([], 20, None), (["trials=3"], 3, None), (["budget=60s"], float("inf"), 60), (["trials=3", "budget=2h"], 3, 7200)],
)
def test_it_is_long_enough_where_nobody_says_how_long(words: list[str], most: float, budget: float | None) -> None:
    spec = Search([SCALE, *words]).spec
    assert (spec.most(), spec.budget) == (most, budget)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["image=cat"], "nothing varies"),
        ([SCALE, "trails=5"], "trails=5: there is no option trails. Did you mean 'trials'?"),
        ([SCALE, "budgte=5s"], "Did you mean 'budget'?"),
        ([SCALE, "trials=0"], "trials=0: "),
        ([SCALE, "jobs=0"], "jobs=0: "),
        ([SCALE, "budget=60"], "60s, 10m or 2h"),
        ([SCALE, "budget=-1s"], "budget=-1s: "),
        ([SCALE, "prune=perhaps"], "prune=perhaps: "),
        ([SCALE, "hydra.verbose=true"], "hydra.verbose=true: "),
        (["scale=1,10", "seed=range(3)"], "trials=20: the words stand for 6 runs in all; inr fit -m"),
        ([SCALE, "steps=5", "epochs=1"], "give one of them"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(words: Sequence[str], told: str) -> None:
    with pytest.raises(ConfigError) as refused:
        Search(words)
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("scael=interval(1,2)", "scael=interval(1,2): there is no option scael. Did you mean 'scale'?"),
        ("encoding=gausian,basic", "'gaussian'"),
    ],
)
def test_a_wrong_name_is_refused_with_the_nearest(word: str, told: str) -> None:
    search = Search(["trials=1", word])
    with pytest.raises(ConfigError) as refused:
        for sample in search.samples():
            search.config(sample)
    assert told in str(refused.value)


def test_every_end_and_choice_is_looked_at_once_with_all_others_at_their_first() -> None:
    samples = Search(["seed=range(1,4)", "activation=relu,sine,gelu", "trials=2"]).samples()
    assert samples == [
        ["seed=1", "activation=relu"],
        ["seed=3", "activation=relu"],
        ["seed=1", "activation=sine"],
        ["seed=1", "activation=gelu"],
    ]


def test_a_search_goes_on_with_more_but_not_as_another() -> None:
    assert changed([SCALE, "trials=5", "steps=3"], ["trials=9", "jobs=2"]) == [SCALE, "steps=3", "trials=9", "jobs=2"]
    with pytest.raises(ConfigError, match="steps=5: only budget, jobs, trials may change"):
        changed([SCALE], ["steps=5"])
