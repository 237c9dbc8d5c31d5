import pytest
import torch

from inr_cli.engine.batch import Batch

COORDS = torch.rand(10, 2, generator=torch.Generator().manual_seed(0))
TARGETS = torch.rand(10, 3, generator=torch.Generator().manual_seed(1))
WEIGHTS = torch.linspace(0.1, 3, 10)


def field(parameter: torch.Tensor, coords: torch.Tensor) -> torch.Tensor:
    return torch.sin(coords @ parameter)


def gradient(batch: Batch, loss: torch.nn.Module) -> tuple[torch.Tensor, torch.Tensor]:
    parameter = torch.ones(2, 3, requires_grad=True)
    colours = batch.weighted(lambda coords: field(parameter, coords))(batch.coords)
    loss(colours, batch.targets).backward()
    assert parameter.grad is not None
    return colours.detach(), parameter.grad


@pytest.mark.parametrize("loss", [torch.nn.MSELoss(), torch.nn.L1Loss(), torch.nn.HuberLoss()])
def test_the_gradient_is_that_of_the_weighted_loss_and_the_colours_are_as_they_were(loss: torch.nn.Module) -> None:
    colours, weighted = gradient(Batch(COORDS, TARGETS, WEIGHTS), loss)
    plain, _ = gradient(Batch(COORDS, TARGETS), loss)
    assert torch.equal(colours, plain)
    parameter = torch.ones(2, 3, requires_grad=True)
    each = type(loss)(reduction="none")(field(parameter, COORDS), TARGETS)
    (each * WEIGHTS[:, None]).mean().backward()
    torch.testing.assert_close(weighted, parameter.grad)


@pytest.mark.parametrize("weights", [None, WEIGHTS])
@pytest.mark.parametrize("count", [1, 3, 10])
def test_the_pieces_are_the_batch(count: int, weights: torch.Tensor | None) -> None:
    pieces = list(Batch(COORDS, TARGETS, weights).pieces(count))
    assert torch.equal(torch.cat([piece.coords for piece in pieces]), COORDS)
    assert torch.equal(torch.cat([piece.targets for piece in pieces]), TARGETS)
    whole = [piece.weights for piece in pieces if piece.weights is not None]
    assert (weights is None) == (not whole)
    assert weights is None or torch.equal(torch.cat(whole), weights)


@pytest.mark.parametrize("weights", [None, WEIGHTS])
@pytest.mark.parametrize("count", [1, 3, 10, 12])
def test_the_shares_are_the_batch_and_differ_by_one_sample_at_most(count: int, weights: torch.Tensor | None) -> None:
    shares = [Batch(COORDS, TARGETS, weights).share(rank, count) for rank in range(count)]
    assert torch.equal(torch.cat([share.coords for share in shares]), COORDS)
    assert torch.equal(torch.cat([share.targets for share in shares]), TARGETS)
    whole = [share.weights for share in shares if share.weights is not None]
    assert weights is None or torch.equal(torch.cat(whole), weights)
    sizes = [len(share.coords) for share in shares]
    assert max(sizes) - min(sizes) <= 1
    assert sizes[0] == max(sizes), "the first process is never without a sample"
