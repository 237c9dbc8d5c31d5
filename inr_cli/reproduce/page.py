"""The report as a page in Markdown, from the same data as the JSON."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from inr_cli.reproduce.labels import keys, names, short
from inr_cli.reproduce.markdown import link, number, table
from inr_cli.reproduce.sheet import rows, sheet

HEADINGS = {
    "psnr": "PSNR (dB)",
    "psnr_test": "PSNR, hidden pixels (dB)",
    "psnr_accumulated": "PSNR as published, never reset (dB)",
    "ssim": "SSIM",
    "psnr_train": "PSNR, trained pixels (dB)",
    "ssim_test": "SSIM, hidden pixels",
    "between_pixels": "PSNR between pixels (dB)",
    "psnr_raw": "PSNR, raw (dB)",
    "psnr_offset": "PSNR, offset removed (dB)",
    "psnr_scaled": "PSNR, offset and scale removed (dB)",
    "psnr_harmonic": "PSNR, harmonic part removed (dB)",
    "psnr_bicubic": "PSNR, bicubic (dB)",
    "parameters": "learned numbers",
    "seconds": "training (s)",
    "seconds_to_25": "to 25 dB (s)",
    "seconds_to_30": "to 30 dB (s)",
}
"""The columns of an experiment's table, in this order, then what else it is about; other figures are in the JSON."""
OCTAVE = re.compile(r"missed_(\d+)")
"""`missed_16` is of 16 to 32 cycles per side."""


def page(data: dict[str, Any]) -> str:
    """Verdicts first, then each experiment with its figures, curves and pictures."""
    experiments = data["experiments"]
    parts = [_head(data), _contents(experiments), *_glances(experiments), *map(_experiment, experiments)]
    return "\n\n".join(parts) + "\n"


def tally(words: Sequence[str]) -> str:
    """`12 pass, 1 FAIL, 2 not run`."""
    return ", ".join(f"{number} {word}" for word, number in Counter(words).items())


def heading(of: str) -> str:
    """A figure's name for a person, with its unit."""
    name, at, when = of.partition(" at ")
    if octave := OCTAVE.fullmatch(name):
        return f"missed of {octave[1]} to {2 * int(octave[1])} cycles per side (share){at}{when}"
    return f"{HEADINGS.get(name, name.replace('_', ' '))}{at}{when}"


def _head(data: dict[str, Any]) -> str:
    machine = data["environment"]
    form = "quick forms, shrunken to seconds" if data["quick"] else "full forms"
    looks = f", {data['steps']} steps each: a look, not judged" if data["steps"] is not None else ""
    words = [check["word"] for experiment in data["experiments"] for check in experiment["checks"]]
    return (
        f"# Reproduced: {tally(words)}\n\n"
        f"{data['date']}, {form}{looks}. {machine['device_name']}, {machine['threads']} threads, "
        f"{machine['precision']}, PyTorch {machine['packages']['torch']}, inr {data['inr_version']}."
    )


def _contents(experiments: Sequence[dict[str, Any]]) -> str:
    return table(("experiment", "", "checks", "training"), [_entry(one) for one in experiments], numbers=3)


def _entry(experiment: dict[str, Any]) -> Sequence[str]:
    checks = tally([check["word"] for check in experiment["checks"]])
    return link(experiment["name"]), _loud(experiment["verdict"]), checks, _duration(experiment["seconds"])


