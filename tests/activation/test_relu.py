import torch

from inr_cli.activation.relu import Relu


def test_it_keeps_what_is_positive_and_nothing_else() -> None:
    part = Relu(Relu.Spec(name="relu"), False)
    z = torch.tensor([-3.0, -0.0, 0.0, 1e-30, 2.5])
    assert part(z).tolist() == [0.0, 0.0, 0.0, z[3].item(), 2.5]


def test_it_is_homogeneous() -> None:
    part = Relu(Relu.Spec(name="relu"), True)
    z = torch.randn(100, generator=torch.Generator().manual_seed(0))
    assert torch.equal(part(4 * z), 4 * part(z))
