"""What the processes beside the first do: their share of every step, until it has no more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from inr_cli.config.errors import UserError
from inr_cli.engine.ranks import END, Ranks
from inr_cli.engine.stop import stopping
from inr_cli.engine.training import Training


@contextmanager
def together(training: Training) -> Iterator[Training]:
    """The training, in the process that leads it: the first, or the only one.

    The others never come inside: they help until the first leaves, and end with it, by `SystemExit`.
    """
    ranks = training.ranks
    if ranks is None:
        yield training
    elif ranks.rank == 0:
        try:
            yield training
        finally:
            with suppress(UserError):  # whoever does not hear it has ended before
                ranks.send(END)
    else:
        _help(training, ranks)
        raise SystemExit(0)


def _help(training: Training, ranks: Ranks) -> None:
    with stopping():  # it is the first process that is asked, too, and that decides at which step to end
        while (step := ranks.receive()) != END:
            training.contribute(step)
