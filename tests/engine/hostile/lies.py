"""Checkpoints with a right signature, and something wrong in what was signed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
import yaml
from forge import at, parts, replaced, signed, without, written

from inr_cli.config.paths import conf_folder
from inr_cli.engine.checkpoint import NAMED_FREELY, SCHEMA

CODE = "open('harm', 'w').close(); __import__('os').system('touch harm')"
POISON: list[Any] = [
    {"_target_": "os.system", "_args_": ["touch harm"]},
    {"_target_": "builtins.exec", "_args_": [CODE]},
    "${oc.env:HOME}",
    ["${oc.env:HOME}"],
    "!!python/object/apply:os.system ['touch harm']",
    [[[[]]]],
    {"": {}},
    10**30,
    -1,
    True,
]
"""What no field of a checkpoint may be; those that hold any text, or a switch, are left out where they are used."""


def texts(good: bytes) -> Iterator[bytes]:
    """JSON in the signed text that `json.dumps` never wrote."""
    meta, tensors = parts(good)
    text = json.dumps(meta)
    for other in ("", "[]", "3", "null", '"x"', "{", "{}", "NaN", "Infinity", text + text, text[:-1], f"[{text}]"):
        yield written(other, tensors)
    for key in ("step", "schema", "config"):
        yield written(text.replace(f'"{key}":', f'"{key}": 0, "{key}":', 1), tensors)
    for number in ("NaN", "Infinity", "-Infinity", "1e999", "1" * 5000, "0x1", "1.", "--1"):
        yield written(text.replace('"step": 3', f'"step": {number}', 1), tensors)
        yield written(text.replace('"seconds": 0.5', f'"seconds": {number}', 1), tensors)
    for opening, closing in (("[", "]"), ('{"list":[', "]}"), ('{"a":', "}"), ('{"dict":[[0,', "]]}")):
        for depth in (60, 900, 10**5):
            bomb = opening * depth + "0" + closing * depth
            for place in ('"state": ', '"step": ', '"config": '):
                yield written(text.replace(place, f'{place}{bomb}, {place[:-3]}_": ', 1), tensors)
            yield written(
                text.replace('"state": ', f'"state": {bomb}, "x": ', 1).replace(', "x":', ', "metrics_x":'), tensors
            )


def schemas(good: bytes) -> Iterator[bytes]:
    meta, tensors = parts(good)
    for schema in (
        SCHEMA + 1,
        10**6,
        10**30,
        0,
        -1,
        "x",
        str(SCHEMA),
        True,
        False,
        1.0,
        float(SCHEMA),
        None,
        [],
        {},
        [1],
    ):
        yield signed(meta | {"schema": schema}, tensors)
    yield signed({key: value for key, value in meta.items() if key != "schema"}, tensors)


def metas(good: bytes) -> Iterator[bytes]:
    """Every key of the text, of its picture and of its progress in turn: missing, poisoned, of another type."""
    meta, tensors = parts(good)
    for place in ((), ("picture",), ("progress",)):
        for key in at(meta, place):
            yield signed(without(meta, (*place, key)), tensors)
            for value in [*POISON, None, "", -1.5, "a" * 10**5, "\x1b]0;harm\a\n" * 9]:
                yield signed(replaced(meta, (*place, key), value), tensors)
        yield signed(replaced(meta, (*place, "_target_"), "os.system"), tensors)
        yield signed(replaced(meta, (*place, "a" * 10**5), 1), tensors)
        yield signed(replaced(meta, (*place, "\x1b[2J\r\n"), 1), tensors)


def configs(good: bytes) -> Iterator[bytes]:
    """Every option in turn."""
    meta, tensors = parts(good)
    config = meta["config"]
    groups = [key for key, value in config.items() if isinstance(value, dict)]
    for key in config:
        yield signed(without(meta, ("config", key)), tensors)
        for value in POISON[::2]:
            if key not in NAMED_FREELY or isinstance(value, dict):
                yield signed(replaced(meta, ("config", key), value), tensors)
    for group in groups:
        for name in (
            "os.system",
            "../loss/mse",
            "__init__",
            "inr_cli.loss.mse",
            "${oc.env:HOME}",
            "",
            None,
            ["mse"],
            "x" * 10**5,
        ):
            yield signed(replaced(meta, ("config", group, "name"), name), tensors)
        for key in ("_target_", "${oc.env:HOME}", "__class__", "_partial_", "a" * 10**5):
            yield signed(replaced(meta, ("config", group, key), "os.system"), tensors)
        for key, value in config[group].items():
            if value is not None:
                yield signed(without(meta, ("config", group, key)), tensors)
            for poison in POISON[::2]:
                yield signed(replaced(meta, ("config", group, key), poison), tensors)


def sizes(good: bytes) -> Iterator[bytes]:
    """Fields that would take all the memory there is: every encoding and network, of the largest pictures."""
    meta, tensors = parts(good)
    pictures = ({}, {"height": 65_535, "width": 65_535}, {"height": 1, "width": 65_535})
    for file in (file for room in ("encoding", "network") for file in sorted((conf_folder() / room).glob("*.yaml"))):
        small = _numbers(file)
        whole = [key for key, value in small.items() if type(value) is int]
        large = [small | dict.fromkeys(whole, number) for number in (24, 64, 256, 32_768, 65_536, 10**6, 10**9)]
        free = [small | {key: 256} for key, value in small.items() if value is None]
        for numbers in (small, *large, *free):
            for picture in pictures:
                changed = replaced(meta, ("config", file.parent.name), numbers) | {"picture": meta["picture"] | picture}
                if changed != meta:
                    yield signed(changed, tensors)
    for widths in ([65_536] * 257, [8] * 10**5, 7, 0, -1):
        yield signed(replaced(meta, ("config", "network", "hidden_features"), widths), tensors)
    for picture in ({"height": 0}, {"width": 65_536}, {"channels": 5}, {"channels": 1}, {"height": 10**30}):
        yield signed(meta | {"picture": meta["picture"] | picture}, tensors)
    nested: dict[str, Any] = {"weight": 1}
    for _ in range(200):
        nested = {"weight": 1, "terms": {"sum": nested}}
    yield signed(replaced(meta, ("config", "loss"), {"name": "sum", "terms": {"sum": nested}}), tensors)


def _numbers(file: Path) -> dict[str, Any]:
    """A part as its yaml describes it."""
    found = yaml.safe_load(file.read_text(encoding="utf-8"))
    numbers: dict[str, Any] = found.get(file.parent.name, found)
    return numbers | {"name": file.stem}


def weights(good: bytes) -> Iterator[bytes]:
    """Tensors of another shape, type or value, or too many or too few of them."""
    meta, tensors = parts(good)
    own = [name for name in tensors if name.startswith("model/")]
    for name in own:
        tensor = tensors[name]
        yield signed(meta, {other: value for other, value in tensors.items() if other != name})
        for other in (
            *(tensor.to(kind) for kind in (torch.float16, torch.bfloat16, torch.float64, torch.int32, torch.bool)),
            *(
                tensor.new_zeros(shape)
                for shape in ([0], [0, 2**40], [1], [*tensor.shape, 1], [1, *tensor.shape], [5, 5])
            ),
            *(torch.full_like(tensor, value) for value in (float("nan"), float("inf"), float("-inf"))),
            tensor.to(torch.complex64),
        ):
            yield signed(meta, tensors | {name: other})
    yield signed(meta, {})
    yield signed(meta, {name: tensors[name] for name in own})
    yield signed(meta, {name: tensor for name, tensor in tensors.items() if name not in own})
    yield signed(meta | {"progress": None}, tensors)


def states(good: bytes) -> Iterator[bytes]:
    """A training that is no tree, or one that names other tensors than there are."""
    meta, tensors = parts(good)
    count = sum(name.startswith("state/") for name in tensors)
    one = {"tensor": 0, "order": [0, 1]}
    for state in (
        *({"tensor": place, "order": []} for place in (-1, count, 10**30, True, 0.0, "0", None, [0])),
        *({"dict": [["a", one]] * times} for times in (1, 2, 10**4)),
        *({"list": [one] * times} for times in (1, 2, 10**4)),
        *({tag: ["os.system", "touch harm"]} for tag in ("object", "call", "__reduce__", "_target_", "set", "bytes")),
        *({"dict": pairs} for pairs in (3, "ab", [["a"]], [[[], 1]], [[{"list": []}, 1]], {"a": 1})),
        *(None, [], {}, 3, "x", one, {"list": {}}, {"float": "1e999"}, {"list": [], "dict": []}),
        {"dict": [["optimizer", {"dict": [["param_groups", {"list": [{"dict": []}] * 10**4}]]}]]},
    ):
        yield signed(replaced(meta, ("progress", "state"), state), tensors)
    for place in ("0", str(count - 1), "00000", str(count), str(count + 1)):
        kept = {name: value for name, value in tensors.items() if name != f"state/{count - 1}"}
        yield signed(
            meta, (kept if place in ("0", "00000") else tensors) | {f"state/{place}x"[: 6 + len(place)]: torch.zeros(1)}
        )
    yield signed(meta, {name: value for name, value in tensors.items() if name != "state/0"})
    yield signed(meta, tensors | {"state/0": tensors["state/0"].reshape(1, -1, 1)})


KINDS = [texts, schemas, metas, configs, sizes, weights, states]
