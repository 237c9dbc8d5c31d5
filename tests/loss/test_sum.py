from typing import Any

import numpy as np
import pytest
import torch
import yaml

from inr_cli.config.compose import compose
from inr_cli.config.errors import ConfigError
from inr_cli.config.paths import conf_folder
from inr_cli.config.root import plain
from inr_cli.engine.check import check
from inr_cli.loss import losses
from inr_cli.loss.bce import Bce
from inr_cli.loss.l1 import L1
from inr_cli.loss.mse import Mse
from inr_cli.loss.ssim import Ssim
from inr_cli.loss.sum import Sum

PREDICTION = np.random.default_rng(0).uniform(0.01, 0.99, (144, 3))
TARGET = np.random.default_rng(1).uniform(0, 1, (144, 3))
SQUARE = ((PREDICTION - TARGET) ** 2).mean()
ABSOLUTE = abs(PREDICTION - TARGET).mean()


def spec(terms: Any) -> Sum.Spec:
    typed = losses.spec({"name": "sum", "terms": terms})
    assert isinstance(typed, Sum.Spec)
    return typed


def loss(terms: Any) -> Sum:
    return Sum(spec(terms), (12, 12))


def value(made: Sum) -> float:
    return float(made(torch.from_numpy(PREDICTION), torch.from_numpy(TARGET)))


def terms_of(*words: str) -> Any:
    return plain(check(compose(["loss=sum", *words])))["loss"]["terms"]


# The sum


@pytest.mark.parametrize(("square", "absolute"), [(1, 0.5), (0.006, 3), (1e-6, 1e6)])
def test_it_is_the_weighted_sum(square: float, absolute: float) -> None:
    expected = square * SQUARE + absolute * ABSOLUTE
    assert value(loss({"mse": square, "l1": absolute})) == pytest.approx(expected, rel=1e-12)


def test_one_term_of_weight_one_is_that_loss() -> None:
    assert value(loss({"mse": 1})) == pytest.approx(SQUARE, rel=1e-12)


def test_a_term_may_bring_numbers_of_its_own() -> None:
    made = loss({"mse": 1, "huber": {"weight": 0.5, "delta": 1e6}, "charbonnier": {"weight": 2, "epsilon": 1e-9}})
    assert value(made) == pytest.approx(SQUARE * 1.25 + 2 * ABSOLUTE, rel=1e-6)


def test_a_sum_may_hold_a_sum() -> None:
    nested = loss({"mse": 1, "sum": {"weight": 2, "terms": {"mse": 1, "l1": 0.25}}})
    assert value(nested) == pytest.approx(3 * SQUARE + ABSOLUTE / 2, rel=1e-12)


def test_the_gradient_is_the_weighted_sum_of_gradients() -> None:
    prediction, target = torch.from_numpy(PREDICTION).requires_grad_(), torch.from_numpy(TARGET)
    (gradient,) = torch.autograd.grad(loss({"mse": 1, "l1": 0.5})(prediction, target), prediction)
    difference = PREDICTION - TARGET
    np.testing.assert_allclose(gradient.numpy(), (2 * difference + 0.5 * np.sign(difference)) / 432, rtol=1e-12)


def test_the_terms_of_the_last_call_are_told_apart_unweighted_and_detached() -> None:
    made = loss({"mse": 5, "l1": 0.1})
    assert made.terms() == {}
    made(torch.zeros(144, 3).requires_grad_(), torch.ones(144, 3))
    value(made)
    assert {name: float(term) for name, term in made.terms().items()} == pytest.approx({"mse": SQUARE, "l1": ABSOLUTE})
    made(torch.from_numpy(PREDICTION).requires_grad_(), torch.from_numpy(TARGET))
    assert not any(term.requires_grad for term in made.terms().values())


def test_a_single_loss_has_no_terms() -> None:
    made = losses.make(losses.spec({"name": "mse"}), (12, 12))
    made(torch.zeros(144, 3), torch.ones(144, 3))
    assert made.terms() == {}


@pytest.mark.parametrize(
    ("terms", "parts"),
    [
        ({"mse": 1}, {Mse}),
        ({"mse": 1, "bce": 1}, {Mse, Bce}),
        ({"mse": 1, "sum": {"weight": 1, "terms": {"l1": 1, "ssim": 1}}}, {Mse, L1, Ssim}),
    ],
)
def test_its_parts_are_those_of_its_terms(terms: Any, parts: set[type]) -> None:
    assert set(Sum.parts(spec(terms))) == parts


