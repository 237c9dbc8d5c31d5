import string
import tempfile
from pathlib import Path

import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser
from hypothesis import given
from hypothesis import strategies as st

from inr_cli.config.compose import compose, compose_jobs, defaults
from inr_cli.config.errors import ConfigError
from inr_cli.config.words import as_typed, prepare
from inr_cli.engine.check import check

NAMES = [
    "photo.jpg",
    "photo(1).jpg",
    "a=b.jpg",
    "it's.png",
    'say "hi".png',
    "x,y.png",
    "a b.png",
    "15",
    "1e3",
    "null",
    "true",
    "[a].png",
    "{a}.png",
    "a:b.png",
    "#1.png",
    "50%.png",
    "@home.png",
    "back\\slash.png",
    "ends\\",
    "quote\\'d.png",
    "übung 写真.png",
]


def read(word: str) -> object:
    """What Hydra makes of the value."""
    return OverridesParser.create().parse_override(word).value()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("relative", [True, False], ids=["relative", "absolute"])
def test_a_file_is_read_as_it_is_called(
    name: str, relative: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_bytes(b"x")
    typed = name if relative else str(tmp_path / name)
    [word] = prepare([f"image={typed}"])
    assert read(word) == typed


@pytest.mark.parametrize(
    "name", ["photo(1).jpg", "a=b.jpg", "it's.png", "x,y.png", "15", "back\\slash.png", "a${seed}"]
)
def test_a_file_is_found_whatever_its_name(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"x")
    config = compose(prepare([f"image={tmp_path / name}"]))
    assert config.image == str(tmp_path / name)
    assert config.dataset.name == "file"


# A slash ends a name, and NUL cannot be in one; ${ would be an interpolation.
letters = st.sampled_from(string.ascii_letters + string.digits + "'\"\\()[]{},=:;~%#@!&*?|<>^`. -_+é")


@given(st.text(letters, min_size=1, max_size=12).filter(lambda name: name not in {".", ".."}))
def test_hydra_reads_any_file_name_as_it_is(name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, name)
        file.write_bytes(b"x")
        [word] = prepare([f"image={file}"])
        assert read(word) == str(file)


def test_the_home_folder_may_be_written_as_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "my photo.png").write_bytes(b"x")
    assert compose(prepare(["image=~/my photo.png"])).image == str(tmp_path / "my photo.png")


def test_a_comma_between_pictures_is_a_sweep() -> None:
    assert [job.image for job in compose_jobs(prepare(["image=cat,coffee"]))] == ["cat", "coffee"]


def test_a_file_among_the_pictures_of_a_sweep_is_quoted_too(tmp_path: Path) -> None:
    file = tmp_path / "a (1).png"
    file.write_bytes(b"x")
    assert [job.image for job in compose_jobs(prepare([f"image=cat,{file}"]))] == ["cat", str(file)]


def test_a_file_beats_a_picture_of_the_same_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cat").write_bytes(b"x")
    monkeypatch.chdir(tmp_path)
    assert compose(prepare(["image=cat"])).image == str(tmp_path / "cat")


@pytest.mark.parametrize("word", ["image='cat'", 'image="a,b"', "image=choice(a,b)", "image=[a,b]"])
def test_what_is_quoted_already_or_hydras_own_is_left_alone(word: str) -> None:
    assert prepare([word]) == [word]


@pytest.mark.parametrize("name", ["x" * 5000, "a\tb"], ids=["long", "tab"])
def test_what_cannot_be_a_file_is_a_name(name: str) -> None:
    assert compose(prepare([f"image={name}"])).image == name


@pytest.mark.parametrize("word", ["steps=5", "epochs=0.5", "seconds=3"])
def test_one_length_switches_the_others_off(word: str) -> None:
    config = compose(prepare([word]))
    option, _, value = word.partition("=")
    lengths = {name: getattr(config, name) for name in ("steps", "epochs", "seconds")}
    assert lengths.pop(option) == float(value)
    assert set(lengths.values()) == {None}


