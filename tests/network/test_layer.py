import pytest
import torch
from torch.nn import functional

from inr_cli.activation.relu import Relu
from inr_cli.network._layer import linear
from inr_cli.network.mlp import Mlp
from inr_cli.network.pixel_mlp import PixelMlp


@pytest.mark.parametrize("channels", [1, 3, 4, 7])
def test_a_narrow_layer_is_the_same_function_for_a_compiler(channels: int) -> None:
    random = torch.Generator().manual_seed(0)
    x = torch.randn(11, 5, dtype=torch.float64, generator=random)
    layer = linear(5, channels, is_complex=False).double()
    products: list[torch.fx.Graph] = []

    def seen(graph: torch.fx.GraphModule, _: object) -> torch.fx.GraphModule:
        products.append(graph.graph)
        return graph

    expected = functional.linear(x, layer.weight, layer.bias)
    assert torch.equal(layer(x), expected)
    torch.testing.assert_close(torch.compile(layer, backend=seen, fullgraph=True)(x), expected, rtol=0, atol=1e-14)
    [graph] = products
    assert any(node.target is functional.linear for node in graph.nodes) == (channels == 7)


@pytest.mark.parametrize("kind", [Mlp, PixelMlp])
@pytest.mark.parametrize(("count", "are_rounded"), [(2, False), (63, False), (64, True), (256, True)])
def test_mixed_precision_rounds_features_where_they_are_many(kind: type[Mlp], count: int, are_rounded: bool) -> None:
    numbers = {"hidden_features": 8, "parameters": None, "hidden_layers": 0, "output": "linear"}
    name = "mlp" if kind is Mlp else "pixel_mlp"
    network = kind(kind.Spec(name=name, **numbers), count, 3, lambda first: Relu(Relu.Spec(name="relu"), first))
    features = torch.rand(64, count, generator=torch.Generator().manual_seed(0)) * 2 - 1
    exact, rounded = network(features), network(features.bfloat16().float())
    with torch.autocast("cpu", dtype=torch.bfloat16):
        colours, colours_of_rounded = network(features), network(features.bfloat16().float())
    assert torch.equal(colours, colours_of_rounded) == are_rounded
    assert torch.equal(colours, exact) != are_rounded
    assert not torch.equal(exact, rounded)
