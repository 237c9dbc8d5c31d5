import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor
from torch.nn import functional

from inr_cli.config.errors import ConfigError
from inr_cli.loss import losses
from inr_cli.loss.vgg import Vgg
from inr_cli.signal import vgg as networks

LAYERS = ["relu1_2", "relu2_2", "relu3_4", "relu4_4", "relu5_4"]
CONVOLUTIONS = {  # torchvision's numbers of features.N, with channels in and out
    0: (3, 64),
    2: (64, 64),
    5: (64, 128),
    7: (128, 128),
    10: (128, 256),
    **dict.fromkeys((12, 14, 16), (256, 256)),
    19: (256, 512),
    **dict.fromkeys((21, 23, 25, 28, 30, 32, 34), (512, 512)),
}
POOLINGS = (4, 9, 18, 27)
BEHIND = {3: "relu1_2", 8: "relu2_2", 17: "relu3_4", 26: "relu4_4", 35: "relu5_4"}


def random_weights(upto: int) -> dict[str, Tensor]:
    """He's init up to the convolution of that number, in half precision to stay small; the dense part is there too."""
    random = torch.Generator().manual_seed(0)
    weights = {"classifier.6.bias": torch.zeros(5)}
    for number, (channels, width) in CONVOLUTIONS.items():
        if number <= upto:
            noise = torch.randn(width, channels, 3, 3, generator=random) * (2 / (9 * channels)) ** 0.5
            weights[f"features.{number}.weight"] = noise.half()
            weights[f"features.{number}.bias"] = torch.randn(width, generator=random).half() / 10
    return weights


@pytest.fixture(scope="module")
def deep_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("vgg") / "deep.safetensors"
    save_file(random_weights(34), file)
    return file


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("vgg") / "shallow.safetensors"
    save_file(random_weights(7), file)
    return file


def vgg(weights: Path | None, shape: tuple[int, int] = (8, 10), **numbers: Any) -> Vgg:
    given = {"layers": LAYERS[:2], "size": None, "normalise": True, "sha256": None, **numbers}
    return Vgg(Vgg.Spec(name="vgg", weights=weights and str(weights), **given), shape)


def pair(shape: tuple[int, int], channels: int = 3) -> tuple[Tensor, Tensor]:
    random = torch.Generator().manual_seed(1)
    target, noise = torch.rand(2, shape[0] * shape[1], channels, generator=random)
    return target + 0.2 * (noise - 0.5), target


def by_hand(colours: Tensor, shape: tuple[int, int], weights: dict[str, Tensor], normalise: bool) -> dict[str, Tensor]:
    """The features behind each layer, one operation after the other."""
    features = torch.stack([colours[:, channel].reshape(shape) for channel in range(3)])[None]
    if normalise:
        mean, deviation = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
        features = (features - torch.tensor(mean)[:, None, None]) / torch.tensor(deviation)[:, None, None]
        features = features.float()
    found = {}
    for number in range(36):
        if f"features.{number}.weight" in weights:
            weight, bias = (weights[f"features.{number}.{kind}"].float() for kind in ("weight", "bias"))
            features = functional.conv2d(features, weight, bias, padding=1)
        elif number in POOLINGS:
            features = functional.max_pool2d(features, 2, 2)
        else:
            features = functional.relu(features)
        if number in BEHIND:
            found[BEHIND[number]] = features
    return found


# The network


def test_it_takes_the_published_names_and_shapes() -> None:
    with torch.device("meta"):
        found = {name: tuple(value.shape) for name, value in networks.Vgg(19, LAYERS).state_dict().items()}
    weights = {f"features.{n}.weight": (width, channels, 3, 3) for n, (channels, width) in CONVOLUTIONS.items()}
    biases = {f"features.{n}.bias": (width,) for n, (_, width) in CONVOLUTIONS.items()}
    assert found == weights | biases
    assert sum(np.prod(shape) for shape in found.values()) == 20_024_384  # the published count without the dense part


