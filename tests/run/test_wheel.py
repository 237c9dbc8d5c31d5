from __future__ import annotations

import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_a_wheel_works_from_any_folder(tmp_path: Path) -> None:
    for tool in ("build", "hatchling", "pip"):
        pytest.importorskip(tool, reason=f"{tool} is not installed, so no wheel can be made")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"inr_cli/conf/config.yaml", "inr_cli/conf/experiment/first_look/siren.yaml", "inr_cli/cli/main.py"} <= names
    assert {name.partition("/")[0] for name in names if ".dist-info" not in name} == {"inr_cli"}

    # An empty environment that borrows the installed dependencies, but not this checkout: a path in a .pth file
    # brings packages, not the .pth files beside them, which is where an editable install lives.
    place = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    python = place / "bin/python"
    [site] = place.glob("lib/python*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(install, check=True, capture_output=True)

    folder = tmp_path / "anywhere"
    folder.mkdir()
    where = subprocess.check_output([python, "-c", "import inr_cli; print(inr_cli.__file__)"], cwd=folder, text=True)
    assert Path(where.strip()).is_relative_to(site)
    words = ["fit", "image=cat", "size=24", "steps=2", "network.hidden_features=8", "threads=1"]
    subprocess.run([place / "bin/inr", *words], cwd=folder, check=True, capture_output=True)
    subprocess.run([place / "bin/inr", "render", "--size", "50"], cwd=folder, check=True, capture_output=True)
    assert list(folder.glob("outputs/*/*/renders/50x33.png"))
