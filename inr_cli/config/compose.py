"""From words on the command line to checked root configurations, through Hydra, before anything is written.

Hydra's own `main` makes folders before our code is called, answers a typo with the advice to add the misspelt key,
and ends every error with code 1. So each job is composed here first, and a wrong word becomes one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from hydra._internal.config_loader_impl import ConfigLoaderImpl
from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra._internal.utils import create_config_search_path
from hydra.core.config_loader import ConfigLoader
from hydra.core.config_search_path import ConfigSearchPath, SearchPathQuery
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.errors import ConfigCompositionException, HydraException, MissingConfigException, OverrideParseException
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from inr_cli.config.choices import choices
from inr_cli.config.errors import ConfigError, listing, near, near_option
from inr_cli.config.foreign import refuse_code
from inr_cli.config.paths import conf_folder
from inr_cli.config.room import plugin_folders
from inr_cli.config.root import RunConfig, check_root
from inr_cli.config.words import prepare


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


def compose(overrides: Sequence[str], folders: Sequence[str] = (), name: str = "config") -> RunConfig:
    """One checked configuration. Raises `ConfigError`, one line that names the option."""
    [config] = compose_jobs(overrides, folders, name=name, sweep=False)
    return config


def compose_jobs(
    overrides: Sequence[str], folders: Sequence[str] = (), name: str = "config", sweep: bool = True
) -> list[RunConfig]:
    """A checked configuration per job of a sweep, split as Hydra's basic sweeper does."""
    configs = loader(tuple(folders))
    with one_line(overrides, configs, name):
        parsed = OverridesParser.create(config_loader=configs).parse_overrides(list(overrides))
        swept = [override.input_line for override in parsed if override.is_sweep_override()]
        if swept and not sweep:
            raise ConfigError(f"{swept[0]}: several values are a sweep, add -m; a value with a comma goes in quotes.")
        jobs = BasicSweeper.split_arguments(parsed, None)[0] if sweep else [list(overrides)]
        return [compose_one(configs, name, job) for job in jobs]


def combinations(words: Sequence[str], folders: Sequence[str] = ()) -> list[list[str]]:
    """The words of every job that words with several values stand for. Raises `ConfigError`."""
    configs = loader(tuple(folders))
    with one_line(words, configs, "config"):
        parsed = OverridesParser.create(config_loader=configs).parse_overrides(list(words))
        return BasicSweeper.split_arguments(parsed, None)[0]


def compose_one(configs: ConfigLoader, name: str, overrides: Sequence[str]) -> RunConfig:
    """The root-checked configuration of one job's words."""
    composed = _load(configs, name, with_variant(configs, name, overrides))
    refuse_code(OmegaConf.to_container(composed.hydra, resolve=False))  # type: ignore[arg-type]
    return check_root(as_data(composed))


def _load(configs: ConfigLoader, name: str, overrides: Sequence[str]) -> DictConfig:
    try:
        return configs.load_configuration(name, list(overrides), run_mode=RunMode.RUN)
    except ValueError as error:  # Hydra's word for `encoding=null`
        raise ConfigCompositionException(str(error)) from error


def with_variant(configs: ConfigLoader, name: str, overrides: Sequence[str]) -> list[str]:
    """The words with those that `variant=LABEL` stands for in front: they give way to what is typed."""
    chosen = dict(word.partition("=")[::2] for word in overrides)
    label = chosen.get("variant", "null")
    if label == "null":
        return list(overrides)
    experiment = [f"experiment={chosen['experiment']}"] if "experiment" in chosen else []
    section = as_data(_load(configs, name, experiment)).get("experiment") or {}
    variants = section.get("variants") or {}
    if label not in variants:
        have = f"choose {listing(variants)}.{near(label, variants)}" if variants else "it has none."
        raise ConfigError(f"variant={label}: no form of {' '.join(experiment) or 'a run without experiment='}; {have}")
    return [*prepare([*experiment, *variants[label]]), *overrides]


