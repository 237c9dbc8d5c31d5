import pytest

from inr_cli.bench.choices import GROUPS, Choice, brought, chosen, configuration, numbers
from inr_cli.config.errors import ConfigError


def test_no_words_are_every_choice_of_every_group() -> None:
    assert {choice.group for choice in chosen([])} == set(GROUPS)


def test_a_group_is_all_its_choices_and_a_choice_is_itself() -> None:
    assert [choice.name for choice in chosen(["mask"])] == ["coarse_to_fine", "none"]
    assert chosen(["mask=none", "loss=l1"]) == [Choice("mask", "none"), Choice("loss", "l1")]


@pytest.mark.parametrize(("word", "nearest"), [("encodin", "encoding"), ("encoding=gausian", "gaussian")])
def test_a_wrong_word_is_refused_with_the_nearest(word: str, nearest: str) -> None:
    with pytest.raises(ConfigError, match=f"Did you mean '{nearest}'"):
        chosen([word])


def test_numbers_are_the_parts_own_as_one_types_them() -> None:
    assert numbers(Choice("encoding", "gaussian")) == ["count=128", "scale=10"]
    assert numbers(Choice("activation", "relu")) == []
    assert "nesterov=false" in numbers(Choice("optimizer", "sgd"))
    assert "hidden_features=[64, 128, 512]" in numbers(Choice("network", "cnn"))


def test_a_long_text_is_cut_and_null_left_out() -> None:
    found = numbers(Choice("loss", "vgg"))
    assert "sha256=11aea017..." in found
    assert not [number for number in found if number.startswith("weights=")]


def test_what_a_word_brings_is_all_it_changes_elsewhere() -> None:
    assert brought(Choice("encoding", "gaussian")) == []
    assert brought(Choice("activation", "sine")) == ["init=siren"]
    assert brought(Choice("loss", "ssim")) == ["batch_size=full"]
    assert brought(Choice("loss", "bce")) == ["network.output=sigmoid"]
    assert brought(Choice("encoding", "hash_grid")) == ["optimizer.lr=0.01"]
    assert brought(Choice("network", "cnn")) == ["batch_size=full", "encoding=identity"]


@pytest.mark.parametrize(("word", "lr"), [("encoding=hash_grid", 1e-2), ("activation=sine_damped", 3e-4)])
def test_a_part_brings_the_steps_it_wants_to_adam_and_to_no_other_optimiser(word: str, lr: float) -> None:
    assert configuration(word).optimizer.model_dump()["lr"] == lr
    assert configuration(word, "optimizer.lr=0.5").optimizer.model_dump()["lr"] == 0.5
    assert configuration(word, "optimizer=lbfgs").optimizer == configuration("optimizer=lbfgs").optimizer
