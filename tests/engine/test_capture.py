from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from inr_cli.config.compose import compose
from inr_cli.config.errors import ConfigError
from inr_cli.config.root import RunConfig
from inr_cli.config.words import prepare
from inr_cli.engine import capture
from inr_cli.engine.capture import compiled, is_worth_compiling, rows_at_once
from inr_cli.engine.check import check
from inr_cli.engine.resume import recorded
from inr_cli.engine.train import train
from inr_cli.engine.training import Training

Begin = Callable[..., Training]
CPU, CUDA = torch.device("cpu"), torch.device("cuda")


@pytest.mark.parametrize(("width", "rows"), [(64, 16_384), (256, 4096), (300, 2048), (1024, 1024), (8192, 512)])
def test_a_layers_values_stay_within_the_cache_in_pieces_that_are_worth_a_pass_over_the_weights(
    width: int, rows: int, begin: Begin, configure: Callable[..., RunConfig]
) -> None:
    config = configure(f"network.hidden_features={width}", "encoding.count=4", "micro_batch=auto")
    field = begin(f"network.hidden_features={width}", "encoding.count=4").field
    assert rows_at_once(config, field, CPU) == rows
    assert rows_at_once(config, field, CUDA) is None
    assert rows_at_once(configure("micro_batch=null"), field, CPU) is None
    assert rows_at_once(configure("micro_batch=17"), field, CUDA) == 17


@pytest.mark.parametrize("micro_batch", [1, 7, 64, 1000])
@pytest.mark.parametrize("task", ["fit", "poisson"])
def test_the_gradient_of_the_pieces_is_that_of_the_batch(micro_batch: int, task: str, begin: Begin) -> None:
    words = [f"task={task}", "encoding=identity", "activation=sine", "batch_size=64", "precision=float64", "steps=3"]
    whole, cut = (begin(*words, f"micro_batch={rows}") for rows in ("null", micro_batch))
    assert (whole.pieces, cut.pieces) == (1, -(-64 // micro_batch))
    for step in range(3):
        assert float(cut.update(step)) == pytest.approx(float(whole.update(step)), rel=1e-12)
    for one, other in zip(whole.field.parameters(), cut.field.parameters(), strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    "words", [["network=cnn", "network.hidden_features=[4]", "batch_size=full"], ["loss=ssim", "batch_size=full"]]
)
def test_what_must_see_the_picture_at_once_is_not_cut(words: list[str], begin: Begin) -> None:
    assert begin(*words, "micro_batch=5").pieces == 1


def test_only_a_long_run_is_worth_a_compiler(begin: Begin, configure: Callable[..., RunConfig]) -> None:
    field = begin().field
    enough = int(capture.PAYS["cpu"] / (6 * field.count * 64)) + 1
    for wanted, steps, expected in (
        ("auto", enough, True),
        ("auto", enough - 2, False),
        ("true", 1, True),
        ("false", enough, False),
    ):
        assert is_worth_compiling(configure(f"compile={wanted}"), field, CPU, 64, steps) == expected
    assert not is_worth_compiling(configure(), field, CUDA, 64, enough)


def test_a_table_of_features_is_no_work_for_a_compiler(begin: Begin, configure: Callable[..., RunConfig]) -> None:
    field = begin("encoding=hash_grid").field
    all_of_it = int(capture.PAYS["cpu"] / (6 * field.count * 64)) + 1
    assert not is_worth_compiling(configure(), field, CPU, 64, all_of_it)


@pytest.mark.parametrize(
    "words",
    [
        ["task=poisson", "encoding=identity", "activation=sine"],
        ["network=cnn", "network.hidden_features=[4]", "batch_size=full"],
        ["network=separable", "batch_size=full"],
    ],
)
def test_what_is_never_asked_for_points_alone_is_not_compiled(words: list[str], begin: Begin) -> None:
    training = begin(*words, "compile=false")
    config = check(compose(prepare([*words, "compile=auto"])))
    assert not is_worth_compiling(config, training.field, CPU, 10**9, 10**9)
    with pytest.raises(ConfigError, match=r"compile=true: torch\.compile takes"):
        check(compose(prepare([*words, "compile=true"])))


def test_a_run_that_goes_on_is_not_asked_again(configure: Callable[..., RunConfig], tmp_path: Path) -> None:
    train(configure("steps=2", "size=16", "compile=auto"), tmp_path)
    assert recorded(tmp_path, ["steps=10000000"]).compile is False


def test_without_a_compiler_it_goes_on_and_says_so(
    begin: Begin, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    training = begin()
    monkeypatch.setenv("CXX", "/no/such/compiler")
    monkeypatch.setenv("TORCHINDUCTOR_FORCE_DISABLE_CACHES", "1")
    torch._dynamo.reset()
    assert compiled(training.field, [training.task.coords[:8]]) is training.field
    first, line = capsys.readouterr().err.splitlines()
    assert first == "compile: some 20 s, after which steps are faster; compile=false goes without."
    assert line.startswith("compile: not on this machine (")
    assert line.endswith("; going on without.")
    assert all(parameter.grad is None for parameter in training.field.parameters())