def as_data(composed: DictConfig) -> dict[str, Any]:
    """Hydra's tree as plain data without Hydra's own section, every interpolation resolved."""
    OmegaConf.set_struct(composed, False)
    composed.pop("hydra", None)
    data = OmegaConf.to_container(composed, resolve=True, throw_on_missing=True)
    assert isinstance(data, dict)
    return {str(key): value for key, value in data.items()}


def defaults(group: str, name: str) -> dict[str, Any]:
    """What the yaml of a part says of it, for parts chosen inside another. Raises `ConfigError`."""
    file, configs = f"{group}/{name}", loader()
    with one_line([], configs, file):
        return as_data(configs.load_configuration(file, [], run_mode=RunMode.RUN))[group]


def options(configs: ConfigLoader, overrides: Sequence[str] = (), name: str = "config") -> list[str]:
    """Every word that may stand left of a `=`: the groups, and all keys of the parts that `overrides` choose."""
    groups = configs.list_groups("")
    chosen = [word for word in overrides if word.partition("=")[0] in groups]
    try:
        composed = configs.load_configuration(name, chosen, run_mode=RunMode.RUN)
    except (HydraException, OmegaConfBaseException, ValueError):  # a choice is wrong as well: the defaults will do
        composed = configs.load_configuration(name, [], run_mode=RunMode.RUN)
    keys = _keys(OmegaConf.to_container(composed, resolve=False))
    return sorted({*groups, *(key for key in keys if not key.endswith(".name"))})


def _keys(tree: Any, prefix: str = "") -> Iterator[str]:
    for key, value in tree.items():
        yield f"{prefix}{key}"
        if isinstance(value, dict):
            yield from _keys(value, f"{prefix}{key}.")


@contextmanager
def one_line(overrides: Sequence[str], configs: ConfigLoader, name: str) -> Iterator[None]:
    """Turn whatever Hydra, OmegaConf or the yaml reader raise into a one-line `ConfigError`."""
    try:
        yield
    except OverrideParseException as error:
        raise ConfigError(
            f"{error.override}: cannot be read as key=value; put a value with special characters in quotes, "
            "for example \"image='a=b.jpg'\"."
        ) from error
    except MissingConfigException as error:
        raise ConfigError(_missing(error, configs)) from error
    except yaml.YAMLError as error:
        raise ConfigError(_yaml(error)) from error
    except (HydraException, OmegaConfBaseException) as error:
        wrong = _wrong_word(overrides, configs, name)
        raise ConfigError(wrong or first_line(error)) from error


def _missing(error: MissingConfigException, configs: ConfigLoader) -> str:
    file = error.missing_cfg_file or ""
    # our groups hold presets in folders (experiment=first_look/siren), Hydra's hold groups (hydra/launcher=basic)
    group, slash, choice = file.rpartition("/") if file.startswith("hydra/") else file.partition("/")
    if not slash:
        return f"{group}: there is no such configuration."
    known = sorted({*choices(group), *configs.get_group_options(group)})
    return f"{group}={choice}: there is no such {group}; choose {listing(known)}.{near(choice, known)}"


def _yaml(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    place = f"{mark.name}:{mark.line + 1}: " if mark else ""
    return f"{place}not valid yaml: {getattr(error, 'problem', None) or first_line(error)}."


def _wrong_word(overrides: Sequence[str], configs: ConfigLoader, name: str) -> str | None:
    """The first word with an unknown key, or with a group's value that is no name, explained."""
    known, groups = options(configs, overrides, name), configs.list_groups("")
    for word in overrides:
        key, _, value = word.lstrip("+~").partition("=")
        key = re.split("[@:]", key)[0]
        if key not in known and not key.startswith("hydra/"):
            return f"{word}: there is no option {key}.{near_option(key, known) or ' See inr fit --help.'}"
        if key in groups and not re.match("[A-Za-z]", value.removeprefix("null")):
            return f"{word}: {key} takes a name; choose {listing(choices(key))}."
    return None


def first_line(error: Exception) -> str:
    """The first line of a foreign message, cut to stay readable."""
    text = " ".join(str(error).split())
    return text if len(text) <= 240 else text[:237] + "..."