@pytest.mark.parametrize(("layer", "last"), [("relu1_2", 2), ("relu2_2", 7), ("relu4_4", 25), ("relu5_4", 34)])
def test_nothing_is_built_behind_the_deepest_layer(layer: str, last: int) -> None:
    with torch.device("meta"):
        network = networks.Vgg(19, [layer])
    assert {int(name.split(".")[1]) for name in network.state_dict()} == {n for n in CONVOLUTIONS if n <= last}


# The loss


@pytest.mark.parametrize(("layers", "normalise"), [(LAYERS, True), (["relu4_4", "relu1_2"], False)])
def test_it_is_the_sum_over_layers_of_mean_square_differences(
    layers: list[str], normalise: bool, deep_file: Path
) -> None:
    shape, weights = (16, 18), random_weights(34)
    prediction, target = pair(shape)
    expected = 0.0
    p, t = (by_hand(colours, shape, weights, normalise) for colours in (prediction, target))
    for layer in layers:
        expected += float(((p[layer] - t[layer]) ** 2).mean())
    loss = vgg(deep_file, shape, layers=layers, normalise=normalise)(prediction, target)
    assert float(loss) == pytest.approx(expected, rel=1e-4)


def test_it_is_zero_only_at_the_target(file: Path) -> None:
    prediction, target = pair((8, 10))
    assert vgg(file)(target.clone(), target) == 0
    assert vgg(file)(prediction, target) > 0


def test_every_pixel_is_pulled_and_no_weight_is(file: Path) -> None:
    prediction, target = pair((8, 10))
    loss = vgg(file)
    loss(prediction.requires_grad_(), target).backward()
    assert prediction.grad is not None
    assert prediction.grad.isfinite().all()
    assert prediction.grad.any(dim=1).all()
    assert all(not weight.requires_grad and weight.grad is None for weight in loss.network.parameters())


def test_the_gradient_at_the_target_is_zero(file: Path) -> None:
    prediction = pair((8, 10))[1].requires_grad_()
    vgg(file)(prediction, prediction.detach().clone()).backward()
    assert prediction.grad is not None
    assert not prediction.grad.any()


def test_a_grey_picture_is_seen_as_rgb_and_alpha_as_one_more(file: Path) -> None:
    prediction, target = pair((8, 10), channels=4)
    rgb, alpha = (slice(None), slice(3)), (slice(None), slice(3, 4))
    loss = vgg(file)
    coloured, grey = float(loss(prediction[rgb], target[rgb])), float(loss(prediction[alpha], target[alpha]))
    assert grey == pytest.approx(float(loss(prediction[alpha].expand(-1, 3), target[alpha].expand(-1, 3))), rel=1e-5)
    assert float(loss(prediction, target)) == pytest.approx((coloured + grey) / 2, rel=1e-5)
    two = torch.cat([prediction[alpha], prediction[alpha]], dim=1), torch.cat([target[alpha], target[alpha]], dim=1)
    assert float(loss(*two)) == pytest.approx(grey, rel=1e-5)


@pytest.mark.parametrize("factor", [2, 4])
def test_a_size_is_that_of_the_shortest_side(factor: int, file: Path) -> None:
    """A picture of one colour stays that when it is made larger."""
    colours = torch.tensor([[0.2, 0.5, 0.9]]), torch.tensor([[0.4, 0.4, 0.4]])
    small = vgg(file, (8, 10), size=8 * factor)(*(colour.expand(80, 3) for colour in colours))
    large = vgg(file, (8 * factor, 10 * factor))(*(colour.expand(80 * factor**2, 3) for colour in colours))
    assert float(small) == pytest.approx(float(large), rel=1e-5)


def test_a_new_target_is_looked_at_anew(file: Path) -> None:
    (prediction, first), loss = pair((8, 10)), vgg(file)
    values = [float(loss(prediction, target)) for target in (first, first, first + 0.1, first)]
    assert values[0] == values[1] == values[3] != values[2]


