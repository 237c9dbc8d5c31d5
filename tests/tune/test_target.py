from __future__ import annotations

from collections.abc import Callable

import pytest

from inr_cli.config.errors import ConfigError
from inr_cli.config.root import RunConfig
from inr_cli.tune.target import target_of

Configure = Callable[..., RunConfig]


@pytest.mark.parametrize(
    ("name", "words", "found", "rises"),
    [
        (None, [], "psnr", True),
        ("psnr", [], "psnr", True),
        ("ssim", [], "ssim", True),
        ("between_pixels", [], "between_pixels", True),
        ("loss", [], "loss", False),
        ("seconds", [], "seconds", False),
        ("parameters", [], "parameters", False),
        ("missed_2", ["task=bands"], "missed_2", False),
        (None, ["task=poisson"], "loss", False),
        (None, ["task=denoise"], "psnr", True),
    ],
)
def test_a_figure_is_known_and_which_way_is_better(
    name: str | None, words: list[str], found: str, rises: bool, configure: Configure
) -> None:
    assert target_of(name, configure(*words))[:2] == (found, rises)


@pytest.mark.parametrize(
    ("name", "words", "hidden"),
    [
        ("psnr_test", ["task=denoise"], "the clean picture, hidden"),
        ("ssim_test", ["task=inpaint"], "task=inpaint hides"),
        ("psnr_offset", ["task=poisson"], "task=poisson hides"),
        ("psnr", ["task=denoise"], None),
        ("psnr_train", ["task=inpaint"], None),
        ("loss", ["task=poisson"], None),
        ("between_pixels", [], None),
    ],
)
def test_a_choice_by_what_is_hidden_is_said(
    name: str, words: list[str], hidden: str | None, configure: Configure
) -> None:
    warning = target_of(name, configure(*words)).warning
    assert (warning is None) == (hidden is None)
    assert (hidden or "") in (warning or "")


@pytest.mark.parametrize(
    ("name", "words", "told"),
    [
        ("psnr_tset", ["task=denoise"], "Did you mean 'psnr_test'?"),
        ("psnr_test", [], "no such figure"),
        ("psnr", ["task=poisson"], "no such figure"),
        ("status", [], "no such figure"),
    ],
)
def test_no_such_figure_is_refused_with_the_nearest(
    name: str, words: list[str], told: str, configure: Configure
) -> None:
    with pytest.raises(ConfigError, match=f"^target={name}: ") as refused:
        target_of(name, configure(*words))
    assert told in str(refused.value)
