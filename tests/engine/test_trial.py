from collections.abc import Callable

import pytest

from inr_cli.config.errors import DivergedError, UserError
from inr_cli.config.root import RunConfig
from inr_cli.engine.trial import try_out


@pytest.mark.parametrize(
    "words", [[], ["encoding=hash_grid"], ["network=cnn", "network.hidden_features=[4]", "batch_size=full"]]
)
def test_what_works_says_nothing(words: list[str], configure: Callable[..., RunConfig]) -> None:
    try_out(configure(*words))


def test_what_diverges_says_so(configure: Callable[..., RunConfig]) -> None:
    with pytest.raises(DivergedError, match=r"lower optimizer\.lr"):
        try_out(configure("optimizer=sgd", "optimizer.lr=1e9"))


def test_what_lacks_a_file_says_which(configure: Callable[..., RunConfig], tmp_path: object) -> None:
    with pytest.raises(UserError, match=r"weights"):
        try_out(configure("loss=vgg", f"loss.weights={tmp_path}/none.safetensors", "batch_size=full"))
