from __future__ import annotations

from pathlib import Path

import pytest

from inr_cli.cli.main import main

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
    (2, "optimizer.lr=nan", "optimizer.lr=nan"),
    (2, "optimizer.lr=inf", "optimizer.lr=inf"),
    (2, "optimizer.lr=fast", "optimizer.lr=fast"),
    (2, "scale=-1", "scale=-1"),
    (2, "size=0", "size=0"),
    (2, "batch_size=some", "batch_size=some"),
    (2, "network.hidden_features=100000000000", "hidden_features"),
    (2, "seed=99999999999999999999999", "seed"),
    (2, "encoding=identity scale=3", "gaussian"),
    (2, "activation=relu init=siren", "init=kaiming_uniform"),
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


@pytest.mark.parametrize("size", ["0", "-1", "1000000", "1000000x1000000", "2147483648", "9" * 19, "abc", "1.5", "4x"])
def test_impossible_sizes(inr, fitted: Path, tmp_path: Path, size: str) -> None:
    runs = str(fitted / "outputs")
    said = inr("render", "--runs", runs, f"--size={size}", "--out", "x.png", cwd=tmp_path, expect=2).stderr
    assert len(said.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_a_render_that_cannot_be_written(inr, fitted: Path, tmp_path: Path) -> None:
    runs = str(fitted / "outputs")
    for out, code in (("nowhere/x.png", 4), ("x.gif", 2), ("x", 2)):
        said = inr("render", "--runs", runs, "--out", out, cwd=tmp_path, expect=code).stderr
        assert len(said.splitlines()) == 1
    assert not list(tmp_path.iterdir())
