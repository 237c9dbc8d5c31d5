import os
import time

import pytest

from inr_cli.bench.turns import processes


class Counter:
    """Sleeps so many milliseconds per step."""

    def __init__(self, milliseconds: float) -> None:
        self.milliseconds, self.taken = milliseconds, list[int]()

    def steps(self, start: int, count: int) -> None:
        self.taken += range(start, start + count)
        time.sleep(count * self.milliseconds / 1000)

    def figures(self) -> dict[str, float]:
        return {"steps": sum(self.taken), "process": os.getpid()}


def test_each_trains_in_a_process_of_its_own_and_says_how_long_it_took() -> None:
    with processes((Counter, 1.0), (Counter, 40.0)) as (fast, slow):
        assert fast.steps(0, 3) < slow.steps(0, 3)
        fast.steps(3, 2)
        found, other = fast.figures(), slow.figures()
        alive = fast.process, slow.process
    assert (found["steps"], other["steps"]) == (0 + 1 + 2 + 3 + 4, 0 + 1 + 2)
    assert len({found["process"], other["process"], os.getpid()}) == 3
    assert not any(process.is_alive() for process in alive)


def test_one_that_cannot_begin_is_no_reason_to_wait() -> None:
    with pytest.raises((EOFError, ConnectionError)), processes((Counter,)) as (broken,):
        broken.steps(0, 1)
