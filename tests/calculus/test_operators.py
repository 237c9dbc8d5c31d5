from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap

from inr_cli.calculus.operators import divergence, gradient, hessian_diagonal, laplacian

RANDOM = np.random.default_rng(0)
POINTS = torch.from_numpy(RANDOM.uniform(-1, 1, (40, 2)))
X, Y = POINTS.numpy().T


def polynomial(coords: Tensor) -> Tensor:
    x, y = coords.unbind(-1)
    return torch.stack([x**3 * y**2], dim=-1)


def sine(coords: Tensor) -> Tensor:
    x, y = coords.unbind(-1)
    return torch.stack([torch.sin(5 * x + 2 * y), torch.cos(3 * x) * y, (x**2 + y**2).exp()], dim=-1)


def product(coords: Tensor) -> Tensor:
    x, y = coords.unbind(-1)
    return torch.stack([torch.sin(x) * torch.cos(2 * y), x * y], dim=-1)


R = np.exp(X**2 + Y**2)
CASES = {  # values, d/dx, d/dy, second d/dx, second d/dy: a list of channels each
    polynomial: ([3 * X**2 * Y**2], [2 * X**3 * Y], [6 * X * Y**2], [2 * X**3]),
    sine: (
        [5 * np.cos(5 * X + 2 * Y), -3 * np.sin(3 * X) * Y, 2 * X * R],
        [2 * np.cos(5 * X + 2 * Y), np.cos(3 * X), 2 * Y * R],
        [-25 * np.sin(5 * X + 2 * Y), -9 * np.cos(3 * X) * Y, (2 + 4 * X**2) * R],
        [-4 * np.sin(5 * X + 2 * Y), 0 * X, (2 + 4 * Y**2) * R],
    ),
    product: (
        [np.cos(X) * np.cos(2 * Y), Y],
        [-2 * np.sin(X) * np.sin(2 * Y), X],
        [-np.sin(X) * np.cos(2 * Y), 0 * X],
        [-4 * np.sin(X) * np.cos(2 * Y), 0 * X],
    ),
}
each_case = pytest.mark.parametrize("field", CASES, ids=lambda field: field.__name__)


@each_case
def test_the_gradient_is_the_closed_form(field: Callable[[Tensor], Tensor]) -> None:
    by_x, by_y, _, _ = (np.stack(channels, axis=-1) for channels in CASES[field])
    np.testing.assert_allclose(gradient(field, POINTS), np.stack([by_x, by_y], axis=-1), atol=1e-12)


@each_case
def test_second_derivatives_are_the_closed_form(field: Callable[[Tensor], Tensor]) -> None:
    _, _, by_x, by_y = (np.stack(channels, axis=-1) for channels in CASES[field])
    np.testing.assert_allclose(hessian_diagonal(field, POINTS), np.stack([by_x, by_y], axis=-1), atol=1e-11)
    np.testing.assert_allclose(laplacian(field, POINTS), by_x + by_y, atol=1e-11)


def test_the_divergence_is_the_closed_form() -> None:
    expected = np.cos(X) * np.cos(2 * Y) + X
    np.testing.assert_allclose(divergence(product, POINTS), expected, atol=1e-12)


def test_the_divergence_of_the_gradient_is_the_laplacian() -> None:
    found = divergence(lambda points: gradient(polynomial, points)[..., 0, :], POINTS)
    torch.testing.assert_close(found, laplacian(polynomial, POINTS)[..., 0])


def test_a_divergence_needs_a_channel_per_axis() -> None:
    with pytest.raises(ValueError, match="3 channels over 2 axes has no divergence; give it 2 channels"):
        divergence(sine, POINTS)


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_both_routes_find_the_same_for_any_number_of_axes_and_channels(axes: int, channels: int) -> None:
    weight = torch.from_numpy(RANDOM.normal(size=(channels, axes)))
    points = torch.from_numpy(RANDOM.uniform(-1, 1, (9, axes)))
    phases = points.numpy() @ weight.numpy().T

    def waves(coords: Tensor) -> Tensor:
        return torch.sin(coords @ weight.T)

    first = np.cos(phases)[..., None] * weight.numpy()
    second = -np.sin(phases)[..., None] * weight.numpy() ** 2
    np.testing.assert_allclose(gradient(waves, points), first, atol=1e-13)
    np.testing.assert_allclose(hessian_diagonal(waves, points), second, atol=1e-13)


