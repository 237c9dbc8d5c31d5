import os
import time

import pytest

from inr_cli.bench.turns import processes


class Counter:
    """Sleeps so many seconds at each turn."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.taken = seconds, list[int]()

    def steps(self, start: int, count: int) -> None:
        self.taken += range(start, start + count)
        time.sleep(self.seconds)

    def figures(self) -> dict[str, float]:
        return {"steps": sum(self.taken), "process": os.getpid()}


def test_each_trains_in_a_process_of_its_own_and_says_how_long_it_took() -> None:
    with processes((Counter, 0.01), (Counter, 0.0)) as (one, another):
        started = time.perf_counter()
        inside = one.steps(0, 3)
        assert 0.01 <= inside <= time.perf_counter() - started, "no sleep is too short, and no part more than the whole"
        one.steps(3, 2)
        another.steps(0, 3)
        found, other = one.figures(), another.figures()
        alive = one.process, another.process
    assert (found["steps"], other["steps"]) == (0 + 1 + 2 + 3 + 4, 0 + 1 + 2)
    assert len({found["process"], other["process"], os.getpid()}) == 3
    assert not any(process.is_alive() for process in alive)


def test_one_that_cannot_begin_is_no_reason_to_wait() -> None:
    with pytest.raises((EOFError, ConnectionError)), processes((Counter,)) as (broken,):
        broken.steps(0, 1)
