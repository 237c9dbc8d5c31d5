"""Says in one line what is wrong with the words that were typed, before Hydra reads them and after it gave up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import yaml
from hydra.core.config_loader import ConfigLoader
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import ChoiceSweep, Glob, Override, QuotedString
from hydra.errors import HydraException, MissingConfigException
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import (
    InterpolationResolutionError,
    MissingMandatoryValue,
    OmegaConfBaseException,
    UnsupportedInterpolationType,
)

from inr_cli.config.choices import choices, groups
from inr_cli.config.errors import ConfigError, listing, near_option, near_path
from inr_cli.config.explain import show
from inr_cli.config.foreign import refuse_params
from inr_cli.config.words import as_typed

NAME = re.compile(r"(?!\d+$)\w[\w.-]*(/\w[\w.-]*)*")
"""What a choice may be called; a preset lies in a folder, `adam/fast`."""
EXTRAS = {"joblib": "local", "submitit_local": "slurm", "submitit_slurm": "slurm", "ray": "ray"}
"""What brings the launchers that Hydra itself has not."""
KEY = re.compile(r"[+~]{0,2}\w+([./]\w+)*(@\w+(\.\w+)*)?")
"""What Hydra's grammar can read left of a `=`."""


def read(words: Sequence[str], configs: ConfigLoader) -> list[Override]:
    """The words as Hydra's grammar has them. Raises `ConfigError` with the first that it cannot read."""
    parser = OverridesParser.create(config_loader=configs)
    return [_read(parser, word) for word in words]


def _read(parser: OverridesParser, word: str) -> Override:
    try:
        return parser.parse_overrides([word])[0]
    except (HydraException, ValueError, RecursionError) as error:  # the last two: endless digits, endless brackets
        raise ConfigError(
            f"{show(as_typed(word))}: cannot be read as key=value; put a value with special characters in quotes, "
            "for example \"image='a=b.jpg'\"."
        ) from error


@contextmanager
def one_line(words: Sequence[str], configs: ConfigLoader, name: str) -> Iterator[None]:
    """Refuse what no run has, and turn whatever Hydra, OmegaConf or the yaml reader raise into a `ConfigError`."""
    typed = [as_typed(word) for word in words]
    for word in typed:
        if "=" in word and not KEY.fullmatch(word.partition("=")[0]):
            raise ConfigError(_unknown(word, options(configs, words, name), configs))
    for override, word in zip(read(words, configs), typed, strict=True):
        _refuse(override, word, words, configs, name)
    try:
        yield
    except MissingConfigException as error:
        raise ConfigError(_missing(error, typed, configs)) from error
    except yaml.YAMLError as error:
        raise ConfigError(_yaml(error)) from error
    except MissingMandatoryValue as error:
        raise ConfigError(f"{error.full_key}: a value is needed.") from error
    except (InterpolationResolutionError, UnsupportedInterpolationType) as error:
        raise ConfigError(_unresolved(str(error.full_key), typed)) from error
    except RecursionError as error:
        deepest = max(typed, key=lambda word: len(re.findall(r"[\[{]", word)))
        raise ConfigError(f"{show(deepest)}: must have fewer brackets within brackets.") from error
    except (HydraException, OmegaConfBaseException) as error:
        known = options(configs, words, name)
        wrong = (_unknown(word, known, configs) for word in typed)
        line = next(filter(None, wrong), None) or _misfit(error, words, configs, name) or first_line(error)
        raise ConfigError(line) from error


def _refuse(override: Override, word: str, words: Sequence[str], configs: ConfigLoader, name: str) -> None:
    """Raise `ConfigError` for a word that Hydra knows and no run has, or that Hydra refuses in words of its own."""
    key, group = word.partition("=")[0], override.key_or_group
    refuse_params(key.lstrip("+~"))
    if not group.startswith(("hydra.", "hydra/")) and (re.search(r"^[+~]|@", key) or group == "hydra"):
        raise ConfigError(_unknown(word, options(configs, words, name), configs) or _prefixed(word))
    if (group in groups() or group.startswith("hydra/")) and not all(map(_is_name, _values(override))):
        known = {*choices(group), *configs.get_group_options(group)}
        raise ConfigError(f"{show(word)}: {key} takes a name; choose {listing(known)}.")


def _values(override: Override) -> list[Any]:
    value = override.value()
    return value.list if isinstance(value, ChoiceSweep) else [] if isinstance(value, Glob) else [value]


def _is_name(value: Any) -> bool:
    text = value.text if isinstance(value, QuotedString) else value
    return isinstance(text, str) and NAME.fullmatch(text) is not None


