import json
import shutil
from pathlib import Path

import pytest

from inr_cli.bench.choices import Choice
from inr_cli.bench.parts import DEFAULT, Protocol, Record, measure
from inr_cli.config.errors import ConfigError

QUICK = Protocol(image="cat", size=8, seconds=0.001, seed=0)
IDENTITY, NONE, VGG = Choice("encoding", "identity"), Choice("mask", "none"), Choice("loss", "vgg")


def bench(file: Path, *choices: Choice, protocol: Protocol = QUICK, again: bool = False) -> dict[str, Record]:
    told: dict[str, Record] = {}
    measure(choices, protocol, file, again, told.__setitem__)
    return told


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which two choices were measured. Tests only read it."""
    folder = tmp_path_factory.mktemp("measured")
    bench(folder / "parts.json", IDENTITY, NONE)
    return folder


@pytest.fixture
def file(measured: Path, tmp_path: Path) -> Path:
    """A copy of its figures, to go on from."""
    return Path(shutil.copy(measured / "parts.json", tmp_path))


def test_each_choice_has_its_figures_and_the_command_that_makes_them(measured: Path) -> None:
    found = json.loads((measured / "parts.json").read_text())
    record = found["parts"]["encoding=identity"]
    assert record["status"] == "done"
    assert 0 < record["psnr"] < 100
    assert record["steps"] >= 1
    assert record["command"].startswith("inr fit encoding=identity image=cat size=8 seconds=0.001 seed=0")
    assert found["protocol"]["size"] == 8
    assert found["environment"]["packages"]["torch"]
    assert [path.name for path in measured.iterdir()] == ["parts.json"], "the runs themselves are gone"


def test_choices_that_change_nothing_share_the_default_run(file: Path) -> None:
    told = bench(file, NONE, Choice("loss", "mse"))
    assert list(told) == [DEFAULT]
    assert told[DEFAULT]["command"].startswith("inr fit image=cat")


def test_a_choice_that_cannot_run_here_has_the_reason(tmp_path: Path) -> None:
    record = bench(tmp_path / "parts.json", VGG)["loss=vgg"]
    assert record["status"] == "failed"
    assert "needs VGG19's weights" in record["reason"]


def test_a_stopped_bench_continues_where_it_stopped(file: Path) -> None:
    found = json.loads(file.read_text())
    found["parts"][DEFAULT]["psnr"] = 99.0
    file.write_text(json.dumps(found))
    assert bench(file, NONE)[DEFAULT]["psnr"] == 99.0
    assert bench(file, NONE, again=True)[DEFAULT]["psnr"] < 99.0


def test_figures_of_another_protocol_are_kept_apart(file: Path) -> None:
    other = Protocol(image="cat", size=9, seconds=0.001, seed=0)
    before = file.read_bytes()
    with pytest.raises(
        ConfigError, match=r"measured with another size, 8 instead of 9; choose another file, or --again"
    ):
        bench(file, VGG, protocol=other)
    assert file.read_bytes() == before
    bench(file, VGG, protocol=other, again=True)
    assert list(json.loads(file.read_text())["parts"]) == ["loss=vgg"], "old figures do not compare"


def test_a_file_of_something_else_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "README.md"
    file.write_text("# mine\n")
    with pytest.raises(ConfigError, match="it is not a file of figures"):
        bench(file, NONE)
    assert file.read_text() == "# mine\n"


def test_a_run_that_diverges_is_called_so_and_not_made_again(tmp_path: Path) -> None:
    file, wild = tmp_path / "parts.json", Choice("optimizer.lr", "1e9")
    record = bench(file, wild)["optimizer.lr=1e9"]
    assert record["status"] == "diverged"
    assert "diverged" in record["reason"]
    before = file.read_bytes()
    bench(file, wild)
    assert file.read_bytes() == before
