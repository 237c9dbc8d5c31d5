from itertools import product

import pytest

from inr_cli.signal.lattice import half_count, half_lattice


@pytest.mark.parametrize("limits", [(0,), (5,), (3, 3), (4, 1), (0, 2), (2, 1, 2)])
def test_one_of_each_pair_of_opposite_frequencies_is_there(limits: tuple[int, ...]) -> None:
    rows = [tuple(map(int, row)) for row in half_lattice(limits).tolist()]
    everything = list(product(*[range(-limit, limit + 1) for limit in limits]))
    expected = [n for n in everything if next((part for part in n if part), 1) > 0]
    assert rows == expected
    assert rows[0] == (0,) * len(limits)
    assert len(rows) == half_count(limits)
    assert set(rows) | {tuple(-part for part in n) for n in rows} == set(everything)