def _prefixed(word: str) -> str:
    key, _, value = word.lstrip("+~").partition("=")
    if word.startswith("~"):
        instead = show(f"{key}=null")
        return (
            f"{show(word)}: no option can be taken away; leave the word out, or type {instead} where null is allowed."
        )
    return f"{show(word)}: every option is there already; type {show(f'{key}={value}')}."


def _missing(error: MissingConfigException, typed: Sequence[str], configs: ConfigLoader) -> str:
    file = error.missing_cfg_file or ""
    # our groups hold presets in folders (experiment=first_look/siren), Hydra's hold groups (hydra/launcher=basic)
    launcher = file.removeprefix("hydra/launcher/")
    if launcher in EXTRAS:
        word = next((word for word in typed if word.startswith("cluster=")), f"hydra/launcher={launcher}")
        return f"{word}: Hydra's launcher for it is not installed; pip install 'inr-cli[{EXTRAS[launcher]}]'."
    group, _, choice = file.rpartition("/") if file.startswith("hydra/") else file.partition("/")
    known = sorted({*choices(group), *configs.get_group_options(group)}) if NAME.fullmatch(group) else []
    if not known or not choice:
        return f"{show(file)}: there is no such configuration."
    chosen = ((word.partition("=")[0], re.split(r"[='\", ]+", word)) for word in typed)
    option = next((key for key, values in chosen if choice in values), group)
    return f"{show(f'{option}={choice}')}: there is no such {group}; choose {listing(known)}.{near_path(choice, known)}"


def _yaml(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    place = f"{mark.name}:{mark.line + 1}: " if mark else ""
    return f"{place}not valid yaml: {getattr(error, 'problem', None) or first_line(error)}."


def _unresolved(key: str, typed: Sequence[str]) -> str:
    word = next((word for word in typed if word.startswith(f"{key}=")), key)
    return (
        f"{show(word)}: what ${{...}} stands for is not there; name another option, ${{seed}}, or a variable that is "
        "set, ${oc.env:HOME}."
    )


def _unknown(word: str, known: Sequence[str], configs: ConfigLoader) -> str | None:
    """The line about a word whose key is no option."""
    key = word.lstrip("+~").partition("=")[0]
    if key in known or (key.startswith("hydra/") and key.removeprefix("hydra/") in configs.list_groups("hydra")):
        return None
    return f"{show(word)}: there is no option {key}.{near_option(key, known) or ' See inr fit --help.'}"


def _misfit(error: Exception, words: Sequence[str], configs: ConfigLoader, name: str) -> str | None:
    """The line about a value that cannot even be put in its place: a mapping where a list is, for example."""
    found = re.fullmatch("Error merging override (.*)", str(error), re.DOTALL)
    if not found:
        return None
    key = found[1].lstrip("+~").partition("=")[0]
    usual = OmegaConf.select(_composed(configs, words, name), key)
    value = OmegaConf.to_container(usual) if OmegaConf.is_config(usual) else usual
    like = f"; it must be like {key}={show(value)}" if value is not None else ""
    return f"{show(as_typed(found[1]))}: does not fit there{like}."


def options(configs: ConfigLoader, words: Sequence[str] = (), name: str = "config") -> list[str]:
    """Every word that may stand left of a `=`: the groups, and all keys of the parts that `words` choose."""
    keys = _keys(OmegaConf.to_container(_composed(configs, words, name), resolve=False))
    known = {*configs.list_groups(""), *(key for key in keys if not key.endswith(".name"))}
    return sorted(known - {"hydra"})


def _composed(configs: ConfigLoader, words: Sequence[str], name: str) -> DictConfig:
    """The configuration with the parts that `words` choose and every number as it stands in their files."""
    chosen = [word for word in words if re.split("[=@]", word)[0] in configs.list_groups("")]
    try:
        return configs.load_configuration(name, chosen, run_mode=RunMode.RUN)
    except (HydraException, OmegaConfBaseException, ValueError):  # a choice is wrong as well: the defaults will do
        return configs.load_configuration(name, [], run_mode=RunMode.RUN)


def _keys(tree: Any, prefix: str = "") -> Iterator[str]:
    for key, value in tree.items():
        yield f"{prefix}{key}"
        if isinstance(value, dict):
            yield from _keys(value, f"{prefix}{key}.")


def first_line(error: Exception) -> str:
    """A foreign message in one line, cut to stay readable."""
    text = " ".join(str(error).split())
    return text if len(text) <= 240 else text[:237] + "..."
