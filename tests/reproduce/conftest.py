from collections.abc import Callable
from pathlib import Path

import pytest

Own = Callable[..., None]

HEAD = """# @package _global_
# A study: the face, 15 px, as it is; none published; 2 CPU cores 1 s.
defaults:
  - override /dataset: synthetic
image: face
steps: 4
network: {{hidden_features: 8}}
encoding: {{count: 4}}
device: cpu
threads: 1
precision: float32
experiment:
  name: {name}
  source: a study
  minutes: {{gpu: null, cpu: 0.1}}
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Own:
    """`own("study/one", "  grid: [...]")`: an experiment of milliseconds in the user's own folder."""
    monkeypatch.setenv("INR_CONFIG_DIR", str(tmp_path / "own"))

    def write(name: str, more: str = "") -> None:
        file = tmp_path / "own" / "experiment" / f"{name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(HEAD.format(name=name) + more)

    return write