def _experiment(experiment: dict[str, Any]) -> str:
    name, forms = experiment["name"], experiment["forms"]
    called = names(form["label"] for form in forms)
    minutes = [f"{value:g} minutes on a {kind.upper()}" for kind, value in experiment["minutes"].items()]
    whole = f" The full form takes {', '.join(minutes)}." if minutes else ""
    parts = [
        f"## {name}",
        experiment["title"],
        f"Source: {experiment['source']}.{whole}",
        f"```console\n$ {experiment['command']}\n```",
        _checks(experiment["checks"], called),
        _figures(forms, experiment["asked"], called),
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
    published = "none" if check["published"] is None else f"{check['published']:g}"
    word = ": ".join(filter(None, (_loud(check["word"]), check["reason"])))
    form, expected = short(check["label"], called), short(check["expected"], called)
    return form, heading(check["of"]), published, expected, number(check["measured"]), word


def _figures(forms: Sequence[dict[str, Any]], asked: Sequence[str], called: Mapping[str, str]) -> str:
    """Every form's figures; a column that no form has is left out."""
    columns = [*HEADINGS, *(name for name in asked if name not in HEADINGS)]
    columns = [name for name in columns if any(name in form["figures"] for form in forms)]
    head, first = _forms([form["label"] for form in forms], called)
    lines = [(*first[form["label"]], *(_mean(form["figures"].get(name)) for name in columns)) for form in forms]
    return table((*head, *map(heading, columns)), lines, numbers=len(head)) if columns else ""


def _forms(labels: Sequence[str], called: Mapping[str, str]) -> tuple[Sequence[str], Mapping[str, Sequence[str]]]:
    """The columns that say which form a row is of: one for each key, if all forms have the same."""
    parted = {label: keys(label) for label in labels}
    if any(found.keys() != set(called) for found in parted.values()):
        return ["form"], {label: [short(label, called)] for label in labels}
    return list(called.values()), {label: [found[key] for key in called] for label, found in parted.items()}


def _glances(experiments: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Of every family with several experiments one picture of each, side by side."""
    families: dict[str, list[dict[str, Any]]] = {}
    for experiment in experiments:
        families.setdefault(experiment["family"], []).append(experiment)
    for family, members in families.items():
        shown = [(member["name"].rpartition("/")[2], member["forms"][0]["runs"][0]) for member in members]
        pictures = "\n\n".join(rows(shown))
        if len(members) > 1 and pictures:
            yield f"## {family} at a glance\n\n{pictures}"


def _drawings(forms: Sequence[dict[str, Any]], called: Mapping[str, str]) -> Iterator[str]:
    """What was drawn of single runs, each under what it shows."""
    for form in forms:
        for run in form["runs"]:
            for drawing in run["drawings"]:
                name = " of ".join(filter(None, (drawing["name"], short(form["label"], called))))
                yield f"**{name}**: {drawing['caption']}.\n\n![{name}]({run['folder']}/{drawing['file']})"


def _colours(forms: Sequence[dict[str, Any]], called: Mapping[str, str]) -> str:
    """The colours that were asked for, as `inr query --at ROW,COLUMN` prints them."""
    asked = [(form, one) for form in forms for run in form["runs"] for one in run["colours"]]
    lines = [
        (short(form["label"], called), "{:g}, {:g}".format(*one["at"]), _colour(one["colour"])) for form, one in asked
    ]
    return table(("form", "row, column (px)", "colour of the field, 0 to 1"), lines) if lines else ""


def _colour(colour: Sequence[float] | None) -> str:
    return " ".join(f"{value:.3f}" for value in colour) if colour else "outside the picture"


def _each(forms: Sequence[dict[str, Any]]) -> str:
    """How to repeat each form, and where each run is."""
    commands = "\n".join(f"$ {form['command']}" for form in forms)
    done = [run["folder"] for form in forms for run in form["runs"] if run["status"] == "done"]
    links = "\n".join(f"- [{folder}]({folder}/comparison.png)" for folder in done)
    return f"<details><summary>each run by itself</summary>\n\n```console\n{commands}\n```\n\n{links}\n\n</details>"


def _mean(both: dict[str, float] | None) -> str:
    if both is None:
        return "-"
    return number(both["mean"]) + (f" ± {both['std']:.2g}" if both["std"] else "")


def _duration(seconds: float) -> str:
    return f"{seconds / 60:.1f} min" if seconds >= 120 else f"{seconds:.1f} s"


def _loud(word: str) -> str:
    return f"**{word}**" if word.isupper() else word
