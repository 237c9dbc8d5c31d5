"""The one entry point of training: every command and the Python API come through `train`."""

from __future__ import annotations

import shlex
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from inr_cli import __version__
from inr_cli.config.errors import DivergedError, MemoryShortError, OutputError, PictureError, Stopped, UserError
from inr_cli.config.root import RunConfig, as_yaml
from inr_cli.config.words import typed
from inr_cli.dataset import datasets
from inr_cli.engine.check import check
from inr_cli.engine.checkpoint import Meta, load
from inr_cli.engine.environment import differences, environment
from inr_cli.engine.helping import together
from inr_cli.engine.keeper import Keeper, require_savable
from inr_cli.engine.listener import Listener
from inr_cli.engine.lock import locked
from inr_cli.engine.log import METRICS, MetricsLog, progress_bar, read_rows, tell
from inr_cli.engine.loop import Loop
from inr_cli.engine.machine import Machine, find_machine, using
from inr_cli.engine.refusals import refuse_to_share
from inr_cli.engine.runs import checkpoint_of, claim_run, read_json, require_writable, set_status
from inr_cli.engine.stop import stopping
from inr_cli.engine.summary import headline, steadiness, summarise
from inr_cli.engine.training import Training
from inr_cli.engine.width import with_width
from inr_cli.render.comparison import comparison
from inr_cli.render.field import Field, Geometry
from inr_cli.render.file import render_file
from inr_cli.render.view import view
from inr_cli.signal.encode import encode_picture
from inr_cli.signal.grey import grey
from inr_cli.signal.memory import is_out_of_memory
from inr_cli.signal.picture import Picture
from inr_cli.signal.resample import CROPS, shrink
from inr_cli.signal.write import write_bytes, write_json, write_text, writing
from inr_cli.task import tasks

NOT_ENDED = {"ended": None, "exit_code": None, "error": None}


@dataclass(frozen=True)
class Run:
    """A finished run: its folder, and `summary.json` as a table."""

    path: Path
    summary: dict[str, Any]

    @property
    def field(self) -> Field:
        """The fitted field, read back from the run's last checkpoint, on the CPU."""
        return self._loaded[0]

    @property
    def fitted_to(self) -> str:
        """The sha256 of the picture."""
        return self._loaded[1].picture.sha256

    @cached_property
    def _loaded(self) -> tuple[Field, Meta]:
        return load(checkpoint_of(self.path))


def train(config: RunConfig, folder: Path | None = None, resume: bool = False, words: Sequence[str] = ()) -> Run:
    """Fit one picture and leave a complete run folder behind.

    `folder` is an already claimed, empty one (a sweep's job), or with `resume` that of a run to go on with; else a new
    one is claimed in `config.out`, and the `words` that the configuration was made from are kept there. Raises
    `UserError` before that for whatever is wrong with the configuration, the picture, the device, the parts or the
    folder. Of several processes that torchrun started only the first comes back; the others help it and end, by
    `SystemExit`.
    """
    config = check(config)
    machine = find_machine(config)
    if machine.processes > 1:
        refuse_to_share(config)
    listener = Listener(config)
    with ExitStack() as held:
        if folder is not None and machine.rank == 0:
            require_writable(folder)
            held.enter_context(locked(folder))  # here, so that a second process is refused at once
        picture = open_picture(config)
        config = with_width(config, Geometry.of(picture, config.grid))
        held.enter_context(using(machine))
        training = held.enter_context(together(prepare(config, picture, machine)))
        require_savable(training)
        seconds = config.seconds
        config = config.model_copy(update={"steps": training.steps, "epochs": None, "seconds": None})
        if folder is None:
            require_writable(Path(config.out))
            folder = claim_run(Path(config.out), config.image, config.encoding.name)
            held.enter_context(locked(folder))
        with listener.until_the_end(folder):
            keeper = keeper_of(training, config, picture, folder, listener)
            start = keeper.restore() if resume else None  # or refuses to, before anything has changed
            with status(folder, training.steps):
                if seconds is not None:
                    set_status(folder, asked_seconds=seconds)
                if words:
                    set_status(folder, overrides=typed(words))
                write_text(folder / "config.yaml", as_yaml(config))
                now = environment(machine) | {"compile": training.is_compiled}
                if start and (changed := differences(read_json(folder / "environment.json"), now)):
                    tell(f"{changed}: the same bits as without a break are not to be expected.")
                write_json(folder / "environment.json", now)
                start = keeper.begin() if start is None else start
                with keeper.log.paused():
                    listener.begin(folder, config, start)
                return Run(folder, fit(keeper, start, picture, listener))


def open_picture(config: RunConfig) -> Picture:
    """The picture to fit: found in the dataset, cropped, shrunk to `size`. Raises `PictureError`, `DatasetError`."""
    dataset = datasets.make(config.dataset, config.seed)
    if tasks.find(config.task.name).by_tiles:
        return dataset.open_tiles(config.image, config.color_max)
    try:
        picture = dataset.open(config.image, config.color_max)
    except PictureError as error:
        have = [name for name in datasets.names() if config.image in datasets.find(name).names()]
        if not have or config.dataset.name in have:
            raise
        raise PictureError(f"no picture '{config.image}' in {config.dataset.name}; add dataset={have[0]}.") from error
    pixels = CROPS[config.crop](picture.pixels) if config.crop else picture.pixels
    if config.grey:
        pixels = grey(pixels)
    if config.size is not None:
        pixels = shrink(pixels, config.size)
    return Picture(pixels, picture.name, picture.sha256)


