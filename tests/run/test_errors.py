from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from inr_cli.cli.main import main, program

Inr = Callable[..., subprocess.CompletedProcess[str]]

FIT = [
    (2, "scal=3", "scale"),
    (2, "+scal=3", "scale"),
    (2, "++foo=1", "foo"),
    (2, "~foo", "foo"),
    (2, "encoding=gausian", "gaussian"),
    (2, "encodng=gaussian", "encoding"),
    (2, "optimizer.lrr=1", "optimizer.lr"),
    (2, "steps=-5", "steps=-5"),
    (2, "steps=1.5", "steps=1.5"),
    (2, "steps=true", "steps"),
    (2, "deterministic=maybe", "error: deterministic=maybe: "),
    (2, "compile=maybe", "error: compile=maybe: "),
    (2, "optimizer.lr=nan", "optimizer.lr=nan"),
    (2, "optimizer.lr=inf", "optimizer.lr=inf"),
    (2, "optimizer.lr=fast", "optimizer.lr=fast"),
    (2, "scale=-1", "scale=-1"),
    (2, "size=0", "size=0"),
    (2, "batch_size=some", "batch_size=some"),
    (2, "network.hidden_features=100000000000", "hidden_features"),
    (2, "seed=99999999999999999999999", "seed"),
    (2, "encoding=identity scale=3", "gaussian"),
    (2, "activation=relu init=siren", "choose init=torch"),
    (2, "loss=bce network.output=linear", "network.output=sigmoid"),
    (2, "target_range=signed network.output=sigmoid", "target_range"),
    (2, "optimizer=sgd optimizer.momentum=0 optimizer.nesterov=true", "momentum"),
    (2, "precision=tf32 device=cpu", "precision"),
    (2, "device=cuda:99", "device"),
    (2, "device=gpu", "device=gpu"),
    (2, "steps=5 epochs=2", "epochs"),
    (2, "scale=1,2", "-m"),
    (2, "a=b=c", "quotes"),
    (2, "--foo", "--foo"),
    (2, "--config-dir nowhere", "nowhere"),
    (2, "--config-name nothing", "nothing"),
    (2, "experiment=nothing", "experiment=nothing"),
    (2, "hydra.nothing=1", "hydra.nothing"),
    (2, "steps=${nothing}", "nothing"),
    (2, "image=all dataset=synthetic", "-m"),
    (2, "-m image=all dataset=file", "dataset=kodak"),
    (2, "-m image=all dataset=kodak,synthetic", "of kodak, synthetic"),
    (2, "-m image=all encoding=gausian", "gaussian"),
    (3, "image=cta", "cat"),
    (3, "image=face", "dataset=synthetic"),
    (3, "image=.", "folder"),
    (3, "image=text.txt", "text.txt"),
    (3, "image=empty.png", "empty.png"),
    (4, "out=text.txt", "text.txt"),
]
OTHERS = [
    (2, "render nothere", "nothere"),
    (2, "render", "last"),
    (2, "render --size", "--size"),
    (2, "render --foo", "--foo"),
    (2, "render --bits 12", "12"),
    (2, "query", "--at"),
    (2, "query --at 1", "--at"),
    (2, "ls nothing", "nothing"),
    (2, "completion tcsh", "tcsh"),
    (2, "export --format nmpy", "'numpy'"),
    (2, "nothing", "nothing"),
    (5, "render text.txt", "text.txt"),
    (5, "query empty.png --at 0,0", "empty.png"),
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "text.txt").write_text("not a picture")
    (tmp_path / "empty.png").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("code", "line", "names"), [(c, f"fit {w}", n) for c, w, n in FIT] + OTHERS)
