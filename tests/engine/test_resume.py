"""A run that is killed and resumed leaves the same bits as one that never stopped."""

from __future__ import annotations

import copy
import errno
import os
import shutil
import signal
from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
import torch
from observing import assert_same, rows

from inr_cli.config.errors import CheckpointError, ConfigError, LockedError, PictureError, Stopped, UserError
from inr_cli.config.root import RunConfig
from inr_cli.engine import keeper, sealed
from inr_cli.engine.checkpoint import load
from inr_cli.engine.lock import locked
from inr_cli.engine.resume import is_complete, recorded, resume
from inr_cli.engine.runs import read_json
from inr_cli.engine.sealed import seal, unseal
from inr_cli.engine.train import train
from inr_cli.engine.training import Training
from inr_cli.signal import tiles
from inr_cli.signal.encode import encode_picture
from inr_cli.signal.write import write_bytes, write_json

Configure = Callable[..., RunConfig]

STEPS, KILLED, SAVED = 17, 11, 5
RUN = (f"steps={STEPS}", "eval_every=4", f"save_every={SAVED}", "render_every=7", "size=16")
TINY = ("network.hidden_features=8", "encoding.count=4")
COMBINATIONS = [
    ["optimizer=adam"],
    ["optimizer=adamw", "schedule=linear", "schedule.warmup=0.2"],
    ["optimizer=sgd", "schedule=step"],
    ["optimizer=sgd", "optimizer.nesterov=true", "schedule=one_cycle", "sampler=sequential"],
    ["optimizer=lbfgs", "optimizer.max_iter=3", "batch_size=full", "network.hidden_features=8"],
    ["optimizer=muon", "schedule=exponential"],
    ["optimizer=soap", "optimizer.precondition_every=3"],
    ["optimizer=shampoo"],
    ["optimizer=prodigy", "schedule=constant"],
    ["precision=float64"],
    ["precision=float64", "optimizer=soap"],
    ["precision=bf16", "network.hidden_features=8"],
    ["mask=coarse_to_fine", "encoding=lattice", "encoding.limit=2"],
    ["mask=coarse_to_fine", "optimizer=prodigy"],
    ["encoding=gaussian_learned", "sampler=sequential"],
    ["sampler=uniform", "batch_size=50"],
    ["sampler=progressive", "batch_size=50"],
    ["sampler=evos", "sampler.first_interval=7", "sampler.last_interval=3", "batch_size=50"],
    ["sampler=soft_mining", "sampler.every=9", "batch_size=50"],
    ["encoding=hash_grid", "encoding.levels=3", "encoding.log2_table_size=6", "optimizer.lr=1e-2"],
    ["encoding=identity", "activation=sine", "init=siren"],
    ["encoding=identity", "activation=gabor", "init=torch"],
    ["encoding=identity", "activation=finer", "optimizer.lr=3e-4", "loss=l1"],
    ["encoding=identity", "network=gabor_mfn"],
    ["network=separable", "batch_size=full", "network.rank=4"],
    ["loss=bce"],
    ["init.last=least_squares"],
    ["loss=sum", "task=interpolate"],
    ["task=denoise", "task.sigma=0.1", "batch_size=50"],
    ["task=poisson", "encoding=identity", "activation=sine", "init=siren"],
    ["on_divergence=rollback", "batch_size=full"],
]


class Killed(BaseException):
    """A death that nothing in the program can catch: no handler saves anything on the way."""


def dies(monkeypatch: pytest.MonkeyPatch, at: int) -> pytest.MonkeyPatch:
    update = Training.update

    def until(self: Training, step: int) -> Any:
        if step == at:
            raise Killed
        return update(self, step)

    monkeypatch.setattr(Training, "update", until)
    return monkeypatch


def broken(folder: Path, config: RunConfig, at: int = KILLED) -> Path:
    """The folder of a run that died before step `at` was taken."""
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
        dies(patch, at)
        train(config, folder)
    return folder


def whole(folder: Path, config: RunConfig) -> Path:
    folder.mkdir()
    train(config, folder)
    return folder


@pytest.mark.parametrize("words", COMBINATIONS, ids=" ".join)
def test_a_killed_run_goes_on_to_the_same_bits(words: Sequence[str], configure: Configure, tmp_path: Path) -> None:
    config = configure(*RUN, *words)
    straight = whole(tmp_path / "straight", config)
    stopped = broken(tmp_path / "stopped", config)
    resume(stopped)
    assert_same(stopped, straight)


