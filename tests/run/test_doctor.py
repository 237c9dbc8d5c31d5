from pathlib import Path


def test_every_choice_composes_and_its_part_trains(inr, tmp_path: Path) -> None:
    lines = inr("doctor", cwd=tmp_path, INR_CACHE=str(tmp_path)).stdout.splitlines()
    assert not [line for line in lines if line.startswith("BAD")]
    missing = [line for line in lines if line.startswith("-")]
    # what is missing are files that a person brings, and tools that are not among those of development
    brought = ("loss=vgg", "task=tiles", "logger=mlflow", "cluster=ray")
    assert all(any(word in line for word in brought) for line in missing), missing
    assert "choices compose, and their parts train" in lines[-1]
