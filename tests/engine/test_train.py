import csv
import json
import math
import re
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import yaml
from PIL import Image

from inr_cli.config.errors import ConfigError, DivergedError, OutputError, PictureError
from inr_cli.config.root import RunConfig, check_root
from inr_cli.engine import sealed
from inr_cli.engine import train as module
from inr_cli.engine.check import check
from inr_cli.engine.checkpoint import load
from inr_cli.engine.runs import checkpoint_of, resolve
from inr_cli.engine.train import Run, open_picture, train
from inr_cli.engine.training import Training
from inr_cli.render.comparison import comparison
from inr_cli.render.view import view
from inr_cli.signal.metrics import psnr, psnr_8bit
from inr_cli.signal.read import read_picture

Configure = Callable[..., RunConfig]


@pytest.fixture(scope="module")
def run(configure: Configure, tmp_path_factory: pytest.TempPathFactory) -> Run:
    out = tmp_path_factory.mktemp("outputs")
    return train(configure("steps=40", "eval_every=10", "save_every=15", "render_every=20", f"out={out}"))


def state(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / "run.json").read_text())
    return found


def only_run(out: Path) -> Path:
    return resolve("last", out)


def test_a_run_leaves_everything_behind(run: Run) -> None:
    files = {path.relative_to(run.path).as_posix() for path in run.path.rglob("*") if path.is_file()}
    assert files == {
        ".lock",
        "config.yaml",
        "run.json",
        "metrics.csv",
        "environment.json",
        "summary.json",
        "render.png",
        "comparison.png",
        "checkpoints/step_000015.safetensors",
        "checkpoints/step_000030.safetensors",
        "checkpoints/step_000040.safetensors",
        "renders/step_000020.png",
    }


def test_its_state_is_done(run: Run) -> None:
    found = state(run.path)
    assert (found["status"], found["exit_code"]) == ("done", 0)
    assert found["checkpoint"] == "checkpoints/step_000040.safetensors"
    assert str(found["started"]) < str(found["ended"])


def test_its_configuration_is_complete(run: Run, configure: Configure) -> None:
    given = yaml.safe_load((run.path / "config.yaml").read_text())
    out = str(run.path.parents[1])
    expected = configure("steps=40", "eval_every=10", "save_every=15", "render_every=20", f"out={out}")
    assert check(check_root(given)) == expected


