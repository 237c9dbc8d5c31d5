import torch

from inr_cli.encoding.identity import Identity


def test_it_changes_nothing() -> None:
    part = Identity(Identity.Spec(name="identity"), (3, 4, 5), None)
    coords = torch.rand(2, 7, 3) * 2 - 1
    assert torch.equal(part(coords), coords)
    assert part.out_features == 3
    assert not part.state_dict()
