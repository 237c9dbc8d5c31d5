"""What happens when memory runs out: smaller pieces with the same result, then one line and exit code 8."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from inr_cli.config.errors import MemoryShortError
from inr_cli.engine.training import MOST_PIECES, Training
from inr_cli.render.field import Field
from inr_cli.render.sample import SMALLEST, bounded

Begin = Callable[..., Training]
ERRORS = [
    torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
    RuntimeError("[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory: 8 bytes"),
    MemoryError(),
    RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
    RuntimeError("CUDA error: out of memory\nCUDA kernel errors might be asynchronously reported at some other call"),
]


def short_of_memory(monkeypatch: pytest.MonkeyPatch, most: int, error: BaseException, training: bool = True) -> None:
    """A machine on which a field can look at `most` points at once."""
    forward = Field.forward

    def limited(self: Field, coords: torch.Tensor) -> torch.Tensor:
        if len(coords) > most and torch.is_grad_enabled() == training:
            raise error
        return forward(self, coords)

    monkeypatch.setattr(Field, "forward", limited)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("most", [63, 32, 16, 1])
def test_a_step_in_pieces_is_the_same_step(
    most: int, error: BaseException, begin: Begin, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, cut = begin("precision=float64"), begin("precision=float64")
    expected = [float(whole.update(step)) for step in range(3)]
    short_of_memory(monkeypatch, most, error)
    assert [float(cut.update(step)) for step in range(3)] == pytest.approx(expected, rel=1e-9)
    for ours, theirs in zip(cut.field.parameters(), whole.field.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-6, atol=1e-9)
    assert cut.pieces == {63: 2, 32: 2, 16: 4, 1: 64}[most]
    [said] = capsys.readouterr().err.splitlines()
    assert f"cut into {cut.pieces} pieces" in said, "once, when the number that will do is known"


@pytest.mark.parametrize("words", [["batch_size=full", "loss=ssim", "size=16"], ["batch_size=full", "network=cnn"]])
def test_what_looks_at_neighbours_cannot_be_cut(
    words: list[str], begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    extra = ["encoding=identity", "network.hidden_features=[4,4]"] if "network=cnn" in words else []
    training = begin(*words, *extra)
    monkeypatch.setattr(training.task, "objective", lambda *_: (_ for _ in ()).throw(ERRORS[0]))
    with pytest.raises(MemoryShortError, match="smaller size"):
        training.update(0)


def test_when_no_piece_is_small_enough_it_says_so(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    training = begin("batch_size=200")
    short_of_memory(monkeypatch, 0, ERRORS[1])
    with pytest.raises(MemoryShortError, match=r"batch_size or network\.hidden_features"):
        training.update(0)
    assert training.pieces == 2 * MOST_PIECES


def test_another_error_is_no_shortage(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    training = begin()
    short_of_memory(monkeypatch, 0, RuntimeError("a bug"))
    with pytest.raises(RuntimeError, match="a bug"):
        training.update(0)
    assert training.pieces == 1


@pytest.mark.parametrize("failing", range(1, 12))
def test_a_shortage_at_any_one_look_changes_no_pixel(failing: int, begin: Begin) -> None:
    """The k-th forward fails, whatever k is: what was seen before is kept, the rest is looked at in halves."""
    points = torch.linspace(-1, 1, 5000)
    calls = 0

    def evaluate(start: int, end: int) -> torch.Tensor:
        nonlocal calls
        calls += 1
        if calls == failing:
            raise ERRORS[0]
        return points[start:end]

    found = list(bounded(evaluate, len(points), 1024))
    assert torch.equal(torch.cat([values for _, values in found]), points)
    assert [start for start, _ in found] == [int((points == values[0]).nonzero()) for _, values in found]


def test_a_look_ends_where_a_few_points_are_too_many() -> None:
    def evaluate(start: int, end: int) -> torch.Tensor:
        sizes.append(end - start)
        raise MemoryError

    sizes: list[int] = []
    with pytest.raises(MemoryShortError, match="not enough memory"):
        list(bounded(evaluate, 100_000, 16_384))
    assert sizes == [16_384, 8_192, 4_096, 2_048, 1_024, 512, SMALLEST]


def test_a_render_with_little_memory_is_the_same_picture(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    field = begin().field
    expected = field.render(90)
    short_of_memory(monkeypatch, 1000, ERRORS[1], training=False)
    assert abs(field.render(90) - expected).max() < 1e-6


LINES = ("network=separable", "batch_size=full", "network.rank=4", "dataset.width=30", "dataset.height=20")


@pytest.mark.parametrize("most", [500, 250])
def test_so_is_one_of_a_field_that_knows_lines(most: int, begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wide picture has rows that are too much as well."""
    training = begin(*LINES)
    expected, look = training.field.render("600x4"), training.look()
    short_of_crossings(monkeypatch, most)
    assert abs(training.field.render("600x4") - expected).max() < 1e-6
    torch.testing.assert_close(training.look(), look, rtol=0, atol=1e-6)


def test_where_a_few_crossings_are_too_many_it_says_so(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    training = begin(*LINES)
    short_of_crossings(monkeypatch, 33)
    for look in (training.look, training.field.render):
        with pytest.raises(MemoryShortError, match="not enough memory"):
            look()


def short_of_crossings(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """A machine on which a field can look at `most` crossings of rows and columns at once."""
    on_grid = Field.on_grid

    def limited(self: Field, rows: torch.Tensor, columns: torch.Tensor) -> torch.Tensor:
        if len(rows) * len(columns) > most:
            raise ERRORS[0]
        return on_grid(self, rows, columns)

    monkeypatch.setattr(Field, "on_grid", limited)


LIMITED = """
import resource, sys
from inr_cli.cli.main import main
import torch, torch._dynamo, inr_cli.engine.train, scipy.interpolate, skimage.metrics, torchmetrics.image
used = int(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmSize"))) * 1024
resource.setrlimit(resource.RLIMIT_AS, (used + int(sys.argv[1]) * 2**20,) * 2)
main(sys.argv[2:])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits on memory are Linux's")
def test_a_process_with_little_memory_trains_in_pieces_or_says_that_it_cannot(tmp_path: Path) -> None:
    """A full batch of 65,536 points through 256 features wants about 500 MB at once."""
    words = ["fit", "dataset=synthetic", "image=face", "size=256", "dataset.width=256", "dataset.height=256"]
    words += ["batch_size=full", "micro_batch=null", "steps=1", "threads=1", "precision=float32", f"out={tmp_path}"]

    def run(megabytes: int) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", LIMITED, str(megabytes), *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)

    enough = run(400)
    assert enough.returncode == 0, enough.stderr
    assert "pieces" in enough.stderr
    too_little = run(20)
    assert too_little.returncode == 8, too_little.stderr
    assert too_little.stderr.splitlines()[-1].startswith("error: not enough memory")
    states = [json.loads(file.read_text()) for file in tmp_path.glob("*/*/run.json")]
    assert {state["status"] for state in states} <= {"done", "failed"}
