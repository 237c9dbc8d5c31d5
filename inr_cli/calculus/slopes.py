"""Whether slopes are to be true ones: some published forms leave a factor out of their gradient on purpose."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import local


class _Mode(local):  # one per thread; torch.compile sees through it, through a ContextVar it does not
    true = False


_MODE = _Mode()


def slopes_are_true() -> bool:
    """Whether a part that takes something out of its gradient has to leave it in for now."""
    return _MODE.true


@contextmanager
def true_slopes() -> Iterator[None]:
    """A context in which the derivatives of every part are those of its values."""
    before, _MODE.true = _MODE.true, True
    try:
        yield
    finally:
        _MODE.true = before
