import pytest

from inr_cli.config.errors import ConfigError
from inr_cli.config.experiment import Experiment, Minutes, Quick
from inr_cli.reproduce.meant import experiments, is_own, meant, smoke


def test_names_and_families_stand_for_experiments(own) -> None:
    for name in ("study/one", "study/two", "other/three"):
        own(name)
    assert [one.name for one in experiments(["study"])] == ["study/one", "study/two"]
    assert [one.name for one in experiments(["study/two", "study"])] == ["study/two", "study/one"]
    assert {"study/one", "other/three", "first_look/siren"} <= {one.name for one in experiments([])}


def test_numbers_in_names_stand_in_their_order(own) -> None:
    for number in ("10", "0.5", "2"):
        own(f"study/scale_{number}")
    assert meant(["study"]) == ["study/scale_0.5", "study/scale_2", "study/scale_10"]


def test_the_programs_own_are_told_from_the_users(own) -> None:
    own("study/one")
    assert is_own("study/one")
    assert not is_own("first_look/siren")


@pytest.mark.parametrize(
    ("name", "like"),
    [
        ("studi/one", "study/one"),
        ("fit_siren", "siren_study/fit_siren"),
        ("siren_stdy", "siren_study"),
        ("xyz", None),
    ],
)
def test_a_name_that_is_not_there_is_refused_with_the_nearest(own, name: str, like: str | None) -> None:
    own("study/one")
    with pytest.raises(ConfigError, match=f"^{name}: no such experiment") as caught:
        meant([name])
    said = str(caught.value).partition("Did you mean ")[2]
    assert said == (f"'{like}'?" if like else "")


def test_a_yaml_that_calls_itself_otherwise_than_its_file_is_refused(own, tmp_path) -> None:
    own("study/one")
    file = tmp_path / "own/experiment/study/one.yaml"
    file.rename(file.with_name("two.yaml"))
    with pytest.raises(ConfigError, match=r"^experiment\.name=study/one: must be study/two, the file's path"):
        experiments(["study/two"])


def test_a_family_is_stood_for_by_the_one_marked_or_its_first() -> None:
    def made(name: str, quick: bool, marked: bool = False) -> Experiment:
        form = Quick(words=(), smoke=marked) if quick else None
        return Experiment(name=name, source="x", minutes=Minutes(), quick=form)

    found = [made("a/1", False), made("a/2", True), made("a/3", True), made("b/1", True), made("b/2", True, True)]
    assert {family: one.name for family, one in smoke(found).items()} == {"a": "a/2", "b": "b/2"}
