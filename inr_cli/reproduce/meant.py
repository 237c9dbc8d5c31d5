"""Which experiments are meant by names and families."""

from __future__ import annotations

from collections.abc import Sequence

from inr_cli.config.choices import choices, files
from inr_cli.config.compose import compose
from inr_cli.config.errors import ConfigError, near_path
from inr_cli.config.experiment import Experiment
from inr_cli.config.paths import conf_folder, own_folders


def experiments(names: Sequence[str]) -> list[Experiment]:
    """Those of these names and families, or all, that say what they are held to. Raises `ConfigError`."""
    return [section for section in map(experiment_of, meant(names)) if section]


def experiment_of(name: str) -> Experiment | None:
    """What an experiment's yaml says of itself. Raises `ConfigError` if it calls itself otherwise than its file."""
    section = compose([f"experiment={name}"], own_folders()).experiment
    if section and section.name != name:
        raise ConfigError(f"experiment.name={section.name}: must be {name}, the file's path below experiment/.")
    return section


def meant(names: Sequence[str]) -> list[str]:
    """The names of all experiments that these names and families stand for. Raises `ConfigError`."""
    known = list(choices("experiment"))
    return list(dict.fromkeys(name for word in names or [""] for name in _meant(word, known)))


def _meant(word: str, known: Sequence[str]) -> list[str]:
    found = [name for name in known if not word or name == word or name.startswith(f"{word}/")]
    if not found:
        families = {name.rpartition("/")[0] for name in known}
        like = near_path(word, [*known, *families])
        raise ConfigError(f"{word}: no such experiment; inr ls experiments shows them.{like}")
    return found


def is_own(name: str) -> bool:
    """Whether an experiment did not come with the program."""
    return not files("experiment")[name].is_relative_to(conf_folder())


def smoke(found: Sequence[Experiment]) -> dict[str, Experiment]:
    """Of every family the experiment that stands for it: marked so, or else its first with a quick form."""
    quick = sorted(
        (experiment for experiment in found if experiment.quick),
        key=lambda experiment: not (experiment.quick and experiment.quick.smoke),
    )
    return {experiment.family: experiment for experiment in reversed(quick)}
