import pytest
import torch

from inr_cli.init.zero import Zero

INIT = Zero(Zero.Spec(name="zero"))


def test_weights_and_biases_are_zero(draw) -> None:
    layer = draw(INIT, "last")
    assert not layer.weight.any()
    assert not layer.bias.any()


@pytest.mark.parametrize(("words", "colour"), [([], 0.5), (["target_range=unit"], 0.0), (["loss=bce"], 0.5)])
def test_the_field_starts_as_the_middle_of_what_it_learns(begin, words: list[str], colour: float) -> None:
    assert (begin("init.last=zero", *words).look() == colour).all()


def test_the_layers_before_it_learn_from_the_second_step_on(begin) -> None:
    training = begin("init=zero")
    [hidden, *_] = [layer.weight for layer in training.field.network.layers]
    drawn = hidden.detach().clone()
    training.update(0)
    assert torch.equal(hidden, drawn)
    training.update(1)
    assert not torch.equal(hidden, drawn)


def test_as_a_preset_it_leaves_the_other_layers_to_another_scheme(begin) -> None:
    zero, torchs = begin("init=zero").field.state_dict(), begin("init=torch").field.state_dict()
    same = {name for name in zero if torch.equal(zero[name], torchs[name])}
    assert set(zero) - same == {"network.last.weight", "network.last.bias"}
