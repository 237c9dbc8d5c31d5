"""Nested plain data with tensors in it, as JSON beside a list of tensors: how an optimiser's state becomes a file."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

MAX_DEPTH = 50
"""No state is as deep; a file that is would exhaust the stack."""
MAX_INTEGER = 2**53
"""No state counts as far; a file that does would overflow somewhere."""


def flatten(data: Any, tensors: list[Tensor]) -> Any:
    """`data` as JSON, its tensors appended to `tensors` and named by their place there.

    Dictionaries keep their order and their keys' types, tuples stay tuples, and a tensor keeps the order in which its
    axes lie in memory: sums over it would have other last bits. Raises `TypeError` for anything that is
    not a dict, list, tuple, tensor, text, number up to `MAX_INTEGER`, bool or None: it would not come back as it was.
    """
    match data:
        case float() if not math.isfinite(data):
            return {"float": str(data)}
        case None | bool() | float() | str():
            return data
        case int() if abs(data) <= MAX_INTEGER:
            return data
        case Tensor():
            order = sorted(range(data.dim()), key=data.stride, reverse=True)
            tensors.append(data.detach().permute(order).to("cpu", copy=True).contiguous())
            return {"tensor": len(tensors) - 1, "order": order}
        case dict():
            return {"dict": [[flatten(key, tensors), flatten(value, tensors)] for key, value in data.items()]}
        case list() | tuple():
            return {type(data).__name__: [flatten(item, tensors) for item in data]}
    raise TypeError(f"{type(data).__name__}: no plain data")


def unflatten(node: Any, tensors: Sequence[Tensor]) -> Any:
    """What `flatten` was given. Raises `ValueError` for JSON that it never makes, or other tensors than it names."""
    waiting = list(enumerate(tensors))[::-1]
    data = _unflatten(node, waiting, 0)
    if waiting:
        raise ValueError("tensors that belong nowhere")
    return data


def _unflatten(node: Any, waiting: list[tuple[int, Tensor]], depth: int) -> Any:
    """`waiting` are the tensors yet to be named, each just once, the next one last."""
    if depth > MAX_DEPTH:
        raise ValueError("nested too deeply")

    def inner(item: Any) -> Any:
        return _unflatten(item, waiting, depth + 1)

    match node:
        case None | bool() | str():
            return node
        case int() if abs(node) <= MAX_INTEGER:
            return node
        case float() if math.isfinite(node):
            return node
        case {"tensor": int(place), "order": list(order), **rest} if not rest and waiting and place == waiting[-1][0]:
            return _turned(waiting.pop()[1], order)
        case {"float": "inf" | "-inf" | "nan" as text, **rest} if not rest:
            return float(text)
        case {"dict": list(pairs), **rest} if not rest and all(isinstance(p, list) and len(p) == 2 for p in pairs):
            table = {inner(key): inner(value) for key, value in pairs}
            if len(table) < len(pairs):
                raise ValueError("a key stands twice")
            return table
        case {"list": list(items), **rest} if not rest:
            return [inner(item) for item in items]
        case {"tuple": list(items), **rest} if not rest:
            return tuple(inner(item) for item in items)
    raise ValueError("not a state")


def _turned(tensor: Tensor, order: list[Any]) -> Tensor:
    """The tensor with its axes where they were before they were sorted into that order."""
    if sorted(order) != list(range(tensor.dim())):
        raise ValueError("a tensor's order is not one of its axes")
    return tensor.permute([order.index(axis) for axis in range(len(order))])


def moved(data: Any, like: Any) -> Any:
    """A copy of `data` with each tensor on the device of the one in its place in `like`, in its own type."""
    match data:
        case Tensor():
            return data.to(like.device, copy=True)
        case dict():
            return {key: moved(value, like[key]) for key, value in data.items()}
        case list() | tuple():
            return type(data)(map(moved, data, like))
    return data


def tensors_in(data: Any) -> Iterator[Tensor]:
    """Every tensor, in order."""
    match data:
        case Tensor():
            yield data
        case dict():
            for value in data.values():
                yield from tensors_in(value)
        case list() | tuple():
            for item in data:
                yield from tensors_in(item)


def is_finite(data: Any) -> bool:
    """Whether every number of every tensor is one. Waits once for each device."""
    found: dict[torch.device, list[Tensor]] = defaultdict(list)
    for tensor in tensors_in(data):
        found[tensor.device].append(tensor.isfinite().all())
    return all(bool(torch.stack(on_one).all()) for on_one in found.values())