@pytest.mark.parametrize("operator", [gradient, hessian_diagonal, laplacian])
def test_channels_do_not_mix(operator: Callable) -> None:
    together = operator(sine, POINTS)
    for channel in range(3):
        alone = operator(lambda points, c=channel: sine(points)[..., c : c + 1], POINTS)
        torch.testing.assert_close(together[:, channel], alone[:, 0])


@pytest.mark.parametrize("operator", [gradient, hessian_diagonal, laplacian])
def test_it_takes_any_batch_and_a_single_point(operator: Callable) -> None:
    flat = operator(sine, POINTS)
    torch.testing.assert_close(operator(sine, POINTS.reshape(4, 2, 5, 2)).flatten(end_dim=2), flat)
    torch.testing.assert_close(operator(sine, POINTS[7]), flat[7])
    torch.testing.assert_close(torch.cat([operator(sine, part) for part in POINTS.split(16)]), flat)
    torch.testing.assert_close(vmap(lambda point: operator(sine, point))(POINTS), flat)


def siren(channels: int, seed: int = 0) -> nn.Sequential:
    class Sine(nn.Module):
        def forward(self, z: Tensor) -> Tensor:
            return torch.sin(5 * z)

    layers = [nn.Linear(2, 8), Sine(), nn.Linear(8, 8), Sine(), nn.Linear(8, channels)]
    generator = torch.Generator().manual_seed(seed)
    for layer in layers:
        for parameter in layer.parameters():
            nn.init.uniform_(parameter, -0.5, 0.5, generator=generator)
    return nn.Sequential(*layers).double()


@pytest.mark.parametrize("channels", [1, 3])
def test_it_is_the_central_difference(channels: int) -> None:
    field, h = siren(channels), 1e-4
    for axis in range(2):
        step = h * torch.eye(2, dtype=torch.float64)[axis]
        ahead, here, behind = (field(POINTS + shift).detach() for shift in (step, 0 * step, -step))
        first = gradient(field, POINTS)[..., axis]
        torch.testing.assert_close(first, (ahead - behind) / (2 * h), rtol=0, atol=1e-5)
        second = hessian_diagonal(field, POINTS)[..., axis]
        torch.testing.assert_close(second, (ahead - 2 * here + behind) / h**2, rtol=0, atol=1e-4)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("operator", [gradient, laplacian])
def test_it_can_be_trained_on(operator: Callable, channels: int) -> None:
    field, h = siren(channels), 1e-5
    target = torch.from_numpy(RANDOM.normal(size=operator(field, POINTS).shape))

    def loss(changed: dict[str, Tensor]) -> Tensor:
        return (operator(lambda points: functional_call(field, changed, (points,)), POINTS) - target).square().mean()

    (operator(field, POINTS) - target).square().mean().backward()
    for name, parameter in field.named_parameters():
        way = torch.from_numpy(RANDOM.normal(size=parameter.shape))
        ahead, behind = (loss({name: parameter.detach() + shift * way}).item() for shift in (h, -h))
        if parameter.grad is None:
            assert name == "4.bias"  # which no derivative can see
        else:
            slope = (parameter.grad * way).sum().item()
            assert slope == pytest.approx((ahead - behind) / (2 * h), rel=1e-5, abs=1e-6)


def test_stacked_members_are_differentiated_each_for_itself() -> None:
    members = [siren(3, seed) for seed in range(4)]
    stacked, _ = torch.func.stack_module_state(members)
    both = vmap(lambda state: laplacian(lambda points: functional_call(members[0], state, (points,)), POINTS))(stacked)
    torch.testing.assert_close(both, torch.stack([laplacian(member, POINTS) for member in members]))


@pytest.mark.parametrize("mode", [torch.no_grad, torch.enable_grad])
def test_it_needs_no_graph_around_it(mode: Callable) -> None:
    with mode():
        assert laplacian(siren(1), POINTS).requires_grad == torch.is_grad_enabled()


def test_mixed_precision_does_not_reach_it() -> None:
    field, points = siren(1).float(), POINTS.float()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        mixed = laplacian(field, points)
    assert torch.equal(mixed, laplacian(field, points))


@pytest.mark.parametrize("channels", [1, 3])
def test_what_is_piecewise_linear_has_no_second_derivative(channels: int) -> None:
    layers = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, channels)).double()
    assert not laplacian(layers, POINTS).any()
    assert gradient(layers, POINTS).any()


@pytest.mark.long
@pytest.mark.parametrize("channels", [1, 3])
def test_a_step_can_be_compiled_whole(channels: int) -> None:
    field = siren(channels)
    compiled = torch.compile(lambda points: laplacian(field, points), backend="eager", fullgraph=True)
    torch.testing.assert_close(compiled(POINTS), laplacian(field, POINTS))
