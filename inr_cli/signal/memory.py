"""The process's memory: kept where it would be asked for again, and what it looks like when there is none left."""

from __future__ import annotations

from contextlib import suppress
from functools import cache

TO_BEGIN_WITH = "not enough memory; try a smaller size, or free some."
"""What to say where a command or a job did not get as far as to know what it needs the memory for."""

WORDS = (
    "DefaultCPUAllocator: can't allocate memory",
    "CUDA error: out of memory",
    "CUBLAS_STATUS_ALLOC_FAILED",
    "CUDNN_STATUS_ALLOC_FAILED",
)

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
"""What glibc's malloc.h calls them."""
LARGEST_BLOCK = 32 * 2**20
"""Bytes; glibc refuses a larger threshold, and returns what is larger at once."""
LARGEST_INT = 2**31 - 1


@cache
def keep_freed_memory() -> None:
    """Let glibc hand out freed blocks again and not return them: untouched pages cost more than what is done to them.

    Nothing puts this back, and nothing but memory that stays with the process depends on it.
    """
    import ctypes  # not before: every command imports this module, and few compute

    with suppress(OSError, AttributeError):  # another C library has other habits
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(M_MMAP_THRESHOLD, LARGEST_BLOCK)
        libc.mallopt(M_TRIM_THRESHOLD, LARGEST_INT)


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
