import json
import subprocess
import sys
from pathlib import Path

import pytest

from inr_cli.bench import speed
from inr_cli.bench.operations import operations
from inr_cli.bench.speed import SIDES, WARM_UP, chosen, peak, turns
from inr_cli.config.errors import ConfigError


@pytest.fixture
def with_bf16(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that has its instructions."""
    monkeypatch.setattr("inr_cli.engine.machine._has_bf16", lambda device: True)


@pytest.fixture
def without_bf16(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that has not."""
    monkeypatch.setattr("inr_cli.engine.machine._has_bf16", lambda device: False)


@pytest.mark.usefixtures("with_bf16")
def test_the_beginning_of_a_name_stands_for_all_that_begin_so() -> None:
    assert len(chosen([])) == 20
    assert chosen(["siren-3x256-256-float32"]) == ["siren-3x256-256-float32"]
    assert len(chosen(["siren", "gabor-3x256-256-bf16"])) == 5
    with pytest.raises(ConfigError, match="siern: there is no such case; choose finer-3x256, gabor-3x256"):
        chosen(["siern"])


@pytest.mark.usefixtures("without_bf16")
def test_cases_that_this_machine_cannot_run_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert chosen(["siren-3x256-256-"]) == ["siren-3x256-256-batch8192-float32", "siren-3x256-256-float32"][::-1]
    [line] = capsys.readouterr().err.splitlines()
    assert "siren-3x256-256-bf16" in line
    assert "does not compute in bf16" in line
    with pytest.raises(ConfigError, match="siren-3x256-256-bf16: this machine does not compute in bf16 itself; choose"):
        chosen(["siren-3x256-256-bf16"])


@pytest.mark.parametrize(("steps", "rounds"), [(300, 10), (3, 10), (62, 7), (12, 10), (5, 1)])
def test_the_turns_are_all_steps_behind_the_warm_up_each_once(steps: int, rounds: int) -> None:
    cut = turns(steps, rounds)
    assert [step for turn in cut for step in turn] == list(range(WARM_UP, steps))
    assert 1 <= len(cut) <= rounds
    assert 1 <= min(map(len, cut)) >= max(map(len, cut)) - 1


def test_the_peak_is_the_best_of_several_products(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "LONG_ENOUGH", 0.0)
    monkeypatch.setitem(SIDES, "cpu", 32)
    monkeypatch.setitem(SIDES, "cuda", 32)
    ticks = iter([0.0, 4.0, 10.0, 12.0])
    monkeypatch.setattr(speed.time, "perf_counter", lambda: next(ticks))
    found: list[float] = []
    assert operations(lambda: found.append(peak("float32"))) == 3 * 2 * 32**3, "a first one, and two that are timed"
    assert found == [2 * 32**3 / 1e9 / 2.0]


def test_a_case_has_its_row_and_its_figures(tmp_path: Path) -> None:
    words = ("hash_grid-3x256-256-batch8192-float32", "--steps", "5", "--rounds", "2", "--json", "speed.json")
    command = [sys.executable, "-m", "inr_cli", "bench", "speed", *words]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    [header, _, row] = said.stdout.splitlines()
    assert header.count("|") == row.count("|") == 10
    [figures] = json.loads((tmp_path / "speed.json").read_text())
    assert figures["case"] == words[0]
    assert figures["command"] == f"inr bench speed {words[0]} --steps 5 --rounds 2"
    assert figures["steps"] == 5
    assert figures["psnr_ours"] == pytest.approx(figures["psnr_plain"], abs=0.02)
    assert figures["peer_ms"] is figures["peer_ratio"] is None, "no package has it"
    assert figures["ratio_low"] <= figures["ratio"] <= figures["ratio_high"]
    assert figures["gflop"] == pytest.approx(6 * 8192 * (32 * 256 + 3 * 256**2 + 256) / 1e9, rel=0.05)
    assert figures["peak_share"] == pytest.approx(figures["gflops"] / figures["peak_gflops"])
    assert figures["environment"]["processor"]


@pytest.mark.long
def test_in_a_long_run_ours_is_compiled_and_the_twin_is_not(tmp_path: Path) -> None:
    words = ("hash_grid-3x256-256-batch8192-float32", "--steps", "5", "--rounds", "2", "--long", "--json", "speed.json")
    command = [sys.executable, "-m", "inr_cli", "bench", "speed", *words]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert said.stderr.count("compile: ") == 1
    [figures] = json.loads((tmp_path / "speed.json").read_text())
    assert figures["command"].endswith(" --long")
    assert figures["psnr_ours"] == pytest.approx(figures["psnr_plain"], abs=0.02)
