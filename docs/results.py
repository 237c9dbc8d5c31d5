"""Collects what `inr reproduce` measured of full experiments into docs/results.json and results.md: `make results`.

An experiment's newest figures replace its older ones; those that nobody has run yet are listed with what they cost.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from inr_cli.config.choices import choices
from inr_cli.config.compose import compose
from inr_cli.config.counted import counted
from inr_cli.config.experiment import Experiment
from inr_cli.report.headings import heading
from inr_cli.report.markdown import number, picture, table
from inr_cli.reproduce.colours import colours
from inr_cli.reproduce.page import tally
from inr_cli.signal.write import write_bytes, write_json, write_text

HERE = Path(__file__).parent
RECORD = HERE / "results.json"
HEAD = """# Results

Every full experiment that was run, as `inr reproduce NAME` judged it: the figure of the source, what was expected, and
what came out. Pictures are those of the same runs. An experiment's file in `conf/experiment/` says what was done, how
sure its bounds are, and where it had to guess. The shrunken forms, `inr reproduce --quick`, are run by the tests.
"""


def main(places: Sequence[str]) -> None:
    """Take in the reports at these places, or all below outputs/, and write both files anew."""
    reports = [Path(place) for place in places] or sorted(Path("outputs").glob("reproduce/*/*/reproduce.json"))
    record = json.loads(RECORD.read_text()) if RECORD.is_file() else {}
    for report in reports:
        record |= dict(_full(report))
    write_json(RECORD, dict(sorted(record.items())))
    parts = [HEAD.strip(), _count(record), *_families(record), *_gaps(record)]
    write_text(HERE / "results.md", "\n\n".join(parts) + "\n")


def _count(record: dict[str, Any]) -> str:
    known = counted(len(choices("experiment")), "experiment")
    return f"Of {known} {len(record)} were run in full: {tally([found['verdict'] for found in record.values()])}."


def _full(report: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """What a report says of experiments that were run to their end, with no word that changes them."""
    data = json.loads(report.read_text())
    if data["quick"] or data["steps"] is not None:
        return
    machine = f"{data['environment']['device_name']}, {counted(data['environment']['threads'], 'thread')}"
    for experiment in data["experiments"]:
        runs = [run for form in experiment["forms"] for run in form["runs"]]
        if experiment["changed"] or all(run["status"] == "not run" for run in runs):
            continue
        kept = {key: experiment[key] for key in ("family", "title", "command", "seconds", "verdict", "checks")}
        yield (
            experiment["name"],
            kept
            | {"date": data["date"], "machine": machine, "colours": list(_colours(experiment["forms"]))}
            | {"pictures": list(_pictures(experiment, report.parent))},
        )


def _colours(forms: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The colours that the experiment asks for, of every run."""
    for form in forms:
        for run in form["runs"]:
            yield from ({"label": form["label"], **one} for one in run["colours"])


def _pictures(experiment: dict[str, Any], folder: Path) -> Iterator[dict[str, str]]:
    """The first picture of up to four forms, and the plots, as small files of the documents."""
    forms = [form for form in experiment["forms"] if form["runs"][0]["status"] == "done"][:4]
    found = [(form["label"], f"{form['runs'][0]['folder']}/{form['runs'][0]['picture']}") for form in forms]
    plots = [(plot.rpartition("/")[2].removesuffix(".png"), plot) for plot in experiment["plots"]]
    for place, (label, file) in enumerate([*found, *plots]):
        name = f"results/{experiment['name'].replace('/', '_')}_{place}.webp"
        (HERE / "results").mkdir(exist_ok=True)
        write_bytes(HERE / name, _small(folder / file))
        yield {"label": label, "file": name}


def _small(picture: Path) -> bytes:
    stream = BytesIO()
    Image.open(picture).convert("RGB").save(stream, "WEBP", quality=80)
    return stream.getvalue()


def _families(record: dict[str, Any]) -> Iterator[str]:
    for family in sorted({found["family"] for found in record.values()}):
        yield f"## {family}"
        for name, found in record.items():
            if found["family"] == family:
                yield from _experiment(name, found)


def _experiment(name: str, found: dict[str, Any]) -> Iterator[str]:
    yield f"### {name}\n\n{found['title']}"
    yield f"```console\n$ {found['command']}\n```"
    yield table(("form", "figure", "published", "expected", "measured", ""), list(map(_check, found["checks"])))
    yield f"{found['seconds']:.0f} s of training on {found['machine']}, {found['date']}."
    if found["colours"]:
        yield colours([(one["label"], one) for one in found["colours"]])
    if found["pictures"]:
        labels = [one["label"] or found["title"].partition(":")[0] for one in found["pictures"]]
        images = [picture(one["file"], label, 200) for one, label in zip(found["pictures"], labels, strict=True)]
        yield table(labels, [images])


def _check(check: dict[str, Any]) -> Sequence[str]:
    word = ": ".join(filter(None, (check["word"], check["reason"])))
    return check["label"], heading(check["of"]), check["source"], check["expected"], number(check["measured"]), word


def _gaps(record: dict[str, Any]) -> Iterator[str]:
    """Those that nobody has run in full, with what they cost by estimate."""
    missing = [name for name in sorted(choices("experiment")) if name not in record]
    if missing:
        yield "## Not yet run in full"
        yield table(("experiment", "minutes, estimated"), [(name, _cost(name)) for name in missing])


def _cost(name: str) -> str:
    section = compose([f"experiment={name}"]).experiment
    assert isinstance(section, Experiment)
    costs = {"GPU": section.minutes.gpu, "CPU": section.minutes.cpu}
    told = [f"{minutes:g} on a {kind}" for kind, minutes in costs.items() if minutes is not None]
    return ", ".join(told) + (": needs a GPU" if section.minutes.cpu is None else "")


if __name__ == "__main__":
    main(sys.argv[1:])
