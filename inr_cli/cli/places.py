"""Which GPU a job of a sweep has: one each, as long as there are as many as jobs that run at a time."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence

Place = Mapping[str, str]
"""What a job finds in its environment besides what the sweep has there."""


def places(at_once: int, gpus: Sequence[str] = ()) -> list[Place]:
    """As many places as jobs run at a time, the GPUs dealt out among them in turn where there are several."""
    if len(gpus) < 2:
        return [{}] * at_once
    return [{"CUDA_VISIBLE_DEVICES": gpus[number % len(gpus)]} for number in range(at_once)]


def take_place(number: int, device: str) -> None:
    """Give this process, in which a launcher runs the job of that number, one of several GPUs.

    It keeps that one for its later jobs: it sees no other any more.
    """
    os.environ.update(places(number + 1, gpus_for([device]))[number])


def gpus_for(devices: Iterable[str]) -> list[str]:
    """The GPUs to be dealt out among jobs that leave it open which one they take."""
    if not set(devices) <= {"auto", "cuda"}:
        return []
    import torch

    count = torch.cuda.device_count()
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    return visible.split(",")[:count] if visible else [str(number) for number in range(count)]