@pytest.mark.parametrize("at", [0, 1, SAVED, SAVED + 1, 10, STEPS - 1])
def test_wherever_it_is_killed(at: int, configure: Configure, tmp_path: Path) -> None:
    config = configure(*RUN)
    straight = whole(tmp_path / "straight", config)
    stopped = broken(tmp_path / "stopped", config, at)
    resume(stopped)
    assert_same(stopped, straight)


def test_so_does_one_that_has_some_tiles_of_its_picture_in_memory(
    configure: Configure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiles, "THINNED", 100)
    file = tmp_path / "picture.tif"
    tifffile.imwrite(file, np.random.default_rng(0).integers(0, 255, (40, 50, 3), dtype=np.uint8), tile=(16, 16))
    words = ["task=tiles", "task.at_once=300", "batch_size=128"]
    config = configure(f"image={file}", *RUN[:-1], *words)
    straight = whole(tmp_path / "straight", config)
    summary = read_json(straight / "summary.json")
    assert summary["bits_per_pixel"] == 32 * summary["parameters"] / 2000, "of the whole picture"
    stopped = broken(tmp_path / "stopped", config)
    resume(stopped)
    assert_same(stopped, straight)


@pytest.mark.long
@pytest.mark.skipif(not shutil.which(os.environ.get("CXX", "g++")), reason="there is no C++ compiler here")
@pytest.mark.filterwarnings("default")  # of the compiler's own, which else end it
def test_so_does_one_that_is_compiled_anew(
    configure: Configure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCHINDUCTOR_FORCE_DISABLE_CACHES", "1")
    config = configure(*RUN, "compile=true")
    straight = whole(tmp_path / "straight", config)
    assert read_json(straight / "summary.json")["compiled"]
    stopped = broken(tmp_path / "stopped", config)
    torch._dynamo.reset()
    resume(stopped)
    assert_same(stopped, straight)


def test_again_and_again(configure: Configure, tmp_path: Path) -> None:
    config = configure(*RUN)
    straight = whole(tmp_path / "straight", config)
    stopped = broken(tmp_path / "stopped", config, 6)
    for at in (8, 12, 12, 16):
        with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
            dies(patch, at)
            resume(stopped)
    resume(stopped)
    assert_same(stopped, straight)
    assert read_json(stopped / "run.json")["attempt"] == 6


def test_between_the_last_step_and_the_summary(
    configure: Configure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = configure(*RUN)
    straight, stopped = whole(tmp_path / "straight", config), tmp_path / "stopped"
    stopped.mkdir()
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr("inr_cli.engine.train.summarise", lambda *_: (_ for _ in ()).throw(Killed()))
        train(config, stopped)
    assert not (stopped / "summary.json").exists()
    resume(stopped)
    assert_same(stopped, straight)


Place = tuple[Any, ...]


def leaves(state: Any, place: Place = ()) -> Iterator[Place]:
    """Where every saved field is; of the parameters and their groups, which have the same ones each, the first's."""
    inner = state.items() if isinstance(state, dict) else enumerate(state) if isinstance(state, list) else None
    if inner is None:
        yield place
        return
    for key, value in inner:
        if not (isinstance(key, int) and key):
            yield from leaves(value, (*place, key))


def lost(state: dict[str, Any], place: Place) -> None:
    """Put something else into a field."""
    *path, last = place
    holder = reduce(lambda inner, key: inner[key], path, state)
    match holder[last]:
        case torch.Tensor() as tensor:
            tensor.zero_()
        case bool() | None | str() | tuple():
            holder[last] = "lost"
        case float() as number:
            holder[last] = number / 2 + 0.01
        case int() as number:
            holder[last] = number + 1


REMEMBERS = ("sampler=evos", "sampler.first_interval=7", "sampler.last_interval=3", "batch_size=50")
"""With a sampler that has something to save, in a run that is killed between two evaluations."""


@pytest.fixture(scope="module")
def remembering(configure: Configure, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Path]]:
    """A run without a break, and two that were killed: on the way, and after the last step."""
    config, folder = configure(*RUN, *REMEMBERS), tmp_path_factory.mktemp("remembering")
    straight, killed = whole(folder / "straight", config), broken(folder / "on the way", config)
    late = Path(shutil.copytree(straight, folder / "late"))
    (late / "summary.json").unlink()
    return straight, [killed, late]


def saved(run: Path) -> dict[str, Any]:
    progress = load(run / keeper.path_of(keeper.steps_in(run)[-1]))[1].progress
    assert progress is not None
    return progress.state


def is_noticed(place: Place | None, killed: Path, straight: Path, folder: Path) -> bool:
    """Whether a run that goes on without that field, if any, is refused or leaves other bits."""
    run, restore = Path(shutil.copytree(killed, folder)), Training.restore

    def forgetful(self: Training, field: dict[str, torch.Tensor], state: dict[str, Any]) -> None:
        state = copy.deepcopy(state)
        if place:
            lost(state, place)
        restore(self, field, state)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Training, "restore", forgetful)
        try:
            resume(run)
            assert_same(run, straight)
        except (CheckpointError, AssertionError):
            return True
    return False


