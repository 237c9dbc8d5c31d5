"""Checkpoints that were written once and are read for ever: each schema's files load, and show the colours of then.

After a new schema or a new part: `python tests/golden/test_checkpoints.py` adds its files, and the names of its fields
to `fields.json`; what is there is never touched.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from pydantic import BaseModel

from inr_cli.config.compose import compose
from inr_cli.config.root import PARTS, RunConfig
from inr_cli.config.words import prepare
from inr_cli.engine.check import ROOMS, check
from inr_cli.engine.checkpoint import NOT_KEPT, SCHEMA, Meta, PictureMeta, Progress, load, save
from inr_cli.engine.machine import find_machine, using
from inr_cli.engine.sealed import unseal
from inr_cli.engine.train import open_picture
from inr_cli.engine.training import Training

FOLDER = Path(__file__).with_name("checkpoints")
FILES = sorted(FOLDER.glob("*.safetensors"))
COLOURS, FIELDS = FOLDER / "colours.json", FOLDER / "fields.json"
SIZE, STEPS = 3, 3
SMALL = ("dataset=synthetic", "image=face", "size=8", "network.hidden_features=4", "network.hidden_layers=1")
EXACT = ("device=cpu", "threads=1", "precision=float32", "steps=20")
TRAININGS = {
    "gaussian_adam": ["encoding.count=2"],
    "siren_lbfgs": [
        *("encoding=identity", "activation=sine", "init=siren"),
        *("optimizer=lbfgs", "optimizer.max_iter=3", "batch_size=full"),
    ],
}
"""What a file of each schema is made of, with all that its run needs to go on."""

each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def colours(file: Path) -> list[list[float]]:
    """What a field shows at its pixels, row by row, on a picture of `SIZE` pixels."""
    picture = load(file)[0].render(SIZE)
    return [[round(float(value), 5) for value in pixel] for pixel in picture.reshape(-1, picture.shape[-1])]


@each_file
def test_the_colours_are_those_of_then(file: Path) -> None:
    golden = json.loads(COLOURS.read_text())[file.stem]
    np.testing.assert_allclose(colours(file), golden, rtol=0, atol=1e-4)  # room for another processor's sums


def test_every_schema_has_its_files_and_no_colours_are_left_over() -> None:
    assert sorted(json.loads(COLOURS.read_text())) == [file.stem for file in FILES]
    assert {unseal(file)[0]["schema"] for file in FILES} == set(range(1, SCHEMA + 1))


@each_file
def test_a_training_that_was_kept_goes_on(file: Path) -> None:
    field, meta = load(file)
    if meta.progress is None:
        assert file.stem.startswith("schema_1_")
        return
    training = Training(meta.config, open_picture(meta.config), find_machine(meta.config))
    training.restore(field.state_dict(), meta.progress.state)
    before = training.field.render(SIZE)
    training.update(meta.step)
    assert training.is_finite()
    assert not np.array_equal(training.field.render(SIZE), before)


def fields_of(model: type[BaseModel]) -> str:
    """Its fields by name, those that a file may leave out with a question mark."""
    found = {field.alias or name: field.is_required() for name, field in model.model_fields.items()}
    return " ".join(sorted(f"{name}{'' if required else '?'}" for name, required in found.items()))


def all_fields() -> dict[str, str]:
    """Of all that stands in a checkpoint, but for the plug-ins' parts."""
    root = " ".join(name for name in fields_of(RunConfig).split() if name.removesuffix("?") not in NOT_KEPT)
    found = {"": fields_of(Meta), "picture": fields_of(PictureMeta), "progress": fields_of(Progress), "config": root}
    for room in (ROOMS[group] for group in PARTS if group not in NOT_KEPT):
        found |= {f"config.{room.name}={name}": fields_of(room.find(name).Spec) for name in room.told()}
    return found


def test_no_field_comes_or_goes_without_a_new_schema() -> None:
    """What a file has to say more, it lacks; what it says too much is refused: one or the other program cannot read."""
    frozen, now = json.loads(FIELDS.read_text()).get(str(SCHEMA), {}), all_fields()
    new = [place for place in now if place not in frozen]
    assert new == [], "run `python tests/golden/test_checkpoints.py`, which adds what is new to fields.json"
    changed = {place: f"{was} -> {now.get(place, 'gone')}" for place, was in frozen.items() if now.get(place) != was}
    assert changed == {}, (
        f"all checkpoints of schema {SCHEMA} have the fields of before: raise SCHEMA in engine/checkpoint.py, "
        f"give MIGRATIONS the step from {SCHEMA}, and run `python tests/golden/test_checkpoints.py`"
    )


def write(file: Path, words: list[str]) -> None:
    config = check(compose(prepare([*SMALL, *EXACT, *words])))
    picture, machine = open_picture(config), find_machine(config)
    with using(machine):
        training = Training(config, picture, machine)
        for step in range(STEPS):
            training.update(step)
    nothing = hashlib.sha256().hexdigest()
    progress = Progress(seconds=0.5, metrics_bytes=0, metrics_sha256=nothing, state=training.state())
    save(file, training.field, config, picture.sha256, STEPS, progress)


if __name__ == "__main__":
    golden = json.loads(COLOURS.read_text())
    for name, words in TRAININGS.items():
        file = FOLDER / f"schema_{SCHEMA}_{name}.safetensors"
        if not file.exists():
            write(file, words)
    golden |= {file.stem: colours(file) for file in FOLDER.glob("*.safetensors") if file.stem not in golden}
    lines = (f"  {json.dumps(name)}: {json.dumps(golden[name])}" for name in sorted(golden))
    COLOURS.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    frozen = json.loads(FIELDS.read_text())
    frozen[str(SCHEMA)] = all_fields() | frozen.get(str(SCHEMA), {})
    FIELDS.write_text(json.dumps(frozen, indent=1) + "\n")
