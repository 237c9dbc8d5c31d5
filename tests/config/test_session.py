from pathlib import Path

import pytest

from inr_cli.config.errors import ConfigError
from inr_cli.config.session import Session, own_folders


@pytest.fixture(autouse=True)
def no_folder_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("INR_CONFIG_DIR", raising=False)


def write_choice(folder: Path) -> None:
    (folder / "encoding").mkdir(parents=True)
    (folder / "encoding" / "mine.yaml").write_text("# Mine.\nname: gaussian\ncount: 7\nscale: 2.5\n")


@pytest.mark.parametrize("words", [["-m", "image=cat,coffee"], ["image=cat,coffee", "--multirun"]])
def test_pictures_with_a_comma_between_them_are_jobs(words: list[str]) -> None:
    session = Session(words)
    assert session.multirun
    assert [job.image for job in session.jobs()] == ["cat", "coffee"]


def test_one_job_without_the_flag() -> None:
    session = Session(["seed=5", "--config-name", "config"])
    assert not session.multirun
    assert not session.shows
    assert [job.seed for job in session.jobs()] == [5]


@pytest.mark.parametrize("flag", [["--help"], ["--hydra-help"], ["--cfg", "job"], ["--info"]])
def test_flags_that_only_show_are_known_as_such(flag: list[str]) -> None:
    assert Session(flag).shows


@pytest.mark.parametrize(
    "words",
    [
        ["--nope"],
        ["--cfg", "everything"],
        ["--config-path", "/"],
        ["--experimental-rerun", "x"],
        ["--shell-completion", "install=bash"],
        ["--config-dir"],
    ],
)
def test_a_flag_that_is_not_offered_is_refused_in_one_line(words: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        Session(words)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) <= 300


@pytest.mark.parametrize("how", ["flag", "environment", "home"])
def test_ones_own_folder_is_found(how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "home" / ".config" / "inr" if how == "home" else tmp_path / "own"
    write_choice(folder)
    if how == "environment":
        monkeypatch.setenv("INR_CONFIG_DIR", str(folder))
    flag = ["--config-dir", str(folder)] if how == "flag" else []
    [job] = Session(["encoding=mine", *flag]).jobs()
    assert job.encoding.model_dump() == {"name": "gaussian", "count": 7, "scale": 2.5}


def test_a_folder_that_is_not_there_is_no_folder() -> None:
    assert own_folders() == ()


def test_a_configuration_that_is_not_there_is_named() -> None:
    with pytest.raises(ConfigError, match="nothing"):
        Session(["--config-name", "nothing"]).jobs()


def test_the_whole_configuration_is_shown_with_what_was_typed(capsys: pytest.CaptureFixture[str]) -> None:
    Session(["--cfg", "job", "seed=77", "encoding=identity"]).show()
    shown = capsys.readouterr().out
    assert "seed: 77" in shown
    assert "name: identity" in shown


def test_a_wrong_word_is_refused_in_one_line_when_showing_too() -> None:
    with pytest.raises(ConfigError, match="encodng"):
        Session(["--cfg", "job", "encodng=identity"]).show()


# How a sweep is run


HYDRAS = {
    "hydra/launcher/mine.yaml": "_target_: hydra_plugins.mine.Launcher\n",
    "experiment/variables.yaml": "# @package _global_\n# Variables.\nhydra: {job: {env_set: {A: b}}}\n",
    "experiment/callbacks.yaml": (
        "# @package _global_\n# Callbacks.\nhydra: {callbacks: {mine: {_target_: hydra_plugins.mine.Callback}}}\n"
    ),
}


def test_a_sweep_has_the_words_of_its_jobs_in_their_order() -> None:
    session = Session(["-m", "image=cat,coffee", "seed=1,2", "jobs=3"])
    assert session.words() == [[f"image={image}", f"seed={seed}"] for image in ("cat", "coffee") for seed in (1, 2)]
    assert [(job.image, job.seed) for job in session.jobs()] == [
        (image, seed) for image in ("cat", "coffee") for seed in (1, 2)
    ]
    assert session.at_once == 3
    assert Session(["-m", "seed=1,2"]).at_once == 1


@pytest.mark.parametrize(
    ("words", "here"),
    [
        ([], True),
        (["hydra/launcher=basic", "hydra/sweeper=basic"], True),
        (["hydra.sweeper.max_batch_size=2"], True),
        (["hydra/launcher=mine"], False),
        (["experiment=variables"], False),
        (["experiment=callbacks"], False),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_jobs_are_run_here_unless_something_was_asked_for_that_only_hydra_does(
    words: list[str], here: bool, tmp_path: Path
) -> None:
    for name, text in HYDRAS.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    flags = ["-m", "--config-dir", str(tmp_path), "seed=1,2"]
    session = Session([*flags, *words])
    assert session.is_split_here
    assert session.is_run_here == here
    with_jobs = Session([*flags, *words, "jobs=2"])
    if here:
        assert with_jobs.is_run_here
    else:
        with pytest.raises(ConfigError, match=r"^jobs=2: Hydra runs these jobs"):
            assert with_jobs.is_run_here
