from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from inr_cli.config.errors import OutputError
from inr_cli.config.space import Choices, Dimension, Range
from inr_cli.tune.study import FIRST_PARTS, FIRST_TRIALS, Study, opened

EVERY: list[Dimension] = [
    Range("scale", 1.0, 50.0),
    Range("optimizer.lr", 1e-4, 1e-2, log=True),
    Range("network.hidden_features", 8, 64, step=8),
    Range("dataset.share", 0.1, 0.5, step=0.1),
    Range("batch_size", 16, 4096, step=1, log=True),
    Choices("activation", ("relu", "sine", "[1,2]")),
]
SPACE = [EVERY[0], EVERY[-1]]


def quality(words: list[str]) -> float:
    """Best at scale=20, indifferent to all else."""
    [scale] = [float(word.removeprefix("scale=")) for word in words if word.startswith("scale=")]
    return -abs(scale - 20)


def go(study: Study, trials: int, value: Callable[[list[str]], float] = quality) -> list[list[str]]:
    asked = []
    for _ in range(trials):
        number, words = study.ask()
        asked.append(words)
        study.tell(number, value(words))
    return asked


def test_what_is_asked_for_lies_in_the_space(tmp_path: Path) -> None:
    with opened(tmp_path, EVERY, True, True, 0) as study:
        for words in go(study, 6):
            values = dict(word.split("=") for word in words)
            assert list(values) == [one.key for one in EVERY]
            assert 1 <= float(values["scale"]) <= 50
            assert 1e-4 <= float(values["optimizer.lr"]) <= 1e-2
            assert int(values["network.hidden_features"]) in range(8, 65, 8)
            assert values["dataset.share"] in {"0.1", "0.2", "0.3", "0.4", "0.5"}
            assert 16 <= int(values["batch_size"]) <= 4096
            assert values["activation"] in {"relu", "sine", "[1,2]"}


def test_the_same_seed_asks_for_the_same_also_across_breaks_and_another_for_something_else(tmp_path: Path) -> None:
    places = [tmp_path / name for name in ("whole", "broken", "other")]
    for place in places:
        place.mkdir()
    with opened(places[0], SPACE, True, True, 3) as study:
        whole = go(study, 13)
    broken: list[list[str]] = []
    for trials in (1, 9, 3):  # the random beginning, and what follows from it
        with opened(places[1], SPACE, True, True, 3) as study:
            broken += go(study, trials)
    with opened(places[2], SPACE, True, True, 4) as study:
        other = go(study, 3)
    assert broken == whole
    assert len({tuple(words) for words in whole}) == 13
    assert not {tuple(words) for words in whole} & {tuple(words) for words in other}


@pytest.mark.parametrize("rises", [True, False])
def test_it_finds_the_better_end(rises: bool, tmp_path: Path) -> None:
    sign = 1 if rises else -1
    with opened(tmp_path, [Range("scale", 1.0, 50.0)], rises, True, 0) as study:
        asked = go(study, 20, lambda words: sign * quality(words))
    drawn, learned = asked[:10], asked[10:]
    assert sum(map(quality, learned)) > sum(map(quality, drawn))


def test_a_trial_below_the_median_is_told_so_but_neither_early_nor_the_first_ones(tmp_path: Path) -> None:
    with opened(tmp_path, SPACE, True, True, 0) as study:
        for level in range(FIRST_TRIALS):
            number = study.ask().number
            assert not study.report(number, {part: float(level) for part in range(21)})
            study.tell(number, level)
        good, bad = study.ask().number, study.ask().number
        assert not study.report(good, dict.fromkeys(range(21), 2.5))
        assert not study.report(bad, dict.fromkeys(range(FIRST_PARTS), 1.5))
        assert study.report(bad, dict.fromkeys(range(FIRST_PARTS + 1), 1.5))
        study.prune(bad)
        assert study.open == [good]


@pytest.mark.parametrize(("rises", "prunes"), [(False, True), (True, False)])
def test_what_is_to_be_low_is_not_ended_early_nor_what_nobody_wants_to_be(
    rises: bool, prunes: bool, tmp_path: Path
) -> None:
    with opened(tmp_path, SPACE, rises, prunes, 0) as study:
        for level in range(FIRST_TRIALS):
            number = study.ask().number
            study.report(number, {part: float(level) for part in range(21)})
            study.tell(number, level)
        assert not study.report(study.ask().number, dict.fromkeys(range(21), -9.0))


def test_what_was_going_on_is_known_after_a_break_and_what_never_began_does_not_count(tmp_path: Path) -> None:
    with opened(tmp_path, SPACE, True, True, 0) as study:
        go(study, 2)
        study.fail(study.ask().number, "diverged")
        going, lost = study.ask().number, study.ask().number
        study.report(going, {0: 10.0, 1: 11.0})
        study.spend(12.5)
    with opened(tmp_path, SPACE, True, True, 0) as study:
        assert (study.open, study.count, study.seconds) == ([going, lost], 5, 12.5)
        study.lose(lost)
        study.report(going, {0: 10.0, 1: 11.0, 2: 12.0})
        study.tell(going, 12.0)
        assert (study.open, study.count) == ([], 4)


def test_what_matters_is_what_the_values_follow_and_nothing_is_said_too_soon(tmp_path: Path) -> None:
    with opened(tmp_path, SPACE, True, True, 0) as study:
        assert study.importance() == {}
        go(study, 1)
        assert study.importance() == {}
        go(study, 1)
        assert set(study.importance()) <= {one.key for one in SPACE}
        go(study, 12)
        shares = study.importance()
    assert next(iter(shares)) == "scale"
    assert list(shares.values()) == sorted(shares.values(), reverse=True)
    assert sum(shares.values()) == pytest.approx(1)


def test_of_one_key_nothing_is_said(tmp_path: Path) -> None:
    with opened(tmp_path, SPACE[:1], True, True, 0) as study:
        go(study, 8)
        assert study.importance() == {}


def test_the_file_is_found_in_a_folder_of_any_name_and_holds_no_pickle(tmp_path: Path) -> None:
    folder = tmp_path / "a?b#c%20d=é,{1}"
    folder.mkdir()
    with opened(folder, SPACE, True, True, 0) as study:
        go(study, 2)
    assert [path.name for path in folder.iterdir()] == ["tune.db"]
    with sqlite3.connect(folder / "tune.db") as file:
        tables = [name for (name,) in file.execute("select name from sqlite_master where type = 'table'")]
        cells = [cell for name in tables for row in file.execute(f"select * from {name}") for cell in row]
    file.close()
    assert cells
    assert not any(isinstance(cell, bytes) for cell in cells)


def test_what_is_no_such_file_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "tune.db").write_text("something else")
    with (
        pytest.raises(OutputError, match=r"tune\.db: file is not a database\.$"),
        opened(tmp_path, SPACE, True, True, 0),
    ):
        pass
