import os

import pytest
import torch

from inr_cli.cli.places import gpus_for, places, take_place

NAME = "CUDA_VISIBLE_DEVICES"


@pytest.fixture
def four_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    """As torch counts them: those that the environment lets it see."""
    monkeypatch.delenv(NAME, raising=False)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: len(os.environ.get(NAME, "0,1,2,3").split(",")))


@pytest.mark.parametrize(
    ("at_once", "gpus", "expected"),
    [
        (1, [], [None]),
        (3, ["0"], [None, None, None]),
        (2, ["0", "1", "2"], ["0", "1"]),
        (3, ["GPU-a", "GPU-b"], ["GPU-a", "GPU-b", "GPU-a"]),
    ],
)
def test_gpus_are_dealt_out_in_turn_where_there_are_several(
    at_once: int, gpus: list[str], expected: list[str | None]
) -> None:
    assert [place.get(NAME) for place in places(at_once, gpus)] == expected


@pytest.mark.usefixtures("four_gpus")
@pytest.mark.parametrize(("number", "gpu"), [(0, "0"), (3, "3"), (6, "2")])
def test_a_process_keeps_the_gpu_of_its_first_job(number: int, gpu: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", dict(os.environ))
    for job in (number, number + 1, number + 5):
        take_place(job, "auto")
        assert os.environ[NAME] == gpu


@pytest.mark.usefixtures("four_gpus")
def test_who_chose_a_device_has_it_and_hidden_gpus_stay_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", dict(os.environ))
    for device in ("cpu", "cuda:2"):
        take_place(1, device)
        assert NAME not in os.environ
    os.environ[NAME] = "5,6"
    assert gpus_for(["auto", "cuda"]) == ["5", "6"]
    take_place(1, "cuda")
    assert os.environ[NAME] == "6"
