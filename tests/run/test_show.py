from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PIL import Image

pytest.importorskip("matplotlib")


def test_alone_it_lists_what_there_is(inr, tmp_path: Path) -> None:
    said = inr("show", cwd=tmp_path).stdout
    for name in ("encoding", "kernel", "activation", "init", "grid", "run", "training", "activations", "derivatives"):
        assert any(line.startswith(f"{name}\t") and len(line) > 40 for line in said.splitlines()), name
    assert not list(tmp_path.iterdir())


def test_a_sweep_is_a_sheet_and_a_file_per_channel_for_every_scale(inr, tmp_path: Path) -> None:
    words = ("encoding.count=25", "scale=1,10", "--size", "40", "--out", "waves")
    said = inr("show", "encoding", "gaussian", *words, cwd=tmp_path).stdout.splitlines()
    folders = sorted((tmp_path / "waves").iterdir())
    assert [folder.name for folder in folders] == [
        f"encoding-gaussian-encoding.count=25-scale={scale}" for scale in (1, 10)
    ]
    for folder in folders:
        channels = sorted((folder / "channels").iterdir())
        assert len(channels) == 50
        with Image.open(channels[0]) as channel:
            assert channel.size == (40, 40)
        for file in ("channels.png", "spectrum.png"):
            assert str((folder / file).relative_to(tmp_path)) in said
    one, other = (sorted(folder.rglob("007.png"))[0].read_bytes() for folder in folders)
    assert one != other


def test_other_words_never_take_the_place_of_a_picture(inr, tmp_path: Path) -> None:
    inr("show", "kernel", "radial", "encoding.sigma=1,2", "--size", "8", cwd=tmp_path)
    assert len(list(tmp_path.glob("outputs/show/*/kernel.png"))) == 2


def test_a_file_is_the_main_picture_alone(inr, tmp_path: Path) -> None:
    said = inr("show", "encoding", "basic", "--size", "16", "--out", "b.png", cwd=tmp_path).stdout
    assert said == "b.png\n"
    assert [path.name for path in tmp_path.iterdir()] == ["b.png"]


def test_what_is_drawn_of_a_run_goes_into_its_folder(inr, fitted: Path, tmp_path: Path) -> None:
    shutil.copytree(fitted / "outputs", tmp_path / "outputs")
    for what, suffix in (("run", "png"), ("training", "gif")):
        said = inr("show", what, cwd=tmp_path).stdout.strip()
        assert said.endswith(f"{what}.{suffix}")
        with Image.open(tmp_path / said) as picture:
            assert picture.format == suffix.upper()
        assert (tmp_path / said).parent.joinpath("run.json").is_file()


def test_a_picture_that_changed_since_is_not_drawn_beside_the_field(inr, tmp_path: Path) -> None:
    Image.new("L", (12, 10), 100).save(tmp_path / "picture.png")
    inr("fit", "image=picture.png", "activation=sine", "steps=2", "save_every=1", cwd=tmp_path)
    Image.new("L", (12, 10), 101).save(tmp_path / "picture.png")
    for what in ("run", "training", "activations", "derivatives"):
        done = inr("show", what, cwd=tmp_path, expect=3)
        assert done.stderr.endswith("picture.png: has changed since it was fitted.\n")
        assert not done.stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("encodin",), "Did you mean 'encoding'?"),
        (("encoding", "gausian"), "Did you mean 'gaussian'?"),
        (("encoding", "gaussian", "scal=3"), "Did you mean 'scale'?"),
        (("activation", "sine", "--size", "20"), "--size 20"),
        (("kernel", "gaussian", "scale=1,2", "--out", "k.png"), "give a folder"),
        (("kernel", "gaussian", "--out", "k.jpg"), "k.png"),
        (("run", "nowhere"), "no such run"),
        (("run", "last"), "no run in outputs yet"),
        (("run", "last", "scale=3"), "scale=3"),
        (("init", "kaiming_normal", "network=fourier_mfn"), "network=mlp"),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, tuple) else "",
)
def test_a_wrong_word_gets_one_line_and_no_file(inr, words: tuple[str, ...], says: str, tmp_path: Path) -> None:
    done = inr("show", *words, cwd=tmp_path, expect=2)
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_a_field_without_its_run_is_refused(inr, fitted: Path, tmp_path: Path) -> None:
    [checkpoint] = fitted.glob("outputs/*/*/checkpoints/step_000030.safetensors")
    shutil.copy(checkpoint, tmp_path / "alone.safetensors")
    assert "run's folder" in inr("show", "run", "alone.safetensors", cwd=tmp_path, expect=2).stderr


def test_without_matplotlib_one_line_says_what_to_install(inr, tmp_path: Path) -> None:
    """What needs none is drawn all the same."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site/sitecustomize.py").write_text(
        "import importlib.util as u\nfound = u.find_spec\n"
        "u.find_spec = lambda name, *rest: None if name == 'matplotlib' else found(name, *rest)\n"
    )
    import inr_cli

    path = f"{tmp_path / 'site'}:{Path(inr_cli.__file__).parents[1]}"
    done = inr("show", "encoding", "basic", "--size", "8", cwd=tmp_path, expect=2, PYTHONPATH=path)
    assert "pip install 'inr-cli[plots]'" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == "outputs/show/encoding-basic/channels.png\n"
