"""From words on the command line to checked root configurations, through Hydra, before anything is written.

Hydra's own `main` makes folders before our code is called, answers a typo with the advice to add the misspelt key,
and ends every error with code 1. So each job is composed here first, and a wrong word becomes one line.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from hydra._internal.config_loader_impl import ConfigLoaderImpl
from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra._internal.utils import create_config_search_path
from hydra.core.config_loader import ConfigLoader
from hydra.core.config_search_path import ConfigSearchPath, SearchPathQuery
from hydra.core.override_parser.types import Override
from hydra.errors import ConfigCompositionException
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf

from inr_cli.config.errors import ConfigError, listing, near
from inr_cli.config.explain import show
from inr_cli.config.foreign import refuse_code
from inr_cli.config.jobs import SweepSpec, refuse_cluster, refuse_jobs
from inr_cli.config.paths import conf_folder, existing_file
from inr_cli.config.room import plugin_folders
from inr_cli.config.root import PARTS, RunConfig, check_root
from inr_cli.config.words import as_typed, prepare
from inr_cli.config.wrong import one_line, read

MOST_JOBS = 100_000
VALUE = re.compile(r"(\w+)=|(?!hydra\.|experiment\.)\w+(\.\w+)+=")
"""A word that changes a value, unless it is one of the `CHOICES`."""
CHOICES = {*PARTS, "experiment", "variant", "cluster", "hydra"}


@cache
def loader(folders: tuple[str, ...] = ()) -> ConfigLoader:
    """Hydra's reader of `conf/`, of the user's own folders and of installed plug-ins, in that order of precedence."""
    return ConfigLoaderImpl(search_path(folders))


def search_path(folders: tuple[str, ...] = ()) -> ConfigSearchPath:
    """Where Hydra looks for configuration files."""
    places = create_config_search_path(str(conf_folder()))
    for folder in (*folders, *plugin_folders()):
        if not Path(folder).is_dir():
            raise ConfigError(f"--config-dir {folder}: there is no such folder.")
        places.prepend("user", f"file://{Path(folder).resolve()}", anchor=SearchPathQuery(provider="schema"))
    return places


def compose(
    overrides: Sequence[str], folders: Sequence[str] = (), name: str = "config", composer: Composer | None = None
) -> RunConfig:
    """One checked configuration. Raises `ConfigError`, one line that names the option.

    `composer` is one of the same folders and name, shared by configurations that have much in common.
    """
    [config] = compose_jobs(overrides, folders, name, sweep=False, composer=composer)
    return config


def compose_jobs(
    overrides: Sequence[str],
    folders: Sequence[str] = (),
    name: str = "config",
    sweep: bool = True,
    composer: Composer | None = None,
) -> list[RunConfig]:
    """A checked configuration per job of a sweep, split as Hydra's basic sweeper does."""
    configs = loader(tuple(folders))
    refuse_jobs(overrides)
    refuse_cluster(overrides, sweep)
    with one_line(overrides, configs, name):
        parsed = read(overrides, configs)
        swept = [as_typed(str(override.input_line)) for override in parsed if override.is_sweep_override()]
        if swept and not sweep:
            raise ConfigError(f"{swept[0]}: several values are a sweep, add -m; a value with a comma goes in quotes.")
        jobs = _combinations(parsed) if sweep else [list(overrides)]
        composed = composer or Composer(configs, name)
        return [composed(job) for job in jobs]


def combinations(words: Sequence[str], folders: Sequence[str] = ()) -> list[list[str]]:
    """The words of every job that words with several values stand for. Raises `ConfigError`."""
    configs = loader(tuple(folders))
    with one_line(words, configs, "config"):
        return _combinations(read(words, configs))


def _combinations(parsed: Sequence[Override]) -> list[list[str]]:
    """The words of every job, as Hydra's basic sweeper has them; counted before they are written out."""
    swept = [override for override in parsed if override.is_sweep_override()]
    typed = " ".join(as_typed(str(override.input_line)) for override in swept)
    jobs = math.prod(sum(1 for _ in islice(one.sweep_string_iterator(), MOST_JOBS + 1)) for one in swept)
    if jobs > MOST_JOBS:
        raise ConfigError(f"{typed}: stands for more than {MOST_JOBS} jobs, the most that a sweep can have.")
    if not jobs:
        raise ConfigError(f"{typed}: stands for no value at all, so there is nothing to run.")
    return BasicSweeper.split_arguments(list(parsed), None)[0]


def compose_one(configs: ConfigLoader, name: str, overrides: Sequence[str]) -> RunConfig:
    """The root-checked configuration of one job's words."""
    return Composer(configs, name)(overrides)


