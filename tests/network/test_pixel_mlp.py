import pytest
import torch

from inr_cli.activation.sine import Sine
from inr_cli.init.siren import Siren
from inr_cli.network.mlp import Mlp
from inr_cli.network.pixel_mlp import PixelMlp


def sine(first: bool) -> Sine:
    return Sine(Sine.Spec(name="sine", first_omega_0=30.0, hidden_omega_0=30.0), first)


@pytest.mark.parametrize("batch", [(), (7,), (4, 5)])
@pytest.mark.parametrize("output", ["linear", "sigmoid"])
@pytest.mark.parametrize("width", [32, [8, 32, 16]])
def test_it_is_the_mlp_with_the_same_values(batch: tuple[int, ...], output: str, width: int | list[int]) -> None:
    numbers = {"hidden_features": width, "parameters": None, "hidden_layers": 2, "output": output}
    dense = Mlp(Mlp.Spec(name="mlp", **numbers), 2, 3, sine)
    convolved = PixelMlp(PixelMlp.Spec(name="pixel_mlp", **numbers), 2, 3, sine)
    for network in (dense, convolved):
        network.initialise(Siren(Siren.Spec(name="siren")), torch.Generator().manual_seed(0))
    points = torch.rand(*batch, 2, generator=torch.Generator().manual_seed(1)) * 2 - 1
    # 1e-5: sums in another order, through phases of some 30 rad
    torch.testing.assert_close(convolved(points), dense(points), rtol=0, atol=1e-5)
    assert sum(p.numel() for p in convolved.parameters()) == sum(p.numel() for p in dense.parameters())
