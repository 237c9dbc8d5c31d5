import torch

from inr_cli.bench.layout import CASES, HEADER, Network, measure


def test_the_three_are_one_network_on_one_picture() -> None:
    losses = []
    for case in CASES:
        network = Network(case)
        colours = network.network(network.features)
        losses.append(float((colours - 0.25).square().mean().detach()))
        network.steps(0, 1)
        assert float((network.network(network.features) - 0.25).square().mean().detach()) < losses[-1]
    permuted = Network(list(CASES)[1]).features
    assert not permuted.is_contiguous()
    torch.testing.assert_close(torch.tensor(losses), torch.full((3,), losses[0]), rtol=1e-4, atol=0)


def test_each_is_compared_with_the_contiguous() -> None:
    rows = list(measure(1, 2))
    assert [row.case for row in rows] == list(CASES)
    assert rows[0].ratio == rows[0].ratio_low == rows[0].ratio_high == 1
    assert all(row.ratio_low <= row.ratio <= row.ratio_high and row.ms > 0 for row in rows)
    assert all(len(row.cells()) == len(HEADER) for row in rows)
