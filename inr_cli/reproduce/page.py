"""The report as a page in Markdown, from the same data as the JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

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
"""The columns of an experiment's table, in this order; other figures stand in the JSON."""
PICTURES_IN_A_ROW = 4
PICTURES = 12
"""How many are shown of one kind; the folders have all."""


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
    return _table(("experiment", "", "checks", "training"), [_entry(experiment) for experiment in experiments])


def _entry(experiment: dict[str, Any]) -> Sequence[str]:
    link = f"[{experiment['name']}](#{_anchor(experiment['name'])})"
    checks = tally([check["word"] for check in experiment["checks"]])
    return link, _loud(experiment["verdict"]), checks, _duration(experiment["seconds"])


def _experiment(experiment: dict[str, Any]) -> str:
    name, forms = experiment["name"], experiment["forms"]
    minutes = [f"{value:g} minutes on a {kind.upper()}" for kind, value in experiment["minutes"].items()]
    whole = f" The full form takes {', '.join(minutes)}." if minutes else ""
    parts = [
        f"## {name}",
        experiment["title"],
        f"Source: {experiment['source']}.{whole}",
        f"```console\n$ {experiment['command']}\n```",
        _checks(experiment["checks"]),
        _figures(forms),
        *(f"![{name}, {plot.rpartition('/')[2].removesuffix('.png')}]({plot})" for plot in experiment["plots"]),
        *_sheet([(form["label"], form) for form in forms]),
        _each(forms),
    ]
    return "\n\n".join(part for part in parts if part)


def _checks(checks: Sequence[dict[str, Any]]) -> str:
    return _table(("form", "figure", "published", "expected", "measured", ""), [_check(check) for check in checks])


def _check(check: dict[str, Any]) -> Sequence[str]:
    published = "none" if check["published"] is None else f"{check['published']:g}"
    word = ": ".join(filter(None, (_loud(check["word"]), check["reason"])))
    return check["label"], heading(check["of"]), published, check["expected"], _number(check["measured"]), word


def _figures(forms: Sequence[dict[str, Any]]) -> str:
    """Every form's figures; a column that no form has is left out."""
    names = [name for name in HEADINGS if any(name in form["figures"] for form in forms)]
    rows = [(form["label"], *(_mean(form["figures"].get(name)) for name in names)) for form in forms]
    return _table(("form", *map(heading, names)), rows) if names else ""


def _glances(experiments: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Of every family with several experiments one picture of each, side by side."""
    families: dict[str, list[dict[str, Any]]] = {}
    for experiment in experiments:
        families.setdefault(experiment["family"], []).append(experiment)
    for family, members in families.items():
        sheet = "\n\n".join(_sheet([(member["name"].rpartition("/")[2], member["forms"][0]) for member in members]))
        if len(members) > 1 and sheet:
            yield f"## {family} at a glance\n\n{sheet}"


def _sheet(forms: Sequence[tuple[str, dict[str, Any]]]) -> Iterator[str]:
    """The first picture of each form under its label, four in a row."""
    first = [(label, form["runs"][0]) for label, form in forms]
    shown = [(label or run["image"], run) for label, run in first if run["status"] == "done"][:PICTURES]
    for start in range(0, len(shown), PICTURES_IN_A_ROW):
        row = shown[start : start + PICTURES_IN_A_ROW]
        images = [f'<img src="{run["folder"]}/{run["picture"]}" width="200">' for _, run in row]
        yield _table([label for label, _ in row], [images])


def _each(forms: Sequence[dict[str, Any]]) -> str:
    """How to repeat each form, and where each run is."""
    commands = "\n".join(f"$ {form['command']}" for form in forms)
    done = [run["folder"] for form in forms for run in form["runs"] if run["status"] == "done"]
    links = "\n".join(f"- [{folder}]({folder}/comparison.png)" for folder in done)
    return f"<details><summary>each run by itself</summary>\n\n```console\n{commands}\n```\n\n{links}\n\n</details>"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; a bar in a cell does not end it."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def _number(value: float | None) -> str:
    """Four digits, and thousands apart."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _mean(both: dict[str, float] | None) -> str:
    if both is None:
        return "-"
    return _number(both["mean"]) + (f" ± {both['std']:.2g}" if both["std"] else "")


def _duration(seconds: float) -> str:
    return f"{seconds / 60:.1f} min" if seconds >= 120 else f"{seconds:.1f} s"


def _loud(word: str) -> str:
    return f"**{word}**" if word.isupper() else word


def _anchor(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum() or letter in "_-")
