"""`inr bench parts`: every choice fitted to one picture for the same time, all else at its default."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from inr_cli.bench.choices import Choice, configuration
from inr_cli.config.errors import ConfigError, DivergedError, UserError
from inr_cli.config.root import RunConfig
from inr_cli.engine.environment import environment
from inr_cli.engine.machine import find_machine
from inr_cli.engine.runs import read_json
from inr_cli.engine.train import train
from inr_cli.signal.write import write_json

DEFAULT = "default"
"""The name of the run in which nothing is chosen; every choice that changes nothing has its figure."""
MEASURED = {"done", "diverged"}
"""How a run ends that need not be made again."""

Record = dict[str, Any]
"""A run's figures, or the reason why there are none."""


@dataclass(frozen=True)
class Protocol:
    """What every part gets; the processor, and all its cores in float32, so that the figures compare."""

    image: str
    size: int
    seconds: float
    seed: int
    device: str = "cpu"
    precision: str = "float32"

    def words(self) -> list[str]:
        """As a person types it."""
        return [f"{key}={value}" for key, value in asdict(self).items()]


def measure(
    choices: Sequence[Choice], protocol: Protocol, file: Path, again: bool, tell: Callable[[str, Record], None]
) -> None:
    """Fit each choice and add its record to `file` at once, so that an interrupted bench continues where it stopped.

    What the file has already is left alone, but for `again`. Raises `ConfigError` for a file made under other
    conditions: its figures and new ones would not compare.
    """
    head = {"protocol": asdict(protocol), "environment": environment(find_machine(configuration(*protocol.words())))}
    records = _records(file, head, again)
    write_json(file, {**head, "parts": records})
    for name in dict.fromkeys(map(run_name, choices)):
        words = protocol.words() if name == DEFAULT else [name, *protocol.words()]
        if again or records.get(name, {}).get("status") not in MEASURED:
            records[name] = {
                "command": f"inr fit {' '.join(words)}",
                "date": f"{datetime.now(UTC):%Y-%m-%d}",
                **_fit(configuration(*words)),
            }
            write_json(file, {**head, "parts": dict(sorted(records.items()))})
        tell(name, records[name])


def run_name(choice: Choice) -> str:
    """What the choice's run is called in the file."""
    return DEFAULT if configuration(choice.word) == configuration() else choice.word


def _records(file: Path, head: dict[str, Any], again: bool) -> dict[str, Record]:
    """What the file has, if it was measured under the same conditions, or nothing. Raises `ConfigError`."""
    found = read_json(file)
    if "parts" not in found:
        if file.exists():
            raise ConfigError(f"--out {file}: it is not a file of figures; choose another.")
        return {}
    if all(found.get(key) == value for key, value in head.items()):
        return found["parts"]
    if not again:
        changed = _changed({key: found.get(key) for key in head}, head)
        raise ConfigError(
            f"--out {file}: measured with another {changed}; choose another file, or --again to replace it."
        )
    return {}


def _changed(old: Any, new: Any) -> str:
    """The first key that differs, with its old and new value."""
    for key in new:
        was = old.get(key)
        if was != new[key]:
            return _changed(was, new[key]) if isinstance(was, dict) else f"{key}, {was} instead of {new[key]}"
    return "set of versions"


def _fit(config: RunConfig) -> Record:
    """One run in a scratch folder, and its figures, or the reason why there are none."""
    with TemporaryDirectory() as scratch:
        try:
            summary = train(config.model_copy(update={"out": scratch})).summary
        except DivergedError as error:
            return {"status": "diverged", "reason": str(error)}
        except UserError as error:
            return {"status": "failed", "reason": str(error)}
    return {key: summary[key] for key in ("status", "psnr", "ssim", "steps", "seconds", "parameters")}
