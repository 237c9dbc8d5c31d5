"""`inr show`: the parts of a field before training, and what came of a run, as pictures."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from inr_cli.cli.options import PLACE, runs_option
from inr_cli.config.errors import ConfigError, listing, near

FOLDER = Path("outputs/show")
LONGEST_NAME = 100


@click.command(epilog="inr show encoding gaussian scale=1,10,100")
@click.argument("what", required=False)
@click.argument("words", nargs=-1, metavar="[NAME] [KEY=VALUE ...] | [RUN|last]")
@click.option("--size", type=click.IntRange(8, 512), metavar="N", help="Pixels a side of what is drawn point by point.")
@click.option("--out", type=PLACE, metavar="DIR|FILE", help="Where to; else outputs/show, or the run's own folder.")
@runs_option
def show(what: str | None, words: tuple[str, ...], size: int | None, out: Path | None, runs: Path) -> None:
    """Draw a part of a configuration, or a run; without WHAT, list what there is.

    A configuration is given as to inr fit: `inr show kernel gaussian scale=1,10` draws two of encoding=gaussian.
    """
    from inr_cli.report.drawing import drawings
    from inr_cli.report.sketch import sketches

    if what is None:
        from inr_cli.cli.panel import table

        rows = [(name, "[NAME] [KEY=VALUE ...]", line) for name, line in sketches.told().items()]
        table(("what", "of", "it shows"), [*rows, *((name, "[RUN]", line) for name, line in drawings.told().items())])
    elif what in sketches.names():
        _sketch(what, words, size, out)
    elif what in drawings.names():
        _draw(what, words, size, out, runs)
    else:
        known = [*sketches.names(), *drawings.names()]
        raise ConfigError(f"{what}: cannot be shown; choose {listing(known, limit=20)}.{near(what, known)}")


def _sketch(what: str, words: Sequence[str], size: int | None, out: Path | None) -> None:
    """Draw something of every configuration that the words stand for, all of which are checked first."""
    from inr_cli.config.session import Session
    from inr_cli.engine.check import check
    from inr_cli.report.sketch import SIZE, sketches

    sketch = sketches.find(what)()
    if size and not sketch.has_size:
        raise ConfigError(f"--size {size}: {what} has one size; leave it out.")
    named = [f"{sketch.group}={word}" if place == 0 and "=" not in word else word for place, word in enumerate(words)]
    session = Session(["--multirun", *named])
    configs = [check(config) for config in session.jobs()]
    file = _file(out, (".png",))
    if file and len(configs) > 1:
        raise ConfigError(f"--out {file}: one file for {len(configs)} configurations; give a folder.")
    for config, typed in zip(configs, session.words(), strict=True):
        pictures = sketch.pictures(config, size or SIZE)
        if file:
            _write(file, next(pictures)[1])
            continue
        chosen = getattr(config, sketch.group)
        _write_all((out or FOLDER) / _name(what, sketch.group, getattr(chosen, "name", chosen), typed), pictures)


def _draw(what: str, words: Sequence[str], size: int | None, out: Path | None, runs: Path) -> None:
    """Draw something of a run into its folder."""
    from inr_cli.engine.runs import best_job, checkpoint_of, is_sweep, read_json, resolve

    if size or len(words) > 1:
        raise ConfigError(f"{f'--size {size}' if size else words[1]}: {what} is of one run, inr show {what} RUN.")
    place = resolve(words[0] if words else "last", runs)
    folder = best_job(place) if is_sweep(place) else place
    if folder.is_file():
        raise ConfigError(f"{folder}: a field alone, without its run; give the run's folder.")
    checkpoint_of(folder)

    from inr_cli.engine.check import check
    from inr_cli.engine.resume import recorded
    from inr_cli.engine.train import Run
    from inr_cli.report.drawing import drawings, file_of
    from inr_cli.report.plots.figure import MISSING

    drawing = drawings.find(what)
    file = _file(out, drawing.suffixes) or (out or folder) / file_of(what)
    data = drawing(file.suffix.lower()).draw(Run(folder, read_json(folder / "summary.json")), check(recorded(folder)))
    if data is None:
        raise ConfigError(MISSING)
    _write(file, data)


def _file(out: Path | None, suffixes: Sequence[str]) -> Path | None:
    """`--out` where it names a file. Raises `ConfigError` for another ending than the picture's."""
    if out is None or out.is_dir() or not out.suffix:
        return None
    if out.suffix.lower() not in suffixes:
        raise ConfigError(
            f"--out {out}: its ending is {' or '.join(suffixes)}; give {out.stem}{suffixes[0]}, or a folder."
        )
    return out


def _name(what: str, group: str, chosen: str, words: Sequence[str]) -> str:
    """A folder's name that tells all that was typed; what does not fit is told apart by a checksum."""
    from inr_cli.config.words import IMPLIED, as_typed

    others = [as_typed(word) for word in words if word not in IMPLIED and not word.startswith(f"{group}=")]
    told = "-".join([what, chosen, *others])
    name = re.sub(r"[^A-Za-z0-9_.,=+-]+", "_", told)[:LONGEST_NAME]
    return name if name == told else f"{name}-{zlib.crc32(told.encode()):08x}"


def _write_all(folder: Path, pictures: Iterable[tuple[str, bytes]]) -> None:
    from inr_cli.signal.write import write_bytes

    below: dict[Path, int] = {}
    for name, data in pictures:
        place = folder / name
        if place.parent == folder:
            _write(place, data)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(place, data)
            below[place.parent] = below.get(place.parent, 0) + 1
    for place, count in below.items():
        print(f"{place}  {count} pictures")


def _write(file: Path, data: bytes) -> None:
    from inr_cli.signal.write import write_bytes

    file.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(file, data)
    print(file)
