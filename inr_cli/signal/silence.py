"""What decoders of TIFF say beside their exceptions, kept off the terminal: a damaged picture is one line, ours."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

STDERR = 2  # the descriptor: libtiff is C and knows no sys.stderr


@contextmanager
def silence() -> Iterator[None]:
    """Inside it libtiff writes to nowhere and tifffile logs nothing. The whole process has no stderr that long."""
    log = logging.getLogger("tifffile")
    with ExitStack() as back:
        back.callback(log.setLevel, log.level)
        log.setLevel(logging.CRITICAL + 1)
        try:
            kept = os.dup(STDERR)
        except OSError:  # closed, so that nobody hears anything anyway
            yield
            return
        back.callback(os.close, kept)
        back.callback(os.dup2, kept, STDERR)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, STDERR)
        os.close(nowhere)
        yield
