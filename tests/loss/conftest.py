from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode


class Copies(TorchDispatchMode):
    """Counts the tensors that are copied to another device or type."""

    count = 0

    def __torch_dispatch__(self, operation: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.count += operation is torch.ops.aten._to_copy.default
        return operation(*args, **(kwargs or {}))


@pytest.fixture
def copies() -> Callable[[Callable[[], object]], int]:
    """How many tensors a call copies to another device or type: on a GPU, the host would wait for each."""

    def counted(call: Callable[[], object]) -> int:
        with Copies() as seen:
            call()
        return seen.count

    return counted
