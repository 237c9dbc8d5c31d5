import json
import subprocess
import sys
from pathlib import Path

import pytest

from inr_cli.bench.speed import chosen, peak
from inr_cli.config.errors import ConfigError


def test_the_beginning_of_a_name_stands_for_all_that_begin_so() -> None:
    assert len(chosen([])) == 20
    assert chosen(["siren-3x256-256-float32"]) == ["siren-3x256-256-float32"]
    assert len(chosen(["siren", "gabor-3x256-256-bf16"])) == 5
    with pytest.raises(ConfigError, match="siern: there is no such case; choose finer-3x256, gabor-3x256"):
        chosen(["siern"])


def test_the_machine_multiplies_matrices() -> None:
    assert peak("float32") > 0


def test_a_case_has_its_row_and_its_figures(tmp_path: Path) -> None:
    words = ("hash_grid-3x256-256-batch8192-float32", "--steps", "4", "--rounds", "2", "--json", "speed.json")
    command = [sys.executable, "-m", "inr_cli", "bench", "speed", *words]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    [header, _, row] = said.stdout.splitlines()
    assert header.count("|") == row.count("|") == 9
    found = json.loads((tmp_path / "speed.json").read_text())
    [figures] = found["rows"]
    assert figures["case"] == words[0]
    assert figures["command"] == f"inr bench speed {words[0]} --steps 4 --rounds 2"
    assert figures["psnr_ours"] == pytest.approx(figures["psnr_plain"], abs=0.02)
    assert figures["ratio_low"] <= figures["ratio"] <= figures["ratio_high"]
    assert figures["gflop"] == pytest.approx(6 * 8192 * (32 * 256 + 3 * 256**2 + 256) / 1e9, rel=0.05)
    assert figures["peak_share"] == pytest.approx(figures["gflops"] / figures["peak_gflops"])
    assert found["environment"]["processor"]