def test_no_saved_field_is_idle(remembering: tuple[Path, list[Path]], tmp_path: Path) -> None:
    straight, runs = remembering
    places = list(leaves(saved(runs[0])))
    assert {("sampler", "errors"), ("losses", "sum"), ("losses", "count"), ("slowed",), ("pieces",)} < set(places)
    assert {("optimizer", "state", 0, moment) for moment in ("step", "exp_avg", "exp_avg_sq")} < set(places)
    idle = [
        place
        for number, place in enumerate(places)
        if not any(is_noticed(place, run, straight, tmp_path / f"{run.name} {number}") for run in runs)
    ]
    assert idle == []


def test_nothing_is_noticed_where_nothing_is_lost(remembering: tuple[Path, list[Path]], tmp_path: Path) -> None:
    straight, runs = remembering
    for run in runs:
        assert not is_noticed(None, run, straight, tmp_path / run.name)


def test_rows_written_after_the_checkpoint_are_not_doubled(configure: Configure, tmp_path: Path) -> None:
    stopped = broken(tmp_path / "stopped", configure(*RUN, "save_every=3"), 9)
    with (stopped / "metrics.csv").open("a") as file:
        file.write("9,1.0,0.001,0.5,10\n12,1.3,0.0")  # a row more, and one that was torn
    resume(stopped)
    assert [int(row["step"]) for row in rows(stopped)] == [0, 4, 8, 12, 16, 17]


