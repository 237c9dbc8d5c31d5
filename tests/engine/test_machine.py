import os
from collections.abc import Callable

import pytest
import torch

from inr_cli.config.errors import ConfigError
from inr_cli.config.root import RunConfig
from inr_cli.engine.machine import Machine, find_machine, using

Configure = Callable[..., RunConfig]
CPU = torch.device("cpu")


def test_what_is_asked_for_is_what_one_gets(configure: Configure) -> None:
    machine = find_machine(configure("device=cpu", "threads=3", "precision=float64"))
    assert machine == Machine(CPU, 3, "float64", True)


def test_auto_comes_to_something_definite(configure: Configure) -> None:
    machine = find_machine(configure("device=auto", "threads=auto", "precision=auto"))
    assert machine.device.type in {"cpu", "cuda"}
    assert machine.precision in {"float32", "bf16"}
    assert 1 <= machine.threads <= (os.cpu_count() or 1)


@pytest.mark.parametrize("asked", ["1", "3", "3,2"])
def test_the_number_of_threads_in_the_environment_is_honoured(
    configure: Configure, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", asked)
    assert find_machine(configure("threads=auto")).threads == int(asked[0])
    assert find_machine(configure("threads=2")).threads == 2


@pytest.mark.parametrize("asked", ["", "0", "many"])
def test_without_such_a_number_all_cores_are_used(
    configure: Configure, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", asked)
    assert find_machine(configure("threads=auto")).threads == len(os.sched_getaffinity(0))


@pytest.mark.parametrize("word", ["device=cuda:99", "precision=tf32"])
def test_what_is_not_there_is_refused_with_what_is(configure: Configure, word: str) -> None:
    words = [word] if word.startswith("device") else ["device=cpu", word]
    with pytest.raises(ConfigError) as caught:
        find_machine(configure(*words))
    assert str(caught.value).startswith(word)
    assert "choose" in str(caught.value)


@pytest.mark.parametrize(
    ("precision", "dtype"), [("float32", torch.float32), ("bf16", torch.float32), ("float64", torch.float64)]
)
def test_parameters_are_never_kept_in_less_than_float32(precision: str, dtype: torch.dtype) -> None:
    assert Machine(CPU, 1, precision, True).dtype == dtype


@pytest.mark.parametrize(("precision", "dtype"), [("float32", torch.float32), ("bf16", torch.bfloat16)])
def test_only_bf16_multiplies_in_bf16(precision: str, dtype: torch.dtype) -> None:
    with Machine(CPU, 1, precision, True).autocast():
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == dtype


@pytest.mark.parametrize("precision", ["float32", "tf32"])
def test_torchs_switches_are_put_back_even_after_an_error(precision: str) -> None:
    def switches() -> tuple[int, str, bool]:
        return torch.get_num_threads(), torch.get_float32_matmul_precision(), torch.backends.cudnn.allow_tf32

    before = switches()
    with pytest.raises(RuntimeError), using(Machine(CPU, 2, precision, True)):
        assert switches() == ((2, "high", True) if precision == "tf32" else (2, "highest", False))
        raise RuntimeError
    assert switches() == before


# Beside other processes of torchrun's


@pytest.fixture
def third_of_four(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("RANK", "6"), ("WORLD_SIZE", "8"), ("LOCAL_RANK", "2"), ("LOCAL_WORLD_SIZE", "4")):
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("third_of_four")
@pytest.mark.parametrize(("asked", "threads"), [("", 4), ("1", 4), ("3", 3)])
def test_processes_share_the_cores_unless_somebody_says_otherwise(
    configure: Configure, monkeypatch: pytest.MonkeyPatch, asked: str, threads: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(17)))
    monkeypatch.setenv("OMP_NUM_THREADS", asked)  # torchrun sets 1
    machine = find_machine(configure("device=cpu", "threads=auto"))
    assert (machine.rank, machine.processes, machine.threads) == (6, 8, threads)


@pytest.mark.usefixtures("third_of_four")
def test_each_process_has_a_gpu_of_its_own(configure: Configure, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 4)
    words = ("threads=1", "precision=float32")
    assert find_machine(configure("device=auto", *words)).device == torch.device("cuda:2")
    assert find_machine(configure("device=cpu", *words)).device == CPU
    with pytest.raises(ConfigError, match=r"^device=cuda:1: .* one GPU each; choose cuda, cpu or auto"):
        find_machine(configure("device=cuda:1", *words))
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 3)
    with pytest.raises(ConfigError, match=r"4 processes and 3 GPUs; choose --nproc-per-node=3"):
        find_machine(configure("device=cuda", *words))
