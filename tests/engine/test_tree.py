"""A training's state, as JSON beside a list of tensors, and back."""

import json
import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from inr_cli.config.root import RunConfig
from inr_cli.engine.training import Training
from inr_cli.engine.tree import MAX_DEPTH, MAX_INTEGER, flatten, is_finite, moved, unflatten
from inr_cli.optimizer import optimizers

Begin = Callable[..., Training]
MATRIX = torch.arange(6.0).reshape(2, 3)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-MAX_INTEGER, MAX_INTEGER)
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(
        [MATRIX, MATRIX.T, torch.tensor(3), torch.zeros(0, 4), torch.zeros(2, 3, 4).permute(2, 0, 1), MATRIX.bool()]
    )
)
KEYS = st.text(max_size=3) | st.integers(-9, 9) | st.tuples(st.integers(0, 3), st.text(max_size=2))
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.lists(inner, max_size=4).map(tuple) | st.dictionaries(KEYS, inner, max_size=4)
    ),
    max_leaves=20,
)


def same(one: Any, other: Any) -> bool:
    """Equal in value, type, order and, for tensors, in the order of their axes in memory."""
    if type(one) is not type(other):
        return False
    match one:
        case Tensor():
            return one.dtype == other.dtype and one.stride() == other.stride() and torch.equal(one, other)
        case dict():
            return same([*one.items()], [*other.items()])
        case list() | tuple():
            return len(one) == len(other) and all(map(same, one, other))
        case float():
            return one == other or (math.isnan(one) and math.isnan(other))
    return bool(one == other)


def through_json(data: Any) -> tuple[Any, list[Tensor]]:
    tensors: list[Tensor] = []
    return json.loads(json.dumps(flatten(data, tensors), allow_nan=False)), tensors


@settings(max_examples=300)
@given(TREES)
def test_a_tree_comes_back_as_it_was(tree: Any) -> None:
    assert same(unflatten(*through_json(tree)), tree)


@pytest.mark.parametrize("name", optimizers.names())
def test_the_state_of_every_optimiser_comes_back_as_it_was(
    name: str, begin: Begin, configure: Callable[..., RunConfig]
) -> None:
    training = begin(f"optimizer={name}", "batch_size=full", "size=8", "network.hidden_features=8")
    for step in range(3):
        training.update(step)
    assert same(unflatten(*through_json(training.state())), training.state())


@pytest.mark.parametrize(
    "data",
    [object(), {1, 2}, b"bytes", 1j, torch.float32, [range(3)], {"a": {"b": print}}, MAX_INTEGER + 1, -(10**400)],
    ids=lambda data: type(data).__name__,
)
def test_what_would_not_come_back_is_not_written(data: Any) -> None:
    with pytest.raises(TypeError):
        flatten(data, [])


def nested(depth: int, node: Any = 0) -> Any:
    for _ in range(depth):
        node = {"list": [node]}
    return node


TWO = [torch.zeros(2), MATRIX]
FIRST, SECOND = {"tensor": 0, "order": [0]}, {"tensor": 1, "order": [0, 1]}


@pytest.mark.parametrize(
    ("node", "tensors"),
    [
        (SECOND, TWO),  # not in its turn
        (FIRST, TWO),  # the second belongs nowhere
        ({"list": [FIRST, FIRST]}, TWO),  # one tensor in two places
        ({"list": [FIRST, SECOND, {"tensor": 2, "order": []}]}, TWO),  # there is no third
        ({"tensor": -1, "order": [0]}, TWO[:1]),
        ({"tensor": 0.0, "order": [0]}, TWO[:1]),
        ({"tensor": "0", "order": [0]}, TWO[:1]),
        ({"tensor": 10**30, "order": [0]}, TWO[:1]),
        ({"tensor": 0}, TWO[:1]),
        ({"tensor": 0, "order": [0], "device": "cuda"}, TWO[:1]),
        ({"tensor": 0, "order": []}, TWO[:1]),
        ({"tensor": 0, "order": [1]}, TWO[:1]),
        ({"tensor": 0, "order": [0, 0]}, [MATRIX]),
        ({"tensor": 0, "order": ["0"]}, TWO[:1]),
        ({"tensor": 0, "order": [None]}, TWO[:1]),
        ({"tensor": 0, "order": {"0": 0}}, TWO[:1]),
        ({"float": "1e9"}, []),
        ({"float": "Infinity"}, []),
        ({"float": "inf", "more": 1}, []),
        (math.inf, []),
        (math.nan, []),
        (MAX_INTEGER + 1, []),
        ([], []),
        ({}, []),
        ({"object": "os.system"}, []),
        ({"set": []}, []),
        ({"_target_": "os.system"}, []),
        ({"list": 3}, []),
        ({"list": {"0": 1}}, []),
        ({"list": [], "tuple": []}, []),
        ({"dict": {"a": 1}}, []),
        ({"dict": [["a"]]}, []),
        ({"dict": [["a", 1, 2]]}, []),
        ({"dict": [["a", 1], ["a", 2]]}, []),  # a key twice
        ({"dict": [[1, 1], [True, 2]]}, []),  # to Python the same key
        ({"dict": [[{"list": []}, 1]]}, []),  # no key at all
        (nested(MAX_DEPTH + 1), []),
        (nested(900), []),
    ],
)
def test_json_that_is_never_written_is_refused(node: Any, tensors: list[Tensor]) -> None:
    with pytest.raises((ValueError, TypeError)):
        unflatten(node, tensors)


def test_the_deepest_tree_is_read() -> None:
    assert unflatten(nested(MAX_DEPTH), []) is not None


def test_what_is_moved_is_a_copy_of_its_own_type() -> None:
    data = {"a": [torch.zeros(2, dtype=torch.float64)], "b": (MATRIX.T, 3, None)}
    like = {"a": [torch.ones(2)], "b": (MATRIX.T, 4, None)}
    copy = moved(data, like)
    assert same(copy, data)
    copy["a"][0].fill_(9)
    assert data["a"][0].eq(0).all()


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_one_bad_number_is_found_anywhere(bad: float) -> None:
    wrong = MATRIX.clone()
    wrong[1, 2] = bad
    assert is_finite({"a": [MATRIX, (torch.tensor(3), None, bad)]})  # an optimiser's own limit may be infinite
    assert not is_finite({"a": [MATRIX, (wrong,)]})