@pytest.mark.parametrize("words", [["steps=5", "epochs=2"], ["epochs=2", "seconds=3"], ["steps=5", "seconds=3"]])
def test_two_lengths_are_refused_by_name(words: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        compose(prepare(words))
    assert all(word.partition("=")[0] in str(caught.value) for word in words)


@pytest.mark.parametrize("words", [["steps=null"], ["epochs=null"]])
def test_no_length_at_all_is_refused(words: list[str]) -> None:
    with pytest.raises(ConfigError, match="steps, epochs and seconds"):
        compose(prepare(words))


def test_a_length_that_is_off_may_be_said() -> None:
    assert compose(prepare(["steps=5", "epochs=null"])).steps == 5


def test_no_words_stay_no_words() -> None:
    assert prepare([]) == []


def test_a_file_is_made_absolute_so_that_a_run_can_be_repeated_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.png").write_bytes(b"x")
    monkeypatch.chdir(tmp_path / "sub")
    assert compose(prepare(["image=../a.png"])).image == str(tmp_path / "a.png")


def test_a_typed_encoding_scale_switches_an_experiments_scale_off() -> None:
    config = check(compose(prepare(["experiment=first_look/gaussian", "encoding.scale=20"])))
    assert config.encoding.scale == 20  # type: ignore[attr-defined]


def test_two_words_for_one_scale_are_refused() -> None:
    with pytest.raises(ConfigError, match="give one of them"):
        prepare(["scale=3", "encoding.scale=2"])


def test_two_words_for_one_width_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"network\.hidden_features=3 network\.parameters=2: .* give one of them"):
        prepare(["network.hidden_features=3", "network.parameters=2"])


def test_a_width_that_nothing_else_decides_may_be_said() -> None:
    words = ["network.hidden_features=64", "network.parameters=null"]
    assert prepare(words) == words


@pytest.mark.parametrize("word", ["dataset.background=#ff8000", "dataset.frame=2", "dataset.alpha=keep"])
@pytest.mark.parametrize("images", ["a.png", "a.png,b.png"])
def test_options_of_a_file_may_be_typed_beside_it(
    word: str, images: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in images.split(","):
        (tmp_path / name).write_bytes(b"x")
    jobs = compose_jobs(prepare([f"image={images}", word]))
    key, _, value = word.removeprefix("dataset.").partition("=")
    assert len(jobs) == len(images.split(","))
    assert all(str(getattr(check(job).dataset, key)) == value for job in jobs)


def test_a_picture_of_a_dataset_has_no_options_of_a_file() -> None:
    with pytest.raises(ConfigError, match=r"there is no option dataset\.background"):
        compose(prepare(["image=cat", "dataset.background=white"]))


def test_a_file_among_names_is_opened_as_its_dataset_s_yaml_says(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"x")
    cat, file = compose_jobs(prepare([f"image=kodim01,{tmp_path / 'a.png'}", "dataset=kodak"]))
    assert (cat.dataset.name, file.dataset.model_dump()) == ("kodak", defaults("dataset", "file"))


@pytest.mark.parametrize("folder", ["dossier_été", "写真", "a b&c", "50#1", "a;b", "a<b>c", "tab\there"])
def test_a_text_that_hydra_cannot_read_without_quotes_needs_none(folder: str) -> None:
    assert compose(prepare([f"out={folder}"])).out == folder


@pytest.mark.parametrize("word", ["out='a;b'", "steps=5", "scale=${seed}", "a;b", "out=été,b", "out=a=é"])
def test_what_may_mean_more_than_a_text_is_left_alone(word: str) -> None:
    assert word in prepare([word])


def test_no_experiment_takes_back_the_one_before_it() -> None:
    assert prepare(["experiment=first_look/siren", "seed=1", "experiment=null"]) == ["seed=1"]
    assert compose(prepare(["experiment=null"])).experiment is None
    last = compose(prepare(["experiment=null", "experiment=first_look/siren"])).experiment
    assert last is not None
    assert last.name == "first_look/siren"


@pytest.mark.parametrize("role", ["first", "hidden", "last"])
def test_a_role_is_shown_as_it_was_typed(role: str) -> None:
    word = f"init.{role}=normal"
    [prepared] = prepare([word])
    assert prepared != word
    assert as_typed(prepared) == word
