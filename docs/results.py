"""Collects what `inr reproduce` measured of full experiments into docs/results.json and results.md: `make results`.

An experiment's newest figures replace its older ones. They are held to the checks as its yaml has them now. Those that
nobody has run yet are listed with what they cost.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from inr_cli.config.choices import choices
from inr_cli.config.compose import compose
from inr_cli.config.counted import counted
from inr_cli.config.experiment import Bound, Check, Experiment
from inr_cli.report.headings import heading
from inr_cli.report.labels import names, short
from inr_cli.report.markdown import number, picture, table
from inr_cli.reproduce.colours import colours
from inr_cli.reproduce.judge import Verdict, overall, unmeasured, verdict
from inr_cli.reproduce.meant import experiment_of
from inr_cli.reproduce.options import Options
from inr_cli.reproduce.page import tally
from inr_cli.reproduce.plan import Plan, plan
from inr_cli.signal.write import write_bytes, write_json, write_text

HERE = Path(__file__).parent
RECORD = HERE / "results.json"
MOST = 4
"""Of how many forms a picture is kept."""
AMOUNT = re.compile(r"(^above|^below|, each by|,| within| than|^) ?-?\d[\d.e+-]*( ± [\d.e+-]+)?$")
"""What of an expectation is a number: of `above 30` all, of `a < b, each by 2` the end."""
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
    record = judged_again(record)
    write_json(RECORD, record)
    write_text(HERE / "results.md", page(record))


def judged_again(record: dict[str, Any]) -> dict[str, Any]:
    """The record with the checks and titles of today's experiments, without those that there are no more."""
    titles = choices("experiment")
    return {name: _judged_again(name, titles[name], record[name]) for name in sorted(record) if name in titles}


def _judged_again(name: str, title: str, found: dict[str, Any]) -> dict[str, Any]:
    section = experiment_of(name)
    assert section is not None
    today = plan(section, Options(), title)
    verdicts = [_verdict(check, today, found["checks"]) for check in today.checks]
    return found | {
        "family": section.family,
        "title": title,
        "verdict": overall(verdicts),
        "checks": [asdict(verdict) for verdict in verdicts],
    }


def _verdict(check: Check, today: Plan, recorded: Sequence[dict[str, Any]]) -> Verdict:
    """What a check of today says of what was measured then. One that measures something else is open."""
    head = unmeasured(check, today)
    known = [one for one in recorded if _measures(one) == _measures(asdict(head))]
    if not known:
        return replace(head, reason="newer than the run")
    measured, expected = known[0]["measured"], known[0]["expected"]
    if measured is None:
        alone = "not judged" if head.across else known[0]["word"]
        return replace(head, word=alone, reason=_not_along(check, today, known[0]["reason"]))
    if isinstance(check, Bound) and isinstance(check.limit, str):
        limit = float(expected.rpartition(", ")[2])
        head, check = replace(head, expected=f"{check.wanted()}, {limit:.4g}"), check.against(limit)
    return replace(head, measured=measured, word="pass" if check.holds(measured) else "FAIL")


def _not_along(check: Check, today: Plan, reason: str) -> str:
    """Why nothing was measured: a comparison lacked its partners, or what the run itself said."""
    if not today.looks_elsewhere(check):
        return reason
    empty = {(today.experiment.name, label): () for label in today.labels}
    return verdict(check, today, empty, Options()).reason


def _measures(check: dict[str, Any]) -> tuple[str, str, str]:
    """What of a check says what is measured, without how much of it is expected."""
    return check["of"], check["label"], AMOUNT.sub("", check["expected"])


def page(record: dict[str, Any]) -> str:
    """The page of a record."""
    parts = [HEAD.strip(), _count(record), *_families(record), *_gaps(record)]
    return "\n\n".join(parts) + "\n"


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
        if experiment["changed"] or any(run["status"] == "not run" for run in runs):
            continue
        kept = {key: experiment[key] for key in ("command", "seconds", "checks")}
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
    """The first pictures of four forms from the first to the last, and the plots, as small files of the documents."""
    done = [form for form in experiment["forms"] if form["runs"][0]["status"] == "done"]
    forms = [done[place * (len(done) - 1) // (MOST - 1)] for place in range(MOST)] if len(done) > MOST else done
    called = names(form["label"] for form in experiment["forms"])
    found = [
        (short(form["label"], called), f"{form['runs'][0]['folder']}/{form['runs'][0]['picture']}") for form in forms
    ]
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
    called = names(one["label"] for one in [*found["checks"], *found["pictures"]])
    checks = [_check(check, called) for check in found["checks"]]
    yield table(("form", "figure", "published", "expected", "measured", ""), checks)
    yield f"{found['seconds']:.0f} s of training on {found['machine']}, {found['date']}."
    if found["colours"]:
        yield colours([(one["label"], one) for one in found["colours"]])
    if found["pictures"]:
        labels = [short(one["label"], called) or found["title"].partition(":")[0] for one in found["pictures"]]
        images = [picture(one["file"], label, 200) for one, label in zip(found["pictures"], labels, strict=True)]
        yield table(labels, [images])


def _check(check: dict[str, Any], called: Mapping[str, str]) -> Sequence[str]:
    word = ": ".join(filter(None, (check["word"], check["reason"])))
    form, expected = short(check["label"], called), short(check["expected"], called)
    return form, heading(check["of"]), check["source"], expected, number(check["measured"]), word


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
