from __future__ import annotations

import math
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from inr_cli.config.errors import ConfigError
from inr_cli.config.root import RunConfig
from inr_cli.engine.listener import Listener
from inr_cli.engine.log import METRICS, MetricsLog
from inr_cli.engine.runs import read_json, set_status
from inr_cli.engine.train import train


@pytest.fixture(autouse=True)
def same_signals() -> Iterator[None]:
    """Where a logger failed, broken pipes are borne for as long as the process lives."""
    before = signal.getsignal(signal.SIGPIPE)
    yield
    signal.signal(signal.SIGPIPE, before)


def shown(folder: Path) -> EventAccumulator:
    board = EventAccumulator(str(folder / "tensorboard"))
    board.Reload()
    return board


def curve(folder: Path) -> list[tuple[int, float]]:
    return [(event.step, event.value) for event in shown(folder).Scalars("psnr")]


def test_the_logger_hears_what_the_files_of_the_run_hold(configure: Callable[..., RunConfig], tmp_path: Path) -> None:
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    run = train(configure("logger=tensorboard", "eval_every=5", "render_every=10", f"out={tmp_path}"))
    assert signal.getsignal(signal.SIGPIPE) == signal.SIG_DFL, "a closed standard output ends the program quietly again"
    rows = [line.split(",") for line in (run.path / METRICS).read_text().splitlines()[1:]]
    assert curve(run.path) == [(int(row[0]), pytest.approx(float(row[4]), rel=1e-6)) for row in rows]
    assert [image.step for image in shown(run.path).Images("render")] == [10, 20]


def test_who_begins_later_is_told_what_there_is_up_to_the_checkpoint(
    configure: Callable[..., RunConfig], tmp_path: Path
) -> None:
    run = train(configure("eval_every=5", "render_every=5", f"out={tmp_path}"))
    config = configure("logger=tensorboard", "steps=20")
    listener = Listener(config)
    listener.begin(run.path, config, 10)
    assert [step for step, _ in curve(run.path)] == [0, 5, 10]
    assert [image.step for image in shown(run.path).Images("render")] == [5, 10]


def test_a_row_that_ends_the_run_or_is_taken_back_is_not_told(
    configure: Callable[..., RunConfig], tmp_path: Path
) -> None:
    listener = Listener(configure("logger=tensorboard"))
    listener.begin(tmp_path, configure("logger=tensorboard"), 0)
    log = MetricsLog(tmp_path / METRICS, (), listener.row)
    log.begin()
    log.row(step=0, psnr=7.5, ssim=None)
    log.row(step=10, psnr=8.5, loss=math.nan)
    assert curve(tmp_path) == [(0, 7.5)]
    assert len((tmp_path / METRICS).read_text().splitlines()) == 3


def test_a_logger_that_fails_costs_one_line_and_never_the_run(
    configure: Callable[..., RunConfig], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = configure("logger=tensorboard")
    listener = Listener(config)
    with listener.until_the_end(tmp_path):
        listener.begin(tmp_path, config, 0)
        listener.row({"step": 0, "psnr": 7.5})
        shutil.rmtree(tmp_path / "tensorboard")
        for step in (10, 20):
            listener.row({"step": step, "psnr": 7.5})
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("logger=tensorboard: [Errno 2] No such file or directory")


def test_a_logger_that_cannot_begin_is_refused(configure: Callable[..., RunConfig], tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "tensorboard").write_text("in the way")
    with pytest.raises(ConfigError, match=r"^logger=tensorboard: cannot begin: .*exists"):
        train(configure("logger=tensorboard"), folder)
    assert (read_json(folder / "run.json")["status"], read_json(folder / "run.json")["exit_code"]) == ("failed", 2)
    assert not list(folder.glob("checkpoints/*"))


def test_what_the_tool_calls_the_run_is_kept_beside_what_others_called_it(
    configure: Callable[..., RunConfig], tmp_path: Path
) -> None:
    set_status(tmp_path, logged={"other": "abc"})
    listener = Listener(configure("logger=tensorboard"))
    listener.begin(tmp_path, configure("logger=tensorboard"), 0)
    assert read_json(tmp_path / "run.json")["logged"] == {"other": "abc"}, "it has no name for a run"