def test_float64_and_mixed_precision_are_not_rounded(file: Path) -> None:
    prediction, target = pair((8, 10))
    single = vgg(file)(prediction, target)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.equal(vgg(file)(prediction, target), single)
    double = vgg(file)(prediction.double(), target.double())
    assert double.dtype == torch.float64
    assert float(double) == pytest.approx(float(single), rel=1e-5)


def test_what_it_keeps_is_moved_once(file: Path, copies: Callable[[Callable[[], object]], int]) -> None:
    (prediction, target), loss = (colours.double() for colours in pair((8, 10))), vgg(file)
    assert copies(lambda: loss(prediction, target)) > 0
    assert copies(lambda: loss(prediction, target)) == 0


def test_it_takes_no_random_numbers(file: Path) -> None:
    before = torch.get_rng_state()
    vgg(file)
    assert torch.equal(before, torch.get_rng_state())


# The file


def refusal(*args: Any, **numbers: Any) -> str:
    with pytest.raises(ConfigError) as refused:
        vgg(*args, **numbers)
    message = str(refused.value)
    assert "\n" not in message
    return message


def test_without_weights_it_says_where_they_are() -> None:
    assert refusal(None).startswith("loss.weights=null: loss=vgg needs VGG19's weights as a file; download ")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "No such file" in refusal(tmp_path / "none.safetensors")


def test_a_file_that_is_no_safetensors_is_refused(tmp_path: Path) -> None:
    (tmp_path / "vgg19.pth").write_bytes(b"\x80\x02" * 100)
    assert "not VGG19 as safetensors" in refusal(tmp_path / "vgg19.pth")


def test_a_file_with_too_few_convolutions_is_refused(file: Path) -> None:
    assert "features.10.weight" in refusal(file, layers=["relu3_4"])


def test_a_file_with_other_shapes_is_refused(tmp_path: Path) -> None:
    weights = random_weights(7)
    weights["features.7.weight"] = weights["features.7.weight"][:, :64].clone()
    save_file(weights, tmp_path / "other.safetensors")
    assert "not VGG19 as safetensors" in refusal(tmp_path / "other.safetensors")


def test_the_sha256_decides_whether_it_is_the_file_meant(file: Path) -> None:
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    prediction, target = pair((8, 10))
    assert torch.equal(vgg(file, sha256=sha256)(prediction, target), vgg(file)(prediction, target))
    assert f"not the file that loss.sha256 names; copy it again, or give loss.sha256={sha256} " in refusal(
        file, sha256="0" * 64
    )


def test_the_path_is_made_absolute_where_there_is_a_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"name": "vgg", "layers": LAYERS, "size": None, "normalise": True, "sha256": None}
    monkeypatch.chdir(file.parent)
    assert losses.spec({**given, "weights": file.name}).weights == str(file.resolve())
    assert losses.spec({**given, "weights": "elsewhere.safetensors"}).weights == "elsewhere.safetensors"


# The picture and the numbers


@pytest.mark.parametrize(("layer", "least"), [("relu1_2", 1), ("relu2_2", 2), ("relu5_4", 16)])
def test_a_picture_of_which_the_poolings_leave_nothing_is_refused(layer: str, least: int, deep_file: Path) -> None:
    vgg(deep_file, (least, 20), layers=[layer])
    if least > 1:
        message = refusal(deep_file, (20, least - 1), layers=[layer])
        assert f"need sides of {least} pixels or more, this picture is {least - 1}x20" in message
        vgg(deep_file, (20, least - 1), layers=[layer], size=16)


@pytest.mark.parametrize(
    "numbers",
    [{"layers": []}, {"layers": ["relu1_1"]}, {"size": 15}, {"size": 5000}, {"sha256": "abc"}, {"normalise": "maybe"}],
    ids=str,
)
def test_numbers_outside_their_range_are_refused(numbers: dict[str, Any]) -> None:
    given = {"layers": LAYERS, "size": None, "normalise": True, "weights": None, "sha256": None, **numbers}
    (name,) = numbers
    with pytest.raises(ConfigError, match=f"loss.{name}") as refused:
        losses.spec({"name": "vgg", **given})
    assert "\n" not in str(refused.value)
