"""An optimiser's state, put back to the last bit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from inr_cli.engine.tree import moved

COUNTED = ("step",)
"""What some optimisers count in a group of parameters."""
LARGEST = 1e9
"""Beyond which no option of an optimiser is meant."""


def put_back(optimizer: torch.optim.Optimizer, built: Sequence[dict[str, Any]], state: dict[str, Any]) -> None:
    """Load what `state_dict` gave; PyTorch alone would cast all of it to the parameters' type.

    `built` are the options of the groups as they were built. Raises `ValueError` for the state of another optimiser.
    """
    groups = zip(built, state["param_groups"], strict=True)
    if not all(_is_as_built(ours, theirs) for ours, theirs in groups):
        raise ValueError("the optimiser's state is of another optimiser, or another version of it")
    optimizer.load_state_dict(state)
    own = optimizer.state_dict()["state"]  # on the right devices
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    for place, parameter in enumerate(parameters):
        if place in own:
            optimizer.state[parameter] = moved(state["state"][place], own[place])


def growth(optimizer: torch.optim.Optimizer, steps: int) -> tuple[int, int]:
    """The tensors that an optimiser's state may gain in so many steps, and about how many bytes.

    Only L-BFGS' grows: two vectors and two numbers for each pair (s, y), of which one iteration makes one, and with the
    first pair the scale of its first guess of H becomes a tensor.
    """
    pairs, scales, size = 0, 0, 0
    for group in optimizer.param_groups:
        if "history_size" in group:
            known = optimizer.state.get(group["params"][0], {})
            more = min(group["history_size"] - len(known.get("old_dirs", ())), steps * group["max_iter"])
            pairs += more
            scales += not known.get("old_dirs")
            size += 2 * more * sum(parameter.nbytes for parameter in group["params"])
    return 4 * pairs + scales, size


def _is_as_built(ours: dict[str, Any], theirs: dict[str, Any]) -> bool:
    """Whether a group of an optimiser holds what it was built with: real numbers may move, and steps are counted."""

    def is_like(mine: Any, other: Any) -> bool:
        return mine == other or (isinstance(mine, float) and isinstance(other, float) and 0 <= other <= LARGEST)

    return all(is_like(value, theirs[key]) for key, value in ours.items() if key not in COUNTED)