class Composer:
    """The root-checked configurations of jobs that have much in common.

    Hydra takes a fifth of a second for each choice of parts, so those of earlier jobs are remembered, and values that
    stand for themselves are put into their places here, as Hydra would. It does not see a file that changes meanwhile.
    """

    def __init__(self, configs: ConfigLoader, name: str) -> None:
        self.configs, self.name = configs, name
        self._chosen = cache(self._compose)
        self._parsed = cache(self._parse)

    def __call__(self, overrides: Sequence[str]) -> RunConfig:
        """The configuration of one job's words. Raises `ConfigError`, Hydra's and OmegaConf's errors."""
        words = self.words(overrides)
        plain = {word: place for word in words if (place := self._parsed(word))}
        data, is_plain = self._chosen(tuple(word for word in words if word not in plain))
        try:
            for keys, value in (plain[word] for word in words if word in plain):
                data = _put(data, keys, value)
        except LookupError:
            is_plain = False
        return check_root(_with_file(data if is_plain else self._compose(tuple(words))[0]))

    def words(self, overrides: Sequence[str]) -> list[str]:
        """The words with those that `variant=LABEL` stands for in front: they give way to what is typed."""
        chosen = dict(word.partition("=")[::2] for word in overrides)
        label = chosen.get("variant", "null")
        if label == "null":
            return list(overrides)
        experiment = [f"experiment={chosen['experiment']}"] if "experiment" in chosen else []
        section = self._chosen(tuple(experiment))[0].get("experiment") or {}
        variants = section.get("variants") or {}
        if label not in variants:
            have = (
                f"choose {listing(variants)}.{near(label, variants)}"
                if variants
                else "it has none, so leave variant= out."
            )
            form = " ".join(experiment) or "a run without experiment="
            raise ConfigError(f"{show(f'variant={label}')}: no form of {form}; {have}")
        return [*prepare([*experiment, *variants[label]]), *overrides]

    def _compose(self, words: tuple[str, ...]) -> tuple[dict[str, Any], bool]:
        """What Hydra makes of the words, and whether no value in it stands for another one."""
        composed = _load(self.configs, self.name, words)
        refuse_code(OmegaConf.to_container(composed.hydra, resolve=False))  # type: ignore[arg-type]
        data = as_data(composed)
        return data, data == OmegaConf.to_container(composed, resolve=False)

    def _parse(self, word: str) -> tuple[list[str], Any] | None:
        """Where a word puts which value, if it does no more than that."""
        key = VALUE.match(word)
        if key is None or key[1] in CHOICES:
            return None
        [override] = read([word], self.configs)
        stands_for_itself = not override.is_sweep_override() and "${" not in word and "???" not in word
        return (key[0][:-1].split("."), override.value()) if stands_for_itself else None


def _put(data: dict[str, Any], keys: Sequence[str], value: Any) -> dict[str, Any]:
    """The data with one value replaced. Raises `LookupError` if there is none, or a table, which Hydra would mix."""
    key, *rest = keys
    found = data[key]
    if rest and isinstance(found, dict):
        return data | {key: _put(found, rest, value)}
    if rest or isinstance(found, dict) or (isinstance(found, list) and not isinstance(value, list)):
        raise LookupError(key)
    return data | {key: value}


def _with_file(data: dict[str, Any]) -> dict[str, Any]:
    """The data with `dataset=file` in place of another where the image is a file, and what that says of opening one."""
    chosen = data.get("dataset")
    if not (isinstance(chosen, dict) and existing_file(str(data.get("image")))):
        return data
    own = defaults("dataset", "file")
    return data | {"dataset": {key: chosen.get(key, value) for key, value in own.items()} | {"name": own["name"]}}


def _load(configs: ConfigLoader, name: str, overrides: Sequence[str]) -> DictConfig:
    try:
        return configs.load_configuration(name, list(overrides), run_mode=RunMode.RUN)
    except (ValueError, KeyError, AssertionError) as error:  # as Hydra answers some values of its own options
        raise ConfigCompositionException(str(error)) from error


def as_data(composed: DictConfig) -> dict[str, Any]:
    """Hydra's tree as plain data without Hydra's own section and the sweep's words, every interpolation resolved."""
    OmegaConf.set_struct(composed, False)
    for key in ("hydra", *SweepSpec.model_fields):
        composed.pop(key, None)
    data = OmegaConf.to_container(composed, resolve=True, throw_on_missing=True)
    assert isinstance(data, dict)
    return {str(key): value for key, value in data.items()}


def defaults(group: str, name: str) -> dict[str, Any]:
    """What the yaml of a part says of it, for parts chosen inside another. Raises `ConfigError`."""
    file, configs = f"{group}/{name}", loader()
    with one_line([], configs, file):
        return as_data(configs.load_configuration(file, [], run_mode=RunMode.RUN))[group]
