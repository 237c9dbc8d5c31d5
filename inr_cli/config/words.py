"""Rewrites the words a person types into words Hydra's grammar reads as meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from inr_cli.config.errors import ConfigError
from inr_cli.config.paths import at_home, existing_file

LENGTHS = ("steps", "epochs", "seconds")
"""How long to train: typing one switches the others off."""
PLAIN = re.compile(r"(?!(null|true|false|on|off|yes|no|inf|nan)$)[A-Za-z_][A-Za-z0-9_./-]*", re.IGNORECASE)
"""What Hydra reads as a text without quotes."""
SPECIAL = re.compile(r"['\"()\[\]{}$]")
"""Quotes already typed, or Hydra's own choice(), glob(), [..] and ${..}."""
ROLE = re.compile(r"^init\.(first|hidden|last)=(?!null$)(.*)")
"""A scheme for one role is a group of its own in Hydra's eyes."""
IMPLIED = ("steps=null", "epochs=null", "seconds=null", "scale=null")
"""What `prepare` may add, and nobody wants to read."""
NEED_OMEGA = ("siren", "siren_slide", "siren_weight_scaled", "finer")
BRINGS: dict[str, tuple[str, ...]] = {
    **{f"init={name}": ("activation=sine",) for name in NEED_OMEGA},
    "sampler=full": ("batch_size=full",),
    "init=fourier": ("network=perceptron", "encoding=lattice"),
    "init=lattice": ("activation=sine", "encoding=identity", "network.hidden_features=290"),
}
"""Choices that cannot stand beside a default. (Hydra lets an activation choose its init, but not the reverse.)"""

HOME = re.compile(r"~[A-Za-z0-9_.-]*(/|$)")
"""A home folder, and what is below it."""
BEYOND_HYDRA = re.compile(r"[^ -~]|[#!&;<>^`]")
"""What Hydra reads between quotes only."""


def as_typed(word: str) -> str:
    """The word as a person types it: `init@init.first=normal`, as Hydra wants it, is `init.first=normal`."""
    return re.sub(r"^init@(?=init\.(first|hidden|last)=)", "", word)


def typed(words: Iterable[str]) -> list[str]:
    """Words as a person reads them again, without those that `prepare` adds for others to be seen."""
    return [as_typed(word) for word in words if word not in IMPLIED]


def as_hydra(word: str) -> str:
    """The word as Hydra wants it: the reverse of `as_typed`."""
    return ROLE.sub(r"init@init.\1=\2", word)


def prepare(overrides: Sequence[str]) -> list[str]:
    """The words with files quoted, `~` expanded, and what they imply made explicit. Raises `ConfigError`."""
    for word in overrides:
        if named := re.match(r"(\w+)\.name=(.*)", word):
            raise ConfigError(f"{word}: a part is chosen with {named[1]}={named[2]}.")
    _one_width(overrides)
    words = [as_hydra(_quote_text(_at_home(_quote_image(word)))) for word in _experiments(overrides)]
    return words + _partners(words) + _lengths(words) + _scale(words) + _how_to_open(overrides)


def without(words: Sequence[str], typed: Sequence[str]) -> list[str]:
    """Those of the words that no typed one replaces, by the same key or by another length."""
    keys = {_key(word) for word in typed}
    return [word for word in words if _key(word) not in keys]


def _key(word: str) -> str:
    key = word.lstrip("+").partition("=")[0]
    return LENGTHS[0] if key in LENGTHS else key


def _partners(words: Sequence[str]) -> list[str]:
    partners = [partner for word in words for partner in BRINGS.get(word, ())]
    chosen = {word.partition("=")[0] for word in words}
    return [word for word in partners if not chosen & {word.partition("=")[0], "experiment"}]


def _lengths(words: Sequence[str]) -> list[str]:
    values = dict(word.lstrip("+").partition("=")[::2] for word in words)
    given = [length for length in LENGTHS if length in values]
    if sum(values[length] != "null" for length in given) > 1:
        typed = " ".join(f"{length}={values[length]}" for length in given)
        raise ConfigError(f"{typed}: one of steps, epochs and seconds decides how long to train; give one of them.")
    return [f"{length}=null" for length in LENGTHS if length not in given] if given else []


def _scale(words: Sequence[str]) -> list[str]:
    """`encoding.scale` typed switches off a root `scale` that came with an experiment."""
    typed = [word for word in words if word.startswith(("scale=", "encoding.scale="))]
    if len({word.partition("=")[0] for word in typed}) > 1:
        raise ConfigError(f"{' '.join(typed)}: both mean the encoding's scale; give one of them.")
    return ["scale=null"] if typed and typed[0].startswith("encoding.") else []


def _how_to_open(words: Sequence[str]) -> list[str]:
    """`dataset=file` where options of it are typed beside a file, which alone needs no dataset."""
    values = dict(word.partition("=")[::2] for word in words)
    asked = "dataset" not in values and any(key.startswith("dataset.") for key in values)
    image = values.get("image", "")
    is_file = existing_file(image) or all(existing_file(part) for part in image.split(","))
    return ["dataset=file"] if asked and is_file else []


def _one_width(words: Sequence[str]) -> None:
    """`network.parameters` decides the width: nobody else may."""
    typed = [word for word in words if re.match(r"network\.(hidden_features|parameters)=(?!null$)", word)]
    if len({word.partition("=")[0] for word in typed}) > 1:
        raise ConfigError(f"{' '.join(typed)}: both decide the network's width; give one of them.")


def _experiments(words: Sequence[str]) -> Sequence[str]:
    """Without `experiment=null`, which Hydra would not take, and whatever experiment stands before it."""
    nulls = [index for index, word in enumerate(words) if word == "experiment=null"]
    begin = nulls[-1] if nulls else -1
    return [word for index, word in enumerate(words) if index > begin or not word.startswith("experiment=")]


def _quote_text(word: str) -> str:
    """`out=dossier_été` -> `out='dossier_été'`, unless quotes, brackets or commas say that more is meant."""
    key, equals, value = word.partition("=")
    is_plain = equals and BEYOND_HYDRA.search(value) and not SPECIAL.search(value) and not re.search("[,=]", value)
    return f"{key}={quoted(value)}" if is_plain else word


def _at_home(word: str) -> str:
    """`out=~/runs` -> `out='/home/me/runs'`: no shell expands a `~` behind `=`, and Hydra knows none."""
    key, equals, value = word.partition("=")
    is_home = equals and HOME.match(value) and "," not in value and not SPECIAL.search(value)
    return f"{key}={quoted(at_home(value))}" if is_home else word


def _quote_image(word: str) -> str:
    """`image=photo(1).jpg` -> `image='photo(1).jpg'`: brackets, commas, spaces, `=` mean something to Hydra."""
    key, equals, value = word.partition("=")
    if key not in {"image", "+image", "++image"} or not equals:
        return word
    whole = existing_file(value)
    if whole is not None:
        return f"{key}={quoted(str(whole))}"
    files = {part: existing_file(part) for part in value.split(",")}
    if any(found is None and SPECIAL.search(part) for part, found in files.items()):
        return word
    parts = [str(found or part) for part, found in files.items()]
    return f"{key}=" + ",".join(part if PLAIN.fullmatch(part) else quoted(part) for part in parts)


def quoted(text: str) -> str:
    """The text between quotes, with what would end them or name another key escaped."""
    text = re.sub(r"(\\*)\$\{", r"\1\1\\${", text)
    escaped = re.sub(r"(\\*)'", r"\1\1\\'", text)
    trailing = re.search(r"\\*$", escaped)
    return f"'{escaped}{trailing.group() if trailing else ''}'"