def test_a_single_loss_is_its_only_part() -> None:
    assert Mse.parts(losses.spec({"name": "mse"})) == (Mse,)


# The configuration


@pytest.mark.parametrize("terms", [{"mse": 1, "l1": 0.5}, {"huber": {"weight": 0.5, "delta": 0.1}, "ssim": 2}])
def test_what_was_checked_passes_again_unchanged(terms: Any) -> None:
    first = spec(terms)
    for again in (first.model_dump(), first.model_dump(mode="json")):
        assert losses.spec(again) == first
        assert hash(losses.spec(again)) == hash(first)


def test_the_default_terms_are_read() -> None:
    default = yaml.safe_load((conf_folder() / "loss" / "sum.yaml").read_text(encoding="utf-8"))["terms"]
    assert terms_of() == spec(default).model_dump()["terms"]
    assert len(terms_of()) > 1


@pytest.mark.parametrize(
    ("word", "terms"),
    [
        ("loss.terms={mse: 1, l1: 0.5}", {"mse": {"weight": 1}, "l1": {"weight": 0.5}}),
        ("loss.terms={bce: 2e-3}", {"bce": {"weight": 0.002}}),
        (
            "loss.terms={mse: 1, huber: {weight: 0.5, delta: 0.1}}",
            {"mse": {"weight": 1}, "huber": {"weight": 0.5, "delta": 0.1}},
        ),
    ],
)
def test_terms_typed_replace_the_default_ones(word: str, terms: Any) -> None:
    typed = losses.spec(compose(["loss=sum", word]).loss.model_dump())
    assert typed.model_dump()["terms"] == terms


def numbers(name: str) -> dict[str, Any]:
    """What a loss's yaml says of it, wherever the yaml stands in the configuration."""
    read = yaml.safe_load((conf_folder() / "loss" / f"{name}.yaml").read_text(encoding="utf-8"))
    return {key: value for key, value in read.get("loss", read).items() if key != "name"}


@pytest.mark.parametrize("name", losses.names())
def test_a_bare_weight_leaves_the_rest_to_the_yaml_of_that_loss(name: str) -> None:
    complete = {"weight": 0.5, **numbers(name)}
    assert spec({name: 0.5}) == spec({name: complete})
    assert spec({"mse": 1, name: 0.5}).model_dump(mode="json")["terms"][name].keys() == complete.keys()


def test_a_term_says_only_what_differs_from_the_yaml() -> None:
    given = {"weight": 0.006, "layers": ["relu1_2"], "size": 224}
    terms = terms_of("loss.terms={mse: 1, vgg: {weight: 0.006, layers: [relu1_2], size: 224}}", "batch_size=full")
    assert terms == {"mse": {"weight": 1}, "vgg": {**numbers("vgg"), **given}}


def test_a_term_that_needs_a_file_says_where_its_name_goes() -> None:
    with pytest.raises(ConfigError, match=r"vgg: \{weight: 0.006, weights: FILE\}"):
        loss({"mse": 1, "vgg": 0.006})


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"msee": 1}, "loss=msee: there is no such loss; choose .* Did you mean 'mse'?"),
        ({"mse": 0}, r"loss.terms.mse.weight=0: should be greater than 0"),
        ({"mse": -1}, r"loss.terms.mse.weight=-1: should be greater than 0"),
        ({"mse": None}, r"loss.terms.mse.weight=null: should be a valid number"),
        ({"mse": True}, r"loss.terms.mse.weight=true: must be a number"),
        ({"mse": {}}, r"loss.terms.mse.weight: a value is needed"),
        ({"mse": {"weight": 1, "delta": 2}}, r"loss.terms.mse.delta: there is no such option"),
        ({"huber": {"weight": 1, "delta": -2}}, r"loss.terms.huber.delta=-2: should be greater than 0"),
        ({"mse": 1, "vgg": {"weight": 1, "layer": "relu1_2"}}, r"loss.terms.vgg.layer: there is no such option"),
        ({}, "loss.terms={}: .* at least 1"),
        ([1], r"loss.terms=\[1\]: "),
        (3, r"loss.terms=3: "),
        ("mse: 1", "loss.terms=mse: 1: "),
    ],
    ids=str,
)
def test_what_is_no_sum_is_refused_in_one_line(terms: Any, message: str) -> None:
    with pytest.raises(ConfigError, match=f"^{message}") as refused:
        spec(terms)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 300