def test_the_last_row_is_the_final_figures(run: Run) -> None:
    with (run.path / "metrics.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["step"]) for row in rows] == [0, 10, 20, 30, 40]
    assert float(rows[-1]["psnr"]) == pytest.approx(run.summary["psnr"], rel=1e-9)  # ten digits are written
    assert float(rows[-1]["loss"]) == pytest.approx(run.summary["loss"], rel=1e-9)


def test_the_figures_are_those_of_the_field_that_is_saved(run: Run, configure: Configure) -> None:
    target = open_picture(configure()).pixels
    rendered = run.field.render()
    assert psnr(rendered, target) == pytest.approx(run.summary["psnr"], abs=1e-4)
    written = read_picture(run.path / "render.png").pixels
    assert psnr(written, target) == pytest.approx(run.summary["psnr_8bit"], abs=1e-4)
    assert psnr_8bit(rendered, target) == pytest.approx(run.summary["psnr_8bit"], abs=0.01)
    assert run.summary["parameters"] == run.field.count
    assert run.summary["bits_per_pixel"] == 32 * run.field.count / 225


def test_the_summary_is_strict_json_without_places(run: Run) -> None:
    text = (run.path / "summary.json").read_text()
    assert json.loads(text, parse_constant=lambda word: pytest.fail(word)) == run.summary
    assert str(run.path.parents[1]) not in text


def test_a_moved_run_still_renders(run: Run, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    for name in ("run.json", "checkpoints"):
        (moved / name).symlink_to(run.path / name)
    assert np.array_equal(load(checkpoint_of(moved))[0].render(), run.field.render())


def test_the_same_words_leave_the_same_field_and_figures(configure: Configure, tmp_path: Path) -> None:
    runs = [
        train(configure("steps=20", f"out={tmp_path / name}", *more)) for name, *more in (["a"], ["b", "eval_every=1"])
    ]
    renders = [(run.path / "render.png").read_bytes() for run in runs]
    assert renders[0] == renders[1]
    fields = [run.field.state_dict() for run in runs]
    assert all(fields[0][name].equal(fields[1][name]) for name in fields[0])
    assert runs[0].summary["psnr"] == runs[1].summary["psnr"]


def test_no_steps_are_a_look_at_the_initial_field(
    configure: Configure, begin: Callable[..., Training], tmp_path: Path
) -> None:
    run = train(configure("steps=0", f"out={tmp_path}"))
    assert run.summary["steps"] == 0
    np.testing.assert_allclose(run.field.render(), begin().look().clamp(0, 1), rtol=0, atol=1e-5)


def test_a_run_that_diverges_says_so(configure: Configure, tmp_path: Path) -> None:
    with pytest.raises(DivergedError):
        train(configure("optimizer=sgd", "optimizer.lr=1e6", "steps=60", "eval_every=1", f"out={tmp_path}"))
    folder = only_run(tmp_path)
    assert (state(folder)["status"], state(folder)["exit_code"]) == ("diverged", 7)
    assert "optimizer.lr" in str(state(folder)["error"])
    assert not (folder / "summary.json").exists()


@pytest.mark.parametrize("eval_every", ["1000", "30"])
def test_a_run_that_diverges_at_its_very_end_says_so_too(eval_every: str, configure: Configure, tmp_path: Path) -> None:
    words = ["optimizer=sgd", "optimizer.lr=1e6", "steps=60", f"eval_every={eval_every}", f"out={tmp_path}"]
    with pytest.raises(DivergedError):
        train(configure(*words))
    assert state(only_run(tmp_path))["status"] == "diverged"
    assert not (only_run(tmp_path) / "summary.json").exists()


def test_how_often_it_rolled_back_stands_beside_the_figures(
    configure: Configure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    update = Training.update

    def fragile(self: Training, step: int) -> object:
        loss = update(self, step)
        if step == 9 and self.slowed == 1:
            with torch.no_grad():
                next(self.field.parameters())[0, 0] = math.nan
        return loss

    monkeypatch.setattr(Training, "update", fragile)
    words = ["steps=20", "eval_every=4", f"out={tmp_path}"]
    assert train(configure(*words, "on_divergence=rollback")).summary["rollbacks"] == [{"to_step": 8, "lr_factor": 0.5}]
    monkeypatch.undo()
    assert train(configure(*words)).summary["rollbacks"] == []


def test_a_run_that_is_interrupted_says_so(
    configure: Configure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    update = Training.update

    def until_seven(self: Training, step: int) -> object:
        if step == 7:
            raise KeyboardInterrupt
        return update(self, step)

    monkeypatch.setattr(Training, "update", until_seven)
    with pytest.raises(KeyboardInterrupt):
        train(configure("save_every=5", f"out={tmp_path}"))
    folder = only_run(tmp_path)
    assert (state(folder)["status"], state(folder)["exit_code"]) == ("interrupted", 130)
    assert load(checkpoint_of(folder))[1].step == 5
    assert not (folder / "summary.json").exists()


def test_a_run_that_fails_says_why(configure: Configure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "comparison", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        train(configure("steps=2", f"out={tmp_path}"))
    assert (state(only_run(tmp_path))["status"], state(only_run(tmp_path))["exit_code"]) == ("failed", 1)
    assert "division" in str(state(only_run(tmp_path))["error"])


def test_a_full_disk_does_not_hide_why_a_run_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(folder: Path, **news: object) -> None:
        raise OutputError("the disk is full")

    for error in (DivergedError("x"), OutputError("step_000010.safetensors"), KeyboardInterrupt()):
        with pytest.raises(type(error)) as caught, monkeypatch.context() as patched, module.status(tmp_path, steps=10):
            patched.setattr(module, "set_status", full)
            raise error
        assert "the disk is full" not in str(caught.value)


def test_a_folder_that_cannot_be_made_is_told_as_the_exit_code_has_it(configure: Configure, tmp_path: Path) -> None:
    (tmp_path / "renders").touch()
    with pytest.raises(OutputError, match="renders"):
        train(configure("steps=2"), tmp_path)
    assert (state(tmp_path)["status"], state(tmp_path)["exit_code"]) == ("failed", 4)


@pytest.mark.parametrize("policy", ["stop", "rollback"])
def test_a_last_loss_that_is_not_finite_is_treated_like_any_other(
    policy: str, configure: Configure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The field is finite still: nothing but the sum of the losses shows it."""
    update = Training.update

    def fragile(self: Training, step: int) -> object:
        loss = update(self, step)
        if step == 19 and self.slowed == 1:
            self.losses.add(torch.tensor(math.inf))
        return loss

    monkeypatch.setattr(Training, "update", fragile)
    config = configure("steps=20", "eval_every=8", f"on_divergence={policy}", f"out={tmp_path}")
    if policy == "rollback":
        assert train(config).summary["rollbacks"] == [{"to_step": 16, "lr_factor": 0.5}]
        return
    with pytest.raises(DivergedError, match="Step 16, the last good one, is kept"):
        train(config)
    assert [file.name for file in only_run(tmp_path).glob("checkpoints/*")] == ["step_000016.safetensors"]


def test_a_field_whose_checkpoint_could_not_be_read_again_is_refused_before_anything_is_written(
    configure: Configure, begin: Callable[..., Training], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = sum(tensor.nbytes for tensor in begin().field.state_dict().values())
    monkeypatch.setattr(sealed, "MAX_BYTES", size)
    with pytest.raises(ConfigError, match=f"at most {size} can; make the network"):
        train(configure("steps=20", f"out={tmp_path / 'out'}"))
    assert not (tmp_path / "out").exists()
    monkeypatch.setattr(sealed, "MAX_BYTES", 2 * size)  # Adam's moments make it three times as much
    with pytest.raises(ConfigError, match=f"at most {2 * size} can"):
        train(configure("steps=20", f"out={tmp_path / 'out'}"))
    assert state(only_run(tmp_path / "out"))["exit_code"] == 2
    assert not list(tmp_path.rglob("*.safetensors"))


def test_the_copy_that_is_timed_is_gone_before_the_field_is_built(
    configure: Configure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[weakref.ref[Training]] = []

    class Counted(Training):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            assert all(one() is None for one in built)
            built.append(weakref.ref(self))
            super().__init__(*arguments, **options)

    monkeypatch.setattr(module, "Training", Counted)
    train(configure("seconds=0.1", f"out={tmp_path}"))
    assert len(built) == 2


@pytest.mark.parametrize("word", ["image=nothing", "precision=tf32", "device=cuda:99"])
def test_what_cannot_run_leaves_no_folder(word: str, configure: Configure, tmp_path: Path) -> None:
    with pytest.raises((ConfigError, PictureError)):
        train(configure(word, f"out={tmp_path / 'out'}"))
    assert not (tmp_path / "out").exists()


def test_seconds_are_turned_into_steps(configure: Configure, tmp_path: Path) -> None:
    run = train(configure("seconds=0.4", f"out={tmp_path}"))
    saved = yaml.safe_load((run.path / "config.yaml").read_text())
    assert saved["steps"] == run.summary["steps"] > 10
    assert saved["seconds"] is None
    # the first steps are timed, on a machine that may be busy; the figure itself is for people
    assert run.summary["seconds"] < 4


def test_epochs_are_turned_into_steps(configure: Configure, tmp_path: Path) -> None:
    run = train(configure("epochs=3", "batch_size=100", f"out={tmp_path}"))
    assert run.summary["steps"] == math.ceil(3 * 225 / 100)
    assert re.search("^steps: 7$", (run.path / "config.yaml").read_text(), re.MULTILINE)


@pytest.mark.parametrize(
    ("words", "shape"),
    [
        (["size=8"], (8, 8)),
        (["image=siemens_star", "dataset.width=20", "dataset.height=12"], (12, 20)),
        (["image=siemens_star", "dataset.width=20", "dataset.height=12", "crop=square"], (12, 12)),
        (["image=siemens_star", "dataset.width=20", "dataset.height=12", "crop=left"], (12, 12)),
        (["image=siemens_star", "dataset.width=20", "dataset.height=12", "size=10"], (6, 10)),
        (["size=500"], (15, 15)),
    ],
)
def test_the_picture_is_cropped_then_shrunk_and_never_enlarged(
    words: list[str], shape: tuple[int, int], configure: Configure
) -> None:
    assert open_picture(configure(*words)).pixels.shape[:2] == shape


def test_a_grey_picture_has_one_channel(configure: Configure) -> None:
    assert open_picture(configure("grey=true")).channels == 1


def test_colours_beyond_black_and_white_are_shown_clamped(configure: Configure, tmp_path: Path) -> None:
    config = configure("steps=0", "init=normal", "init.std=2", f"out={tmp_path}")
    made = train(config)
    height, width = made.field.geometry.shape
    rendered = made.field.look(view(height, width))
    assert rendered.min() < -0.5
    assert rendered.max() > 1.5
    expected = comparison(open_picture(config).pixels, np.clip(rendered, 0, 1))
    np.testing.assert_array_equal(np.asarray(Image.open(made.path / "comparison.png")), expected)