def test_a_damaged_checkpoint_is_passed_over(
    configure: Configure, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = configure(*RUN)
    straight, stopped = whole(tmp_path / "straight", config), broken(tmp_path / "stopped", config)
    newest = stopped / keeper.path_of(10)
    newest.write_bytes(newest.read_bytes()[:-7])
    resume(stopped)
    assert "Trying the one before" in capsys.readouterr().err
    assert_same(stopped, straight)


def contents(folder: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_where_no_checkpoint_is_whole_nothing_is_thrown_away(
    configure: Configure, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = configure(*RUN)
    straight, stopped = whole(tmp_path / "straight", config), broken(tmp_path / "stopped", config)
    for file in stopped.glob("checkpoints/*"):
        file.write_bytes(file.read_bytes()[:-7])
    before = contents(stopped)
    with pytest.raises(CheckpointError, match=r"step_000010\S+: .* damaged .*; remove them to begin again"):
        resume(stopped)
    assert contents(stopped) == before
    shutil.rmtree(stopped / "checkpoints")
    resume(stopped)
    assert_same(stopped, straight)


def of_a_newer_program(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data, tensors = unseal(checkpoint)
    checkpoint.write_bytes(seal(data | {"schema": data["schema"] + 1}, tensors))


def too_large(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed, "MAX_BYTES", checkpoint.stat().st_size - 1)


def unreadable(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    def denied(self: Path, *arguments: Any, **options: Any) -> Any:
        if self == checkpoint:
            raise PermissionError(errno.EACCES, "Permission denied")
        return opened(self, *arguments, **options)

    monkeypatch.setattr(Path, "open", denied)


@pytest.mark.parametrize(
    ("harm", "told"),
    [(of_a_newer_program, "upgrade inr"), (too_large, "at most"), (unreadable, "Permission denied")],
)
def test_what_this_program_cannot_read_is_not_passed_over_as_damaged(
    harm: Callable[..., None],
    told: str,
    configure: Configure,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever goes on from an older one would overwrite it."""
    stopped = broken(tmp_path / "stopped", configure(*RUN))
    newest = stopped / keeper.path_of(10)
    before = contents(stopped)
    capsys.readouterr()
    with monkeypatch.context() as patched:
        harm(newest, patched)
        with pytest.raises(CheckpointError, match=told) as caught:
            resume(stopped)
    assert str(caught.value).startswith(f"{newest}: ")
    assert capsys.readouterr().err == ""
    assert {**contents(stopped), newest: b""} == {**before, newest: b""}


def test_a_state_that_is_not_finite_is_passed_over_like_a_damaged_one(
    configure: Configure, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = configure(*RUN)
    straight, stopped = whole(tmp_path / "straight", config), broken(tmp_path / "stopped", config)
    newest = stopped / keeper.path_of(10)
    data, tensors = unseal(newest)
    newest.write_bytes(seal(data, tensors | {"state/1": torch.full_like(tensors["state/1"], torch.inf)}))
    resume(stopped)
    assert "not finite; use an older checkpoint. Trying the one before" in capsys.readouterr().err
    assert_same(stopped, straight)


@pytest.mark.parametrize("at", [6, 9, 10, 11])
def test_a_run_that_is_killed_after_a_rollback_tells_of_it_once(
    at: int, configure: Configure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It falls back from step 10 to 8, dies before it takes step `at` at half the rate, and does the same again."""
    config = configure(*RUN, "on_divergence=rollback")
    update, alive = Training.update, [True]

    def fragile(self: Training, step: int) -> Any:
        if step == at and alive == [True] and (self.slowed < 1 or at < 8):
            alive.clear()
            raise Killed
        loss = update(self, step)
        if step == 9 and self.slowed == 1:
            with torch.no_grad():
                next(self.field.parameters())[0, 0] = torch.nan
        return loss

    monkeypatch.setattr(Training, "update", fragile)
    (stopped := tmp_path / "stopped").mkdir()
    with pytest.raises(Killed):
        train(config, stopped)
    resume(stopped)
    straight = whole(tmp_path / "straight", config)
    assert_same(stopped, straight)
    assert read_json(stopped / "summary.json")["rollbacks"] == [{"to_step": 8, "lr_factor": 0.5}]


@pytest.mark.parametrize("words", [(), ("mask=coarse_to_fine", "encoding=lattice", "encoding.limit=2")], ids=" ".join)
@pytest.mark.parametrize("at", [1, 2, 4, 5, 6, 7, 14, STEPS - 1, STEPS])
def test_a_run_that_was_asked_to_stop_goes_on_to_the_same_bits(
    at: int, words: Sequence[str], configure: Configure, tmp_path: Path
) -> None:
    """Asked while it takes step `at`, which may be one to measure, to save or to draw after."""
    config = configure(*RUN, *words)
    straight = whole(tmp_path / "straight", config)
    update = Training.update

    def asking(self: Training, step: int) -> Any:
        loss = update(self, step)
        if step + 1 == at:
            os.kill(os.getpid(), signal.SIGTERM)
        return loss

    (stopped := tmp_path / "stopped").mkdir()
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Stopped) as caught:
        patch.setattr(Training, "update", asking)
        train(config, stopped)
    assert caught.value.code == 143
    assert f"at step {at} of" in str(caught.value)
    assert not (stopped / f"renders/step_{at:06d}.png").exists(), "a picture can wait"
    resume(stopped)
    assert_same(stopped, straight)


def test_a_second_process_is_refused_before_it_has_read_or_built_anything(
    configure: Configure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = broken(tmp_path / "stopped", configure(*RUN))
    monkeypatch.setattr("inr_cli.engine.train.open_picture", lambda *_: pytest.fail("read"))
    with locked(stopped), pytest.raises(LockedError, match=str(os.getpid())):
        resume(stopped)


def test_what_the_numbers_depend_on_and_has_changed_since_is_told(
    configure: Configure, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stopped = broken(tmp_path / "stopped", configure(*RUN))
    told = read_json(stopped / "environment.json")
    write_json(stopped / "environment.json", told | {"packages": told["packages"] | {"torch": "1.0"}})
    resume(stopped)
    assert "torch was 1.0 and is " in capsys.readouterr().err


def test_a_status_that_is_torn_or_nonsense_is_no_reason_to_stop(configure: Configure, tmp_path: Path) -> None:
    stopped = broken(tmp_path / "stopped", configure(*RUN))
    write_json(stopped / "run.json", {"attempt": "x"})
    resume(stopped)
    assert read_json(stopped / "run.json")["attempt"] == 1


def test_a_finished_run_takes_more_steps(configure: Configure, tmp_path: Path) -> None:
    words = [word for word in RUN if not word.startswith("steps")]
    longer = whole(tmp_path / "longer", configure(*words, "steps=17", "schedule=constant"))
    run = whole(tmp_path / "run", configure(*words, "steps=9", "schedule=constant"))
    assert is_complete(run)
    assert not is_complete(run, ["steps=17"])
    resume(run, ["steps=17"])
    assert rows(run) == rows(longer)
    assert (run / "render.png").read_bytes() == (longer / "render.png").read_bytes()


def test_nothing_but_the_newest_two_is_left_of_what_nobody_asked_for(
    configure: Configure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "PAUSE", 0.0)
    monkeypatch.setattr(keeper, "SHARE", 0)
    config = configure("steps=30", "eval_every=2", "save_every=10", "size=16")
    stopped = broken(tmp_path / "stopped", config, 29)
    assert keeper.steps_in(stopped) == [10, 20, 26, 28]
    resume(stopped)
    assert keeper.steps_in(stopped) == [10, 20, 30]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["lr=3"], "device, eval_every, logger, render_every, save_every, steps"),
        (["optimizer.lr=3"], "inr fit starts another run"),
        (["step=30"], "Did you mean 'steps'?"),
        (["steps=-3"], "steps"),
        (["steps=abc"], "steps"),
        (["steps=[1"], "steps"),
        (["steps={"], "steps"),
        (["steps="], "steps"),
        (["steps=1.5"], "steps"),
        (["steps=null"], "choose one of them"),
        (["device=*x"], "device"),
        (["steps=4"], "at step 10 already"),
        (["device=cuda:99"], "device"),
    ],
)
def test_other_words_are_refused(words: list[str], told: str, configure: Configure, tmp_path: Path) -> None:
    stopped = broken(tmp_path / "stopped", configure(*RUN))
    with pytest.raises(ConfigError) as caught:
        resume(stopped, words)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("words", [["steps=9"], ["steps=1e2", "device=cuda:99"], ["steps=30"]], ids=" ".join)
def test_a_refusal_changes_nothing(words: list[str], configure: Configure, tmp_path: Path) -> None:
    """For the last, the newest checkpoint is of another picture."""
    run = whole(tmp_path / "run", configure(*RUN))
    if words == ["steps=30"]:
        other = whole(tmp_path / "other", configure(*RUN, "image=zone_plate"))
        shutil.copy(other / keeper.path_of(STEPS), run / keeper.path_of(STEPS))
    before = contents(run)
    with pytest.raises(UserError):
        resume(run, words)
    assert contents(run) == before


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no run ever began"):
        recorded(tmp_path)


def test_another_picture_is_noticed(configure: Configure, tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    shade = torch.linspace(0, 1, 16 * 16 * 3).reshape(16, 16, 3).numpy()
    write_bytes(picture, encode_picture(shade, ".png"))
    stopped = broken(tmp_path / "stopped", configure(*RUN, f"image={picture}"))
    write_bytes(picture, encode_picture(shade[::-1], ".png"))
    with pytest.raises(CheckpointError, match="picture has changed"):
        resume(stopped)
    picture.unlink()
    with pytest.raises(PictureError):
        resume(stopped)


def test_another_configuration_is_noticed(configure: Configure, tmp_path: Path) -> None:
    stopped = broken(tmp_path / "stopped", configure(*RUN))
    file = stopped / "config.yaml"
    file.write_text(file.read_text().replace("seed: 0", "seed: 1"))
    with pytest.raises(CheckpointError, match="another seed"):
        resume(stopped)


def test_changed_rows_are_noticed(configure: Configure, tmp_path: Path) -> None:
    stopped = broken(tmp_path / "stopped", configure(*RUN))
    file = stopped / "metrics.csv"
    file.write_text(file.read_text().replace("0", "1", 1))
    with pytest.raises(CheckpointError, match="changed since"):
        resume(stopped)


def test_a_field_alone_is_no_training(configure: Configure, tmp_path: Path) -> None:
    golden = Path(__file__).parents[1] / "golden" / "checkpoints" / "schema_1_gaussian.safetensors"
    stopped = broken(tmp_path / "stopped", configure(*RUN))
    for step in keeper.steps_in(stopped):
        shutil.copy(golden, stopped / keeper.path_of(step))
    with pytest.raises(CheckpointError, match="field alone"):
        resume(stopped)
