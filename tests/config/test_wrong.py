import re
from collections.abc import Callable, Iterator, Sequence

import pytest

from inr_cli.config.choices import choices, groups
from inr_cli.config.compose import compose_jobs, loader
from inr_cli.config.errors import ConfigError, near, near_option
from inr_cli.config.session import Session
from inr_cli.config.wrong import options, read
from inr_cli.dataset import datasets

PARTS = sorted(set(groups()) - {"experiment", "cluster"})
ENOUGH = 0.95
BUNDLED = ("skimage", "synthetic")
"""Datasets whose pictures have names; where they have numbers, one slip away lies another picture."""


def refusal(*words: str) -> str:
    """The one line that refuses those words."""
    with pytest.raises(ConfigError) as caught:
        Session(words).jobs()
    assert len(str(caught.value).splitlines()) == 1
    assert len(str(caught.value)) < 300
    return str(caught.value)


def slips(name: str) -> set[str]:
    """The name with one letter left out, two neighbours swapped, or one letter doubled."""
    places = range(len(name))
    missing = {name[:i] + name[i + 1 :] for i in places}
    swapped = {name[:i] + name[i + 1] + name[i] + name[i + 2 :] for i in places[:-1]}
    doubled = {name[: i + 1] + name[i:] for i in places}
    return (missing | swapped | doubled) - {name, ""}


def share(pairs: Iterator[tuple[str, str]]) -> float:
    """How many of the (suggestion, true name) pairs are right; the others are printed."""
    judged = [(f"Did you mean '{name}'?" in said, name, said) for said, name in pairs]
    print(*(f"{name}: {said}" for right, name, said in judged if not right), sep="\n")
    return sum(right for right, _, _ in judged) / len(judged)


def misspelt(
    names: Sequence[str], known: Sequence[str], suggest: Callable[[str, Sequence[str]], str]
) -> Iterator[tuple[str, str]]:
    return ((suggest(slip, known), name) for name in names for slip in sorted(slips(name) - set(known)))


def test_a_slip_in_the_name_of_a_group_or_of_a_key_of_the_root_suggests_that_name() -> None:
    known = options(loader())
    own = [name for name in known if "." not in name and not name.startswith("hydra")]
    assert len(own) > 30
    assert share(misspelt(own, known, near_option)) >= ENOUGH


@pytest.mark.parametrize("group", PARTS)
def test_a_slip_in_any_number_of_any_choice_suggests_that_number(group: str) -> None:
    known = [options(loader(), [f"{group}={choice}"]) for choice in choices(group)]
    where = {name: names for names in known for name in names if name.startswith(f"{group}.")}
    pairs = [pair for name, names in where.items() for pair in misspelt([name], names, near_option)]
    assert not where or share(iter(pairs)) >= ENOUGH


@pytest.mark.parametrize("group", groups())
def test_a_slip_in_the_name_of_a_choice_suggests_that_choice(group: str) -> None:
    names = sorted(choices(group))
    assert share(misspelt(names, names, near)) >= ENOUGH


@pytest.mark.parametrize("dataset", BUNDLED)
def test_a_slip_in_the_name_of_a_picture_suggests_that_picture(dataset: str) -> None:
    names = datasets.find(dataset).names()
    assert share(misspelt(names, names, near)) >= ENOUGH


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("stesp=5", "steps"),
        ("encodin.gscale=3", "encoding.scale"),
        ("encoding..scale=3", "encoding.scale"),
        (".encoding=gaussian", "encoding"),
        ("optimizer.=3", "optimizer"),
        ("+scal=3", "scale"),
        ("~scal", "scale"),
        ("encoding=gausian", "gaussian"),
        ("encoding=positional encoding.octavs=3", "encoding.octaves"),
        ("init.first=norml", "normal"),
        ("seed=1 init.last=norml", "normal"),
        ("init.first=normal init.first.sdt=1", "init.first.std"),
        ("experiment=first_look/sirn", "first_look/siren"),
        ("optimizer=adam/fst", "adam/fast"),
        ("encoding@b=gaussian", "encoding"),
    ],
)
def test_what_was_meant_is_said_whatever_else_is_wrong_with_the_word(words: str, meant: str) -> None:
    message = refusal(*words.split())
    assert message.startswith(words.split()[-1])
    assert message.endswith(f"Did you mean '{meant}'?")


