import gc
from collections.abc import Iterator

import pytest

from inr_cli.cli.keeping import keeping_all


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_nothing_is_collected_inside_and_what_was_made_there_is_not_looked_at_again() -> None:
    with keeping_all():
        assert not gc.isenabled()
        made = [[] for _ in range(1000)]
    assert gc.isenabled()
    assert gc.get_freeze_count() >= len(made)
    assert not any(kept is one for one in gc.get_objects() for kept in made[:1])


def test_whatever_ends_it_the_search_goes_on() -> None:
    with pytest.raises(KeyError), keeping_all():
        raise KeyError
    assert gc.isenabled()
