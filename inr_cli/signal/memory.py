"""What it looks like when there is no memory left: each library says it in its own way."""

from __future__ import annotations

TO_BEGIN_WITH = "not enough memory; try a smaller size, or free some."
"""What to say where a command or a job did not get as far as to know what it needs the memory for."""

WORDS = (
    "DefaultCPUAllocator: can't allocate memory",
    "CUDA error: out of memory",
    "CUBLAS_STATUS_ALLOC_FAILED",
    "CUDNN_STATUS_ALLOC_FAILED",
)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an allocation failed: on a GPU, in PyTorch's own allocator for the CPU, or in NumPy's or Python's.

    So it did, too, where a library could not be mapped that was being imported.
    """
    if isinstance(error, MemoryError | ImportError):
        return isinstance(error, MemoryError) or "map segment" in str(error)
    import torch  # not before: it may be what is being imported

    if isinstance(error, torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(word in str(error) for word in WORDS)