@pytest.mark.parametrize("prefix", ["+", "++", "~"])
@pytest.mark.parametrize("word", ["scale=3", "encoding=gaussian", "init.bias=torch", "network.hidden_features=3"])
def test_an_option_is_neither_added_nor_taken_away(prefix: str, word: str) -> None:
    assert refusal(prefix + word).startswith(f"{prefix}{word}: ")


@pytest.mark.parametrize("option", ["encoding", "experiment", "init.first", "hydra/launcher"])
@pytest.mark.parametrize(
    "value", ["", "''", "true", "5", "1e3", "[a]", "{name: a}", "..", "../config", "/etc/x", "${seed}"]
)
def test_a_group_takes_a_name_and_nothing_else(option: str, value: str) -> None:
    message = refusal(f"{option}={value}")
    assert message.startswith(f"{option}={value}: {option} takes a name; choose ")


@pytest.mark.parametrize(
    "value", ["${nothing}", "${a.b}", "${scale}", "${oc.env:NO_SUCH_VARIABLE}", "${no_such:%Y}", "${oc.decode:3}"]
)
def test_what_stands_for_nothing_is_answered_in_our_own_words(value: str) -> None:
    assert refusal(f"scale={value}").startswith(f"scale={value}: what ${{...}} stands for is not there; ")


def test_what_stands_for_another_option_or_a_variable_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOW_MANY", "7")
    [job] = Session(["steps=${oc.env:HOW_MANY}", "seed=${steps}"]).jobs()
    assert (job.steps, job.seed) == (7, 7)


@pytest.mark.parametrize(
    ("words", "like"),
    [
        ("network=cnn network.hidden_features={a:1}", "network.hidden_features=[64,128,512]"),
        ("out='${'", "out=outputs"),
        ("hydra.run=5", "hydra.run={dir:.}"),
    ],
)
def test_a_value_that_cannot_be_put_in_its_place_is_told_what_can(words: str, like: str) -> None:
    assert refusal(*words.split()).endswith(f": does not fit there; it must be like {like}.")


@pytest.mark.parametrize("word", ["seed=" + "9" * 5000, "seed=" + "[" * 300 + "]" * 300, "seed=" + "[" * 5000])
def test_endless_digits_and_brackets_are_one_short_line(word: str) -> None:
    assert refusal(word).startswith(word[:50])


@pytest.mark.parametrize("word", ["init.first='A'", "-m init.first=normal,A", "-m init.first=A,normal"])
def test_the_option_is_named_however_its_value_is_typed(word: str) -> None:
    assert refusal(*word.split()).startswith("init.first=A: there is no such init; choose ")


@pytest.mark.parametrize("word", ["out=???", "scale=???"])
def test_a_value_that_is_left_open_is_asked_for(word: str) -> None:
    assert refusal(word) == f"{word.partition('=')[0]}: a value is needed."


@pytest.mark.parametrize("name", ["/etc/passwd", "../config", "encoding", "nothing", "encoding/nothing"])
def test_a_configuration_that_is_not_there_is_named(name: str) -> None:
    assert re.search(r"there is no such (configuration|encoding)", refusal("--config-name", name))


@pytest.mark.parametrize(
    "word", ["hydra=basic", "hydra={}", "hydra.sweeper.params.seed=3", "hydra.job.env_copy=[NO_SUCH]"]
)
def test_hydras_own_options_are_refused_in_one_line_too(word: str) -> None:
    refusal(word)


def test_several_values_that_are_none_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"^encoding=glob\(nothing\*\): stands for no value"):
        compose_jobs(["encoding=glob(nothing*)"])


@pytest.mark.parametrize("words", [["seed=range(0,1000000000)"], ["seed=range(0,1000)", "steps=range(0,1000)"]])
def test_a_sweep_of_too_many_jobs_is_refused_before_it_is_written_out(words: list[str]) -> None:
    with pytest.raises(ConfigError, match=rf"^{re.escape(' '.join(words))}: stands for more than 100000 jobs"):
        compose_jobs(words)


def test_words_are_read_as_hydra_reads_them() -> None:
    found = [(word.key_or_group, word.value()) for word in read(["a.b=3", "c='d e'", "f=[1,x]"], loader())]
    assert found == [("a.b", 3), ("c", "d e"), ("f", [1, "x"])]
