"""What it looks like when there is no memory left: each library says it in its own way."""

from __future__ import annotations

import torch


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an allocation failed: on a GPU, in PyTorch's own allocator for the CPU, or in NumPy's or Python's."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and "DefaultCPUAllocator: can't allocate memory" in str(error)
