"""The first 20 losses of every first look, to notice a change of numbers that nobody meant.

A change that is meant: `python tests/golden/test_losses.py` writes the file anew, and the commit says why.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from inr_cli.config.choices import choices
from inr_cli.config.compose import compose
from inr_cli.engine.check import check
from inr_cli.engine.machine import find_machine, using
from inr_cli.engine.train import open_picture
from inr_cli.engine.training import Training

FILE = Path(__file__).with_name("losses.json")
STEPS = 20
EXPERIMENTS = sorted(name for name in choices("experiment") if name.startswith("first_look/"))


def first_losses(experiment: str) -> list[float]:
    config = check(compose([f"experiment={experiment}", "device=cpu", "precision=float32", "threads=1"]))
    machine = find_machine(config)
    with using(machine):
        training = Training(config, open_picture(config), machine)
        return [float(f"{float(training.update(step)):.6g}") for step in range(STEPS)]


@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_the_first_losses_are_those_of_before(experiment: str) -> None:
    golden = json.loads(FILE.read_text())
    # 1e-3 leaves room for another processor's order of summation, which 20 steps can enlarge
    assert first_losses(experiment) == pytest.approx(golden[experiment], rel=1e-3)


def test_no_golden_line_is_left_over() -> None:
    assert sorted(json.loads(FILE.read_text())) == EXPERIMENTS


if __name__ == "__main__":
    lines = (f"  {json.dumps(name)}: {json.dumps(first_losses(name))}" for name in EXPERIMENTS)
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n")
