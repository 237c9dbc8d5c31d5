from pathlib import Path


def test_every_choice_composes_and_its_part_trains(inr, tmp_path: Path) -> None:
    lines = inr("doctor", cwd=tmp_path, INR_CACHE=str(tmp_path)).stdout.splitlines()
    assert not [line for line in lines if line.startswith("BAD")]
    missing = [line for line in lines if line.startswith("-")]
    # what is missing are files that a person brings, and a tool that is not among those of development
    assert all("loss=vgg" in line or "task=tiles" in line or "logger=mlflow" in line for line in missing)
    assert "choices compose, and their parts train" in lines[-1]