def test_bad_input_gets_one_line_a_code_and_nothing_written(
    code: int, line: str, names: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(line.split(" "))
    said = capsys.readouterr()
    assert (end.value.code, said.out) == (code, "")
    [message] = said.err.splitlines()
    assert message.startswith("error: ")
    assert names in message
    assert len(message) <= 300
    assert sorted(path.name for path in folder.iterdir()) == ["empty.png", "text.txt"]


def test_the_program_exits_with_the_code(inr, tmp_path: Path) -> None:
    done = inr("fit", "scal=3", cwd=tmp_path, expect=2)
    assert done.stderr == "error: scal=3: there is no option scal. Did you mean 'scale'?\n"
    assert "Traceback" in inr("fit", "scal=3", "--debug", cwd=tmp_path, expect=2).stderr
    assert "Traceback" in inr("fit", "scal=3", cwd=tmp_path, expect=2, INR_DEBUG="1").stderr


def test_a_closed_standard_error_ends_nothing(tmp_path: Path) -> None:
    command = f"exec {sys.executable} -m inr_cli fit {TINY} 2>&-"
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "inr render" in done.stdout
    assert len(list(tmp_path.glob("outputs/*/*/summary.json"))) == 1


def test_letters_that_the_terminal_does_not_know_end_nothing(inr: Inr, tmp_path: Path) -> None:
    said = inr("fit", "image=été", cwd=tmp_path, expect=3, PYTHONPATH="", PYTHONIOENCODING="ascii").stderr
    assert said.startswith("error: no picture '?t?'")


def test_a_home_is_found_behind_an_equals_sign(inr: Inr, tmp_path: Path) -> None:
    home, work = tmp_path / "home", tmp_path / "work"
    home.mkdir()
    work.mkdir()
    inr("fit", *TINY.split(), "out=~/of=mine", cwd=work, HOME=str(home))
    assert (home / "of=mine" / "latest").is_file()
    assert not list(work.iterdir())
    assert "done" in inr("ls", "runs", "--runs=~/of=mine", cwd=work, HOME=str(home)).stdout
    [run] = home.glob("of=mine/*/*/")
    assert "is complete" in inr("resume", str(run), cwd=work).stderr


TINY = (
    "dataset=synthetic image=face size=12 batch_size=64 network.hidden_features=8 steps=5 "
    "optimizer=sgd device=cpu threads=1 precision=float32"
)
KINDS = [
    (2, "fit scal=3", "scale"),
    (3, "fit image=cta", "'cta'"),
    (4, "fit out=text.txt", "text.txt"),
    (5, "render text.txt", "text.txt"),
    (6, "fit dataset=kodak image=kodim01 dataset.root=nowhere", "dataset.root=nowhere"),
    (7, f"fit {TINY} optimizer.lr=1e9", "optimizer.lr"),
    (10, f"fit -m {TINY} optimizer.lr=0.1,1e9", "face"),
]


@pytest.mark.parametrize(("code", "line", "names"), KINDS)
def test_each_kind_of_error_is_one_line_and_a_code_of_the_real_program(
    code: int, line: str, names: str, inr: Inr, folder: Path
) -> None:
    said = inr(*line.split(), cwd=folder, expect=code).stderr.splitlines()
    assert said[-1].startswith("error: ")
    assert names in said[-1]
    assert len(said[-1]) <= 300
    assert "Traceback" not in "".join(said)
    assert len(said) == 1 or code == 10  # a sweep has told of each job before


@pytest.mark.parametrize(("code", "line"), [(code, line) for code, line, _ in KINDS if code != 10])
def test_each_kind_of_error_has_a_traceback_with_debug(
    code: int, line: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main([*line.split(), "--debug"])
    assert end.value.code == code
    said = capsys.readouterr().err
    assert "Traceback (most recent call last):" in said
    assert said.splitlines()[-1].startswith("error: ")


def test_a_slip_in_a_commands_name_suggests_that_command(capsys: pytest.CaptureFixture[str]) -> None:
    names = [name for name, command in program.commands.items() if not command.hidden]
    right = []
    for name in names:
        for slip in sorted(slips(name) - set(names)):
            with pytest.raises(SystemExit) as end:
                main([slip])
            [message] = capsys.readouterr().err.splitlines()
            assert end.value.code == 2
            right.append(f"Did you mean '{name}'?" in message)
    assert sum(right) / len(right) >= 0.95


def slips(name: str) -> set[str]:
    """The name with one letter left out, two neighbours swapped, or one letter doubled."""
    places = range(len(name))
    missing = {name[:i] + name[i + 1 :] for i in places}
    swapped = {name[:i] + name[i + 1] + name[i] + name[i + 2 :] for i in places[:-1]}
    return (missing | swapped | {name[: i + 1] + name[i:] for i in places}) - {name}


RENDERS = """
import contextlib, io, json, resource, sys
from inr_cli.cli.main import main

resource.setrlimit(resource.RLIMIT_CPU, (120, 120))
resource.setrlimit(resource.RLIMIT_AS, (2**35, 2**35))
for size in json.loads(sys.argv[2]):
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
        try:
            main(["render", "--runs", sys.argv[1], f"--size={size}", "--out", "x.png"])
        except SystemExit as end:
            code = end.code
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps([size, code, said.getvalue().splitlines(), kilobytes]), flush=True)
"""
SMALL = ["1", "1x1", "3x2", "2"]
HUGE = ["1000000", "1000000x1000000", "65535x65535", "2147483648", "9223372036854775808", "9" * 300]
WRONG = ["0", "-1", "abc", "1.5", "0x10", "10x", "x10", "4x-1", "1e3", "", " ", "²", "nan", "1x1x1"]


def test_an_impossible_size_is_refused_without_ever_being_made(fitted: Path, tmp_path: Path) -> None:
    sizes = json.dumps([*SMALL, *HUGE, *WRONG])
    command = [sys.executable, "-c", RENDERS, str(fitted / "outputs"), sizes]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=300)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(size, code) for size, code, *_ in answers] == [*((s, 0) for s in SMALL), *((s, 2) for s in HUGE + WRONG)]
    for size, code, said, _ in answers:
        assert len(said) == (code != 0), size
        assert all(re.match("error: .{1,480}(must be|at most)", line) for line in said), said
    smallest, most = answers[0][-1], answers[-1][-1]
    assert most < smallest + 100 * 1024  # the kilobytes that the smallest render took, and a tenth of a gigabyte
    assert [file.name for file in tmp_path.iterdir()] == ["x.png"]
    with Image.open(tmp_path / "x.png") as last:
        assert max(last.size) == 2


def test_a_render_that_cannot_be_written(inr, fitted: Path, tmp_path: Path) -> None:
    runs = str(fitted / "outputs")
    for out, code in (("nowhere/x.png", 4), ("x.gif", 2), ("x", 2)):
        said = inr("render", "--runs", runs, "--out", out, cwd=tmp_path, expect=code).stderr
        assert len(said.splitlines()) == 1
    assert not list(tmp_path.iterdir())
