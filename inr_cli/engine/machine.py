"""Where a run computes and how exactly: device, threads, precision."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass

import torch

from inr_cli.config.errors import ConfigError
from inr_cli.config.root import RunConfig
from inr_cli.config.torchrun import Place, place
from inr_cli.engine.ranks import group
from inr_cli.signal.exact import FULL, set_switches, switches
from inr_cli.signal.memory import keep_freed_memory

FILL = "fill_uninitialized_memory"
"""A search for bugs that comes with deterministic algorithms and costs a pass over every result: switched off."""


@dataclass(frozen=True)
class Machine:
    """What `auto` came to for `device`, `threads`, `precision` and `deterministic`."""

    device: torch.device
    threads: int
    precision: str
    deterministic: bool
    rank: int = 0
    """Which of `processes` this is: torchrun starts several."""
    processes: int = 1

    @property
    def dtype(self) -> torch.dtype:
        """The type of parameters, coordinates and colours."""
        return torch.float64 if self.precision == "float64" else torch.float32

    def autocast(self) -> AbstractContextManager[object]:
        """The context of a forward pass: hidden layers' products in bf16 where asked for."""
        if self.precision != "bf16":
            return nullcontext()
        return torch.autocast(self.device.type, dtype=torch.bfloat16)


def find_machine(config: RunConfig) -> Machine:
    """Resolve the `auto`s. Raises `ConfigError` for a device that is not there."""
    here = place()
    device = _device(config.device) if here.processes == 1 else _own_device(config.device, here)
    threads = _cores(here.local_processes) if config.threads == "auto" else config.threads
    if config.precision == "tf32" and device.type != "cuda":
        raise ConfigError("precision=tf32: only CUDA devices have it; choose precision=float32, bf16 or auto.")
    precision = config.precision
    if precision == "auto":
        precision = "bf16" if _has_bf16(device) else "float32"
    deterministic = device.type == "cpu" if config.deterministic == "auto" else config.deterministic
    return Machine(device, threads, precision, deterministic, here.rank, here.processes)


@contextmanager
def using(machine: Machine) -> Iterator[None]:
    """Set torch's process-wide switches for one run and put them back."""
    if machine.deterministic and machine.device.type == "cuda":
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # read when the first product is taken
    with ExitStack() as undo:
        undo.callback(torch.set_num_threads, torch.get_num_threads())
        undo.callback(set_switches, *switches())
        undo.callback(torch.use_deterministic_algorithms, torch.are_deterministic_algorithms_enabled())
        undo.callback(setattr, torch.utils.deterministic, FILL, getattr(torch.utils.deterministic, FILL))
        torch.set_num_threads(machine.threads)
        keep_freed_memory()
        set_switches(*(("high", True) if machine.precision == "tf32" else FULL))
        setattr(torch.utils.deterministic, FILL, False)
        torch.use_deterministic_algorithms(machine.deterministic)
        if machine.processes > 1:
            undo.enter_context(group(machine.device))
        with _deterministic_or_told():
            yield


@contextmanager
def _deterministic_or_told() -> Iterator[None]:
    try:
        yield
    except RuntimeError as error:
        if "does not have a deterministic implementation" not in str(error):
            raise
        operation = str(error).partition(" ")[0]
        raise ConfigError(f"deterministic=true: {operation} cannot be; choose deterministic=false.") from error


def _device(name: str) -> torch.device:
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if name == "auto":
        return torch.device("cuda" if count else "cpu")
    device = torch.device(name)
    if device.type == "cuda" and (device.index or 0) >= count:
        raise ConfigError(f"device={name}: torch {torch.__version__} sees {count} CUDA devices; choose cpu or auto.")
    return device


def _own_device(name: str, here: Place) -> torch.device:
    """The device of one of several processes: of the GPUs of its machine, one for each."""
    if ":" in name:
        raise ConfigError(f"device={name}: torchrun's processes take one GPU each; choose cuda, cpu or auto.")
    if _device(name).type == "cpu":
        return torch.device("cpu")
    count = torch.cuda.device_count()
    if count < here.local_processes:
        raise ConfigError(
            f"device={name}: {here.local_processes} processes and {count} GPUs; choose --nproc-per-node={count}."
        )
    return torch.device("cuda", here.local_rank)


def _cores(sharing: int) -> int:
    """`OMP_NUM_THREADS`, or the cores this process may use: a container or a scheduler can make them fewer.

    Of several processes each has its share: there, torchrun sets that variable to 1 where nobody else has.
    """
    asked = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()
    if asked.isdecimal() and int(asked) > (sharing > 1):
        return int(asked)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, cores // sharing)


def _has_bf16(device: torch.device) -> bool:
    """Whether the hardware multiplies in bf16 itself; emulated bf16 is slower than float32."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return any(getattr(torch.cpu, probe, bool)() for probe in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"))
