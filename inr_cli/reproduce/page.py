"""The report as a page in Markdown, from the same data as the JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from inr_cli.config.counted import counted
from inr_cli.report.headings import heading
from inr_cli.report.labels import names, short
from inr_cli.report.markdown import link, number, table
from inr_cli.reproduce.colours import colours
from inr_cli.reproduce.figures import figures, legend
from inr_cli.reproduce.sheet import rows, sheet


def page(data: dict[str, Any]) -> str:
    """Verdicts first, then each experiment with its figures, curves and pictures."""
    experiments = data["experiments"]
    parts = [_head(data), _contents(experiments), *_glances(experiments), *map(_experiment, experiments)]
    return "\n\n".join(parts) + "\n"


def tally(words: Sequence[str]) -> str:
    """`12 pass, 1 FAIL, 2 not run`."""
    return ", ".join(f"{number} {word}" for word, number in Counter(words).items())


def _head(data: dict[str, Any]) -> str:
    machine = data["environment"]
    form = "quick forms, shrunken to seconds" if data["quick"] else "full forms"
    looks = f", {data['steps']} steps each: a look, not judged" if data["steps"] is not None else ""
    words = [check["word"] for experiment in data["experiments"] for check in experiment["checks"]]
    return (
        f"# Reproduced: {tally(words)}\n\n{_unfinished(data['runs'])}"
        f"{data['date']}, {form}{looks}. {machine['device_name']}, {counted(machine['threads'], 'thread')}, "
        f"{machine['precision']}, PyTorch {machine['packages']['torch']}, inr {data['inr_version']}."
    )


def _unfinished(runs: dict[str, int]) -> str:
    if runs["made"] == runs["planned"]:
        return ""
    told = f"{runs['made']} of {counted(runs['planned'], 'run')} so far"
    return f"**Interrupted, or still at it**: {told}; `inr reproduce --resume` with this folder goes on.\n\n"


def _contents(experiments: Sequence[dict[str, Any]]) -> str:
    return table(("experiment", "", "checks", "training"), [_entry(one) for one in experiments], numbers=3)


def _entry(experiment: dict[str, Any]) -> Sequence[str]:
    checks = tally([check["word"] for check in experiment["checks"]])
    return link(experiment["name"]), _loud(experiment["verdict"]), checks, _duration(experiment["seconds"])


def _experiment(experiment: dict[str, Any]) -> str:
    name, forms = experiment["name"], experiment["forms"]
    called = names(form["label"] for form in forms)
    minutes = [f"{counted(value, 'minute')} on a {kind.upper()}" for kind, value in experiment["minutes"].items()]
    whole = f" The full form takes {', '.join(minutes)}." if minutes else ""
    parts = [
        f"## {name}",
        experiment["title"],
        f"Source: {experiment['source']}.{whole}",
        f"```console\n$ {experiment['command']}\n```",
        _checks(experiment["checks"], called),
        figures(forms, experiment["asked"], called),
        legend(forms),
        *(f"![{name}, {plot.rpartition('/')[2].removesuffix('.png')}]({plot})" for plot in experiment["plots"]),
        *_drawings(forms, called),
        *sheet(forms),
        _colours(forms, called),
        _each(forms),
    ]
    return "\n\n".join(part for part in parts if part)


def _checks(checks: Sequence[dict[str, Any]], called: Mapping[str, str]) -> str:
    lines = [_check(check, called) for check in checks]
    return table(("form", "figure", "published", "expected", "measured", ""), lines)


def _check(check: dict[str, Any], called: Mapping[str, str]) -> Sequence[str]:
    word = ": ".join(filter(None, (_loud(check["word"]), check["reason"])))
    form, expected = short(check["label"], called), short(check["expected"], called)
    return form, heading(check["of"]), check["source"], expected, number(check["measured"]), word


def _glances(experiments: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Of every family with several experiments one picture of each, side by side."""
    families: dict[str, list[dict[str, Any]]] = {}
    for experiment in experiments:
        families.setdefault(experiment["family"], []).append(experiment)
    for family, members in families.items():
        shown = [(member["name"].rpartition("/")[2], _glance(member)) for member in members]
        pictures = "\n\n".join(rows(shown))
        if len(members) > 1 and pictures:
            yield f"## {family} at a glance\n\n{pictures}"


def _glance(experiment: dict[str, Any]) -> dict[str, Any]:
    """The first picture of the form that is checked first; of several, or if it did not end, of the last that did."""
    checked = experiment["checks"][0]["label"]
    firsts = {form["label"]: form["runs"][0] for form in reversed(experiment["forms"])}
    runs = [*([firsts[checked]] if checked in firsts else []), *firsts.values()]
    return next((run for run in runs if run["status"] == "done"), runs[0])


def _drawings(forms: Sequence[dict[str, Any]], called: Mapping[str, str]) -> Iterator[str]:
    """What was drawn of single runs, each under what it shows."""
    for form in forms:
        for run in form["runs"]:
            for drawing in run["drawings"]:
                name = " of ".join(filter(None, (drawing["name"], short(form["label"], called))))
                yield f"**{name}**: {drawing['caption']}.\n\n![{name}]({run['folder']}/{drawing['file']})"


def _colours(forms: Sequence[dict[str, Any]], called: Mapping[str, str]) -> str:
    runs = ((form["label"], run) for form in forms for run in form["runs"])
    return colours([(short(label, called), one) for label, run in runs for one in run["colours"]])


def _each(forms: Sequence[dict[str, Any]]) -> str:
    """How to repeat each form, and where each run is."""
    commands = "\n".join(f"$ {form['command']}" for form in forms)
    done = [run["folder"] for form in forms for run in form["runs"] if run["status"] == "done"]
    links = "\n".join(f"- [{folder}]({folder}/comparison.png)" for folder in done)
    return f"<details><summary>each run by itself</summary>\n\n```console\n{commands}\n```\n\n{links}\n\n</details>"


def _duration(seconds: float) -> str:
    return f"{seconds / 60:.1f} min" if seconds >= 120 else f"{seconds:.1f} s"


def _loud(word: str) -> str:
    return f"**{word}**" if word.isupper() else word
