from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from inr_cli.activation.relu import Relu
from inr_cli.activation.sine import Sine
from inr_cli.config.errors import ConfigError
from inr_cli.init.torch import Torch
from inr_cli.network import networks
from inr_cli.network.mlp import Mlp

ACTIVATIONS: dict[str, tuple[Callable[[bool], nn.Module], Callable[[np.ndarray, bool], np.ndarray]]] = {
    "relu": (lambda first: Relu(Relu.Spec(name="relu"), first), lambda z, first: np.maximum(z, 0)),
    "sine": (
        lambda first: Sine(Sine.Spec(name="sine", first_omega_0=7.0, hidden_omega_0=3.0), first),
        lambda z, first: np.sin((7.0 if first else 3.0) * z),
    ),
}


def mlp(width: int, hidden: int, output: str = "linear", kind: str = "relu", inputs: int = 5) -> Mlp:
    spec = Mlp.Spec(name="mlp", hidden_features=width, parameters=None, hidden_layers=hidden, output=output)
    network = Mlp(spec, inputs, 3, ACTIVATIONS[kind][0])
    network.initialise(Torch(Torch.Spec(name="torch")), torch.Generator().manual_seed(0))
    return network


def features(count: int = 50, inputs: int = 5) -> torch.Tensor:
    return torch.randn(count, inputs, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize(("hidden", "linear"), [(0, 2), (1, 3), (3, 5)])
def test_hidden_layers_counts_the_hidden_to_hidden_ones(hidden: int, linear: int) -> None:
    network = mlp(8, hidden)
    assert sum(isinstance(module, nn.Linear) for module in network.modules()) == linear
    assert sum(isinstance(module, Relu) for module in network.modules()) == hidden + 1


def test_a_list_gives_every_layer_its_own_width() -> None:
    spec = Mlp.Spec(name="mlp", hidden_features=[7, 4], parameters=None, hidden_layers=1, output="linear")
    network = Mlp(spec, 5, 3, ACTIVATIONS["relu"][0])
    assert [tuple(layer.weight.shape) for layer in [*network.layers, network.last]] == [(7, 5), (4, 7), (3, 4)]
    assert network(features()).shape == (50, 3)


def test_one_width_is_a_list_of_equal_ones() -> None:
    numbers = {"name": "mlp", "parameters": None, "hidden_layers": 2, "output": "linear"}
    assert Mlp.Spec(hidden_features=6, **numbers).widths == Mlp.Spec(hidden_features=[6, 6, 6], **numbers).widths


@pytest.mark.parametrize("network", ["mlp", "pixel_mlp"])
@pytest.mark.parametrize(("widths", "hidden"), [([7, 4], 2), ([7], 1), ([7, 4, 2], 0)])
def test_a_list_of_another_length_is_refused_in_one_line(network: str, widths: list[int], hidden: int) -> None:
    numbers = {"name": network, "parameters": None, "hidden_layers": hidden, "output": "linear"}
    with pytest.raises(
        ConfigError, match=rf"^network\.hidden_layers={hidden}: .*set it to {len(widths) - 1}"
    ) as caught:
        networks.spec({**numbers, "hidden_features": widths})
    assert "\n" not in str(caught.value)


@given(width=st.integers(1, 40), hidden=st.integers(0, 5), inputs=st.integers(1, 20))
def test_the_number_of_parameters_is_the_formula(width: int, hidden: int, inputs: int) -> None:
    count = sum(parameter.numel() for parameter in mlp(width, hidden, inputs=inputs).parameters())
    assert count == (inputs + 1) * width + hidden * (width + 1) * width + (width + 1) * 3


@pytest.mark.parametrize("kind", list(ACTIVATIONS))
@pytest.mark.parametrize("output", ["linear", "sigmoid"])
@pytest.mark.parametrize("hidden", [0, 1, 3])
def test_it_computes_the_textbook_formula(kind: str, output: str, hidden: int) -> None:
    network = mlp(16, hidden, output, kind)
    apply = ACTIVATIONS[kind][1]
    values = features().double().numpy()
    for index, layer in enumerate(network.layers):
        values = apply(values @ layer.weight.detach().double().numpy().T + layer.bias.detach().numpy(), index == 0)
    values = values @ network.last.weight.detach().double().numpy().T + network.last.bias.detach().numpy()
    expected = 1 / (1 + np.exp(-values)) if output == "sigmoid" else values
    np.testing.assert_allclose(network.double()(features().double()).detach().numpy(), expected, rtol=0, atol=1e-6)


def test_a_sigmoid_stays_between_0_and_1_and_a_linear_output_does_not() -> None:
    far = 20 * features(500)
    inside, free = mlp(16, 1, "sigmoid")(far), mlp(16, 1, "linear")(far)
    assert 0 < inside.min() < inside.max() < 1
    assert free.min() < 0
    assert free.max() > 1
    torch.testing.assert_close(inside, torch.sigmoid(free))


def test_any_batch_shape_will_do() -> None:
    network = mlp(16, 2)
    together = network(features(60)).unflatten(0, (3, 4, 5))
    torch.testing.assert_close(network(features(60).unflatten(0, (3, 4, 5))), together)


def test_roles_and_activations_reach_the_init_in_order() -> None:
    seen: list[tuple[str, int, bool]] = []

    class Watch(Torch):
        def __call__(self, layer: nn.Linear, role: str, activation: nn.Module, generator: torch.Generator) -> None:
            seen.append((role, layer.out_features, float(activation.omega_0) == 7.0))

    mlp(16, 2, kind="sine").initialise(Watch(Torch.Spec(name="torch")), torch.Generator())
    assert seen == [("first", 16, True), ("hidden", 16, False), ("hidden", 16, False), ("last", 3, False)]


@pytest.mark.parametrize("kind", list(ACTIVATIONS))
def test_mixed_precision_leaves_the_first_and_the_last_layer_alone(kind: str) -> None:
    network = mlp(16, 2, kind=kind)
    types: dict[str, torch.dtype] = {}
    for name, module in network.named_modules():
        if isinstance(module, nn.Linear):
            module.register_forward_hook(lambda _, inputs, result, name=name: types.update({name: result.dtype}))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        output = network(features())
    assert types == {
        "layers.0": torch.float32,
        "layers.1": torch.bfloat16,
        "layers.2": torch.bfloat16,
        "last": torch.float32,
    }
    assert output.dtype == torch.float32
    # two layers rounded to 8 bits, 2^-9 each
    torch.testing.assert_close(output, network(features()), rtol=0, atol=0.03)
