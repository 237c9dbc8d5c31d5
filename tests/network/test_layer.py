import pytest
import torch
from torch.nn import functional

from inr_cli.network._layer import linear


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
