import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from inr_cli.cli.render import render
from inr_cli.config.root import RunConfig
from inr_cli.engine.runs import read_json
from inr_cli.engine.train import Run, train
from inr_cli.signal.write import write_json

WARNING = "worse than bicubic by 0.7 dB; resize the picture instead."


@pytest.fixture
def run(configure: Callable[..., RunConfig], tmp_path: Path) -> Run:
    """A run whose summary warns."""
    run = train(configure("steps=4", "save_every=2", f"out={tmp_path}"))
    warn(run, WARNING)
    return run


def warn(run: Run, warning: object) -> None:
    write_json(run.path / "summary.json", read_json(run.path / "summary.json") | {"warning": warning})


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Callable[[Path], str]:
    """What a render prints beside its result."""

    def on_the_side(path: Path) -> str:
        render.main([str(path), "--size", "8"], standalone_mode=False)
        printed = capsys.readouterr()
        assert printed.out.endswith("8x8\n")
        return printed.err

    return on_the_side


def test_what_the_run_warned_of_is_said_again(run: Run, said: Callable[[Path], str]) -> None:
    last = run.path / "checkpoints/step_000004.safetensors"
    assert said(run.path) == said(last) == f"warning: {WARNING}\n"


def test_a_run_that_warned_of_nothing_renders_quietly(run: Run, said: Callable[[Path], str]) -> None:
    warn(run, None)
    assert said(run.path) == ""


def test_the_warning_is_of_the_last_checkpoint_and_not_of_another(run: Run, said: Callable[[Path], str]) -> None:
    assert said(run.path / "checkpoints/step_000002.safetensors") == ""


def test_a_checkpoint_that_came_alone_has_none(run: Run, said: Callable[[Path], str], tmp_path: Path) -> None:
    alone = shutil.copy(run.path / "checkpoints/step_000004.safetensors", tmp_path / "alone.safetensors")
    assert said(alone) == ""


@pytest.mark.parametrize("warning", [3, ["a"], "\x1b[31mred", "two\nlines"], ids=repr)
def test_a_stranger_s_summary_cannot_write_to_the_terminal(
    run: Run, said: Callable[[Path], str], warning: object
) -> None:
    warn(run, warning)
    assert said(run.path) == ""
