from pathlib import Path

import pytest
import yaml

from inr_cli.config.choices import files

QUICK = ("size=12", "steps=2", "threads=1")


def test_a_copy_is_run_and_edited(inr, tmp_path: Path) -> None:
    said = inr("cp", "experiment=siren_study/fit_siren", "my/", cwd=tmp_path).stdout
    copy = tmp_path / "my/experiment/my_fit_siren.yaml"
    assert said.startswith("my/experiment/my_fit_siren.yaml\n")
    command = said.partition("inr ")[2].split()
    assert command == ["fit", "--config-dir", "my", "experiment=my_fit_siren"]
    copy.write_text(copy.read_text().replace("hidden_features: 256", "hidden_features: 7"))
    inr(*command, *QUICK, cwd=tmp_path)
    [config] = tmp_path.glob("outputs/*/*/config.yaml")
    run = yaml.safe_load(config.read_text())
    assert run["network"]["hidden_features"] == 7
    assert run["experiment"]["name"] == "my_fit_siren"


def test_so_is_one_of_a_part(inr, tmp_path: Path) -> None:
    command = inr("cp", "encoding=gaussian", "my", cwd=tmp_path).stdout.partition("inr ")[2].split()
    copy = tmp_path / "my/encoding/my_gaussian.yaml"
    assert copy.read_bytes() == files("encoding")["gaussian"].read_bytes()
    copy.write_text(copy.read_text().replace("scale: 10", "scale: 3"))
    shown = inr(*command, "--cfg", "job", "--package", "encoding", cwd=tmp_path).stdout
    assert yaml.safe_load(shown)["scale"] == 3


def test_a_copy_speaks_of_itself_where_forms_are_compared(inr, tmp_path: Path) -> None:
    inr("cp", "experiment=fourier_note/fourier_corrected", "my", cwd=tmp_path)
    text = (tmp_path / "my/experiment/my_fourier_corrected.yaml").read_text()
    assert "order: [fourier_note/cnn_corrected, my_fourier_corrected]" in text
    assert "- /experiment/fourier_note/fourier\n" in text


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("encoding=gausian", "my"), "'gaussian'"),
        (("encodings=gaussian", "my"), "'encoding'"),
        (("experiment=fit_siren", "my"), "'siren_study/fit_siren'"),
        (("gaussian", "my"), "GROUP=NAME"),
        (("encoding=gaussian", "taken"), "there already"),
    ],
)
def test_a_wrong_word_gets_one_line_and_no_file(inr, words: tuple[str, str], says: str, tmp_path: Path) -> None:
    (tmp_path / "taken/encoding").mkdir(parents=True)
    (tmp_path / "taken/encoding/my_gaussian.yaml").touch()
    done = inr("cp", *words, cwd=tmp_path, expect=2)
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "my").exists()


def test_a_folder_that_cannot_be_made_is_told(inr, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "file" in inr("cp", "encoding=gaussian", "file", cwd=tmp_path, expect=4).stderr