def prepare(config: RunConfig, picture: Picture, machine: Machine) -> Training:
    """The training at step 0, `seconds` turned into a number of steps."""
    steps = None if config.seconds is None else _steps_in(config.seconds, config, picture, machine)
    return Training(config, picture, machine, steps)


def _steps_in(seconds: float, config: RunConfig, picture: Picture, machine: Machine) -> int:
    """How many steps fit, by timing a throwaway copy, which is gone with this call: two may be more than fit."""
    as_it_is = config.model_copy(update={"compile": config.compile is True})  # not for the length of the trial
    trial = Training(as_it_is, picture, machine, steps=1_000_000)
    for step in range(3):
        trial.update(step)
    started, step = time.perf_counter(), 3
    while time.perf_counter() - started < min(1.0, seconds / 10):
        float(trial.update(step))  # waits for the device: only finished steps count
        step += 1
    per_step = (time.perf_counter() - started) / max(1, step - 3)
    return max(1, round(seconds / per_step))


def keeper_of(training: Training, config: RunConfig, picture: Picture, folder: Path, listener: Listener) -> Keeper:
    """What keeps the run's checkpoints, and its rows of measurements, of which the listener hears."""
    terms = [f"loss_{term}" for term in getattr(config.loss, "terms", ())]
    log = MetricsLog(folder / METRICS, [*training.task.hidden, *terms], listener.row)
    return Keeper(folder, training, config, picture.sha256, log)


def fit(keeper: Keeper, start: int, picture: Picture, listener: Listener) -> dict[str, Any]:
    """Train from step `start` on, then write everything a run leaves, `summary.json` last: it exists = complete."""
    folder, training, config, log = keeper.folder, keeper.training, keeper.config, keeper.log
    with writing(folder / "summary.json"):
        (folder / "summary.json").unlink(missing_ok=True)
    for name in ("checkpoints", "renders"):
        with writing(folder / name):
            (folder / name).mkdir(exist_ok=True)
    task, field = training.task, training.field
    height, width, _ = task.truth.shape
    fitted = view(*task.shape, size=f"{width}x{height}")

    def drawn(step: int) -> Path:
        return folder / "renders" / f"step_{step:06d}.png"

    def draw(step: int) -> None:
        render_file(field, fitted, drawn(step))
        listener.picture(step, drawn(step))

    with progress_bar(training.steps, Path(config.image).stem, start) as bar:
        with stopping() as stop:
            loop = Loop(training, config, log, keeper, draw, bar, stop)
            if loop.draws(start) and not drawn(start).exists():
                draw(start)  # the attempt before ended between saving and this
            rendered = loop.run(start)
        seconds, loss = log.seconds, training.losses.take()
        result = rendered.float().cpu().numpy()
        figures = task.judge(result, lambda lines: training.look_at(lines).float().cpu().numpy())
        bar.set_postfix_str(headline(figures))
    measured = {name: value for name, value in figures.items() if name in log.columns}
    log.row(step=training.steps, lr=training.lr, loss=loss, **measured)
    shown = task.show(result)
    np.clip(shown, 0, 1, out=shown)
    write_bytes(folder / "render.png", encode_picture(shown, ".png"))
    listener.picture(training.steps, folder / "render.png")
    write_bytes(folder / "comparison.png", encode_picture(comparison(task.truth, shown), ".png"))
    summary = summarise(training, config, picture, {**figures, "loss": loss}, seconds) | steadiness(read_rows(log.path))
    summary["rollbacks"] = keeper.rollbacks()
    write_json(folder / "summary.json", summary)
    keeper.finish()
    return summary


@contextmanager
def status(folder: Path, steps: int) -> Iterator[None]:
    """Keep `run.json` true: running, then done, interrupted, diverged or failed, with the exit code and the reason.

    It has the `steps` that are asked for, too: those of an older summary may be fewer.
    """
    before = read_json(folder / "run.json").get("attempt")
    attempt = before + 1 if isinstance(before, int) else 1
    begun = {"started": _now(), "attempt": attempt, "steps": steps, "inr_version": __version__}
    set_status(folder, status="running", **begun, **NOT_ENDED)
    try:
        yield
    except KeyboardInterrupt as asked:
        number = asked.code - 128 if isinstance(asked, Stopped) else signal.SIGINT
        _note(folder, status="interrupted", exit_code=128 + number)
        told = str(asked).rstrip(".") or "interrupted"
        raise Stopped(number, f"{told}; inr resume {shlex.quote(str(folder))} goes on.") from None
    except Exception as error:
        if is_out_of_memory(error):
            error = MemoryShortError("not enough memory; try a smaller size, batch_size or network.hidden_features.")
        word = "diverged" if isinstance(error, DivergedError) else "failed"
        code = error.code if isinstance(error, UserError) else 1
        _note(folder, status=word, exit_code=code, error=str(error))
        raise error
    set_status(folder, status="done", ended=_now(), exit_code=0)


def _note(folder: Path, **news: Any) -> None:
    """Write down how the run ended, if there is room: on a full disk, why it ended is what has to be heard."""
    with suppress(OutputError):
        set_status(folder, ended=_now(), **news)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
