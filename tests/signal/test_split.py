import numpy as np
import pytest
import torch

from inr_cli.config.errors import ConfigError
from inr_cli.signal.seed import generator
from inr_cli.signal.split import drawn, every, random_share


@pytest.mark.parametrize("shape", [(8, 8), (7, 10), (9, 5)])
@pytest.mark.parametrize(("k", "offset"), [(1, 0), (2, 0), (2, 1), (3, 1), (4, 3)])
def test_every_kth_pixel_of_every_kth_row(shape: tuple[int, int], k: int, offset: int) -> None:
    rows, columns = np.indices(shape)
    assert np.array_equal(every(shape, k, offset), (rows % k == offset) & (columns % k == offset))


def test_training_and_test_pixels_of_the_usual_split_are_apart() -> None:
    seen, held_back = every((9, 12), 2), every((9, 12), 2, offset=1)
    assert not (seen & held_back).any()
    assert seen.sum() == 5 * 6 and held_back.sum() == 4 * 6


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5, 1.0])
def test_a_random_share_is_exact(share: float) -> None:
    mask = random_share((20, 30), share, generator(0, "split"))
    assert mask.shape == (20, 30) and mask.dtype == bool
    assert mask.sum() == round(600 * share)


def test_a_random_share_depends_on_the_generator_alone() -> None:
    torch.manual_seed(1)
    first = random_share((20, 30), 0.3, generator(0, "split"))
    torch.manual_seed(2)
    assert np.array_equal(first, random_share((20, 30), 0.3, generator(0, "split")))
    assert not np.array_equal(first, random_share((20, 30), 0.3, generator(1, "split")))


def test_every_pixel_is_drawn_alike() -> None:
    random = generator(0, "split")
    often = sum(random_share((4, 5), 0.25, random).astype(int) for _ in range(2000))
    assert np.abs(often / 2000 - 0.25).max() < 5 * np.sqrt(0.25 * 0.75 / 2000)  # five standard deviations


def test_white_is_chosen_in_a_drawn_mask() -> None:
    mask = np.zeros((4, 6, 3), np.float32)
    mask[1:3, 2:5] = 1
    assert np.array_equal(drawn(mask, (4, 6)), mask[..., 0] == 1)


def test_a_mask_of_another_size_is_refused() -> None:
    with pytest.raises(ConfigError, match="the mask has 6 x 4 pixels and the picture 6 x 5; give a mask"):
        drawn(np.ones((4, 6, 1), np.float32), (5, 6))


def test_an_empty_choice_is_refused() -> None:
    with pytest.raises(ConfigError, match="none of 6 x 4 pixels; choose more"):
        drawn(np.zeros((4, 6, 1), np.float32), (4, 6))
    with pytest.raises(ConfigError, match=r"a share of 0\.001 leaves none of 6 x 4 pixels"):
        random_share((4, 6), 0.001, generator(0, "split"))
