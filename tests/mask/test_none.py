import torch

from inr_cli.mask.none import None_


def test_it_leaves_the_features_alone() -> None:
    features = torch.randn(5, 3)
    mask = None_(None_.Spec(name="none"), None)
    mask.advance(0.1)
    assert mask(features) is features
