"""What a run ran on, so that its figures can be judged and repeated. No host or user name is kept."""

from __future__ import annotations

import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

from inr_cli import __version__
from inr_cli.engine.machine import Machine

PACKAGES = ("torch", "numpy", "hydra-core", "omegaconf", "pydantic", "safetensors", "scikit-image", "pillow")

CAUSES = ("inr", "torch", "numpy", "processor", "device", "device_name", "cuda", "processes", "compile")
"""What the bits of a run depend on, beside its own words."""


def environment(machine: Machine) -> dict[str, Any]:
    """Versions, processor, device and the settings that numbers depend on."""
    return {
        "inr": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": processor(),
        "packages": {package: version(package) for package in PACKAGES},
        "device": str(machine.device),
        "device_name": torch.cuda.get_device_name(machine.device) if machine.device.type == "cuda" else processor(),
        "cuda": torch.version.cuda,
        "threads": machine.threads,
        "processes": machine.processes,
        "precision": machine.precision,
        "deterministic": machine.deterministic,
    }


def differences(before: dict[str, Any], now: dict[str, Any]) -> str:
    """In words what of a run's numbers' causes has changed between two `environment`s; empty if nothing has."""
    causes = [{**known, **(known.get("packages") or {})} for known in (before, now)]
    found = (name for name in CAUSES if name in causes[0] and causes[0][name] != causes[1][name])
    return ", ".join(f"{name} was {causes[0][name]} and is {causes[1][name]}" for name in found)


def processor() -> str:
    """The processor's name and its vector instructions."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        name = next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        name = platform.processor() or platform.machine()
    return f"{name} ({torch.backends.cpu.get_cpu_capability()})"
