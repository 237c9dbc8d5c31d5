"""Plants faults in a copy of the program, one at a time, and runs the tests that should notice: `make test-mutants`.

A fault that no test notices is a promise that nobody holds the program to.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Fault:
    """A line of the program, what is to stand there instead, and the tests that are to fail."""

    name: str
    file: str
    old: str
    new: str
    tests: str


FAULTS = [
    Fault(
        "a file is not synced before it takes its name",
        "signal/write.py",
        "(descriptor, rest) :]\n        if sync:\n            os.fsync(descriptor)\n",
        "(descriptor, rest) :]\n",
        "tests/signal/test_write_faults.py",
    ),
    Fault(
        "the old file is removed before the new one is there",
        "signal/write.py",
        "        os.replace(temporary, path)\n",
        "        path.unlink(missing_ok=True)\n        os.rename(temporary, path)\n",
        "tests/signal/test_write_faults.py",
    ),
    Fault(
        "a folder is not synced after a name in it has changed",
        "signal/write.py",
        "        _replace(path, fill)\n        sync_folder(path.parent)\n",
        "        _replace(path, fill)\n",
        "tests/signal/test_write_faults.py",
    ),
    Fault(
        "nobody looks at a checkpoint's sha256",
        "engine/sealed.py",
        "if expected != digest(text, tensors):",
        "if not expected:",
        "tests/engine/test_sealed.py tests/engine/test_checkpoint.py",
    ),
    Fault(
        "a name in a file is imported",
        "config/room.py",
        '        if f"{self.name}.{name}" in plugins():\n',
        '        if "." in name:\n'
        '            return getattr(import_module(name.rpartition(".")[0]), name.rpartition(".")[2])\n'
        '        if f"{self.name}.{name}" in plugins():\n',
        "tests/engine/test_checkpoint.py tests/engine/test_hostile.py",
    ),
    Fault(
        "the optimiser's state is not put back",
        "engine/optimizing.py",
        "    optimizer.load_state_dict(state)\n",
        "",
        "tests/engine/test_resume.py",
    ),
    Fault(
        "the losses since the last measurement are forgotten",
        "engine/training.py",
        '        self.losses.restore(state["losses"])\n',
        "",
        "tests/engine/test_resume.py",
    ),
    Fault(
        "rows behind the checkpoint stay",
        "engine/log.py",
        "            file.truncate(mark.length)\n",
        "",
        "tests/engine/test_log.py tests/engine/test_resume.py",
    ),
    Fault(
        "shuffles depend on the attempt and not on the step",
        "sampler/epoch.py",
        'random = generator(self.samples.seed, f"epoch {epoch}", self.samples.device)',
        "random = None",
        "tests/sampler tests/engine/test_resume.py",
    ),
    Fault(
        "another picture of the same name is taken for the old one",
        "engine/keeper.py",
        "if meta.picture.sha256 != self.picture:",
        "if not meta.picture.sha256:",
        "tests/engine/test_resume.py",
    ),
    Fault(
        "a field with NaNs is saved over a good one",
        "engine/training.py",
        "return is_finite([self.field.state_dict(), self.state()])",
        "return True",
        "tests/engine/test_keeper.py",
    ),
    Fault(
        "nobody locks a run's folder",
        "engine/train.py",
        "            held.enter_context(locked(folder))  # here, so that a second process is refused at once\n",
        "",
        "tests/run/test_resume.py",
    ),
    Fault(
        "a picture's rotation is ignored",
        "signal/pillow.py",
        "ImageOps.exif_transpose(image)",
        "image",
        "tests/signal/test_read.py",
    ),
]


def outcome(tests: str, copy: Path) -> int:
    """What pytest ends with: 0 where all pass, 1 where one fails, and more where they could not be run."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-m", "not long", *tests.split()]
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    return subprocess.run(command, cwd=copy, env=environment, capture_output=True, check=False).returncode


def require_sound(copy: Path) -> None:
    """Run the tests with nothing planted: where one fails anyway, it notices nothing. Raises `ValueError`."""
    for tests in sorted({fault.tests for fault in FAULTS}):
        if code := outcome(tests, copy):
            raise ValueError(f"pytest ends with {code} before any fault is planted, so nothing can be told: {tests}")


def noticed(fault: Fault, copy: Path) -> bool:
    """Whether a test fails with the fault planted. Raises `ValueError` if its line is not in the program any more."""
    file = copy / "inr_cli" / fault.file
    sound = file.read_text(encoding="utf-8")
    if sound.count(fault.old) != 1:
        raise ValueError(f"{fault.name}: its line stands {sound.count(fault.old)} times in {fault.file}")
    file.write_text(sound.replace(fault.old, fault.new), encoding="utf-8")
    try:
        return outcome(fault.tests, copy) == 1
    finally:
        file.write_text(sound, encoding="utf-8")


def main() -> int:
    """Plant them all; the exit code is the number of those that nobody noticed."""
    unnoticed = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        kept_out = shutil.ignore_patterns(".git", ".venv", "outputs", "*cache*", "__pycache__")
        shutil.copytree(ROOT, copy, ignore=kept_out)
        require_sound(copy)
        for fault in FAULTS:
            found = noticed(fault, copy)
            unnoticed += not found
            print(f"{'noticed  ' if found else 'UNNOTICED'}  {fault.name}", flush=True)
    print(f"{len(FAULTS) - unnoticed} of {len(FAULTS)} faults noticed")
    return unnoticed


if __name__ == "__main__":
    sys.exit(main())
