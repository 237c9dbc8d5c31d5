"""What every yaml below conf/experiment must be: a new one is held to this without a word added here."""

import re
from functools import cache
from pathlib import Path

import pytest

from inr_cli.config.choices import choices
from inr_cli.config.compose import compose
from inr_cli.config.experiment import Comparison, Experiment, Published
from inr_cli.config.paths import conf_folder
from inr_cli.config.root import RunConfig
from inr_cli.dataset import datasets
from inr_cli.reproduce.meant import smoke
from inr_cli.reproduce.options import Options
from inr_cli.reproduce.plan import Job, Plan, plan, plans
from inr_cli.reproduce.run import reproduce

FOLDER = conf_folder() / "experiment"
NAMES = [file.relative_to(FOLDER).with_suffix("").as_posix() for file in sorted(FOLDER.rglob("*.yaml"))]
FAMILIES = sorted({name.partition("/")[0] for name in NAMES})
each = pytest.mark.parametrize("name", NAMES)
COST = re.compile(r"\b(CPU|GPU)(?: cores)? (\d+)(?: (s|min))?")
UNITS = {"s": 60, "min": 1, "": 1}
MACHINE = re.compile(r"\b(CPU|GPU)\b.*\d+ (s|min)\b|\d+ (s|min)\b.*\b(CPU|GPU)\b")


@cache
def section(name: str) -> Experiment:
    found = compose([f"experiment={name}"]).experiment
    assert found, f"{name} has no section experiment:"
    return found


@cache
def planned(name: str, quick: bool) -> Plan:
    """Its runs, composed only where a test looks at their configuration."""
    return plan(section(name), Options(quick=quick), "")


@cache
def representatives(name: str) -> list[Job]:
    """Runs, quick ones first, that together have every word but the pictures' names: each variant, each value."""
    seen: set[str] = set()
    chosen = []
    for job in (job for quick in reversed(forms(name)) for job in planned(name, quick).jobs):
        words = {word for word in job.words if not word.startswith("image=")}
        if words - seen:
            chosen.append(job)
        seen |= words
    return chosen


def forms(name: str) -> list[bool]:
    """Full, and quick if it has that."""
    return [False, True] if section(name).quick else [False]


def is_offline(config: RunConfig) -> bool:
    """A dataset with a `root` is a folder to be filled first, or downloaded."""
    return "root" not in datasets.find(config.dataset.name).Spec.model_fields


@each
def test_an_experiment_knows_its_own_name(name: str) -> None:
    assert section(name).name == name


@each
def test_the_first_comment_says_what_is_published_and_what_it_costs(name: str) -> None:
    line = choices("experiment")[name]
    assert line.endswith(".")
    assert len(line) <= 120
    assert "published" in line
    assert MACHINE.search(line), line
    if not any(isinstance(check, Published) for check in section(name).expect):
        assert re.search("none published|published (above|below)", line)


@each
def test_the_first_comment_has_the_minutes_of_the_section(name: str) -> None:
    minutes = section(name).minutes.model_dump()
    for kind, number, unit in COST.findall(choices("experiment")[name]):
        assert minutes[kind.lower()] == pytest.approx(float(number) / UNITS[unit], rel=0.25)


@each
def test_an_experiment_expects_something(name: str) -> None:
    assert section(name).expect


@each
def test_every_word_composes(name: str) -> None:
    assert all(job.config for job in representatives(name))


@each
def test_every_form_has_what_its_checks_and_drawings_name(name: str) -> None:
    for quick in forms(name):
        plan = planned(name, quick)
        assert len({job.words for job in plan.jobs}) == len(plan.jobs)
        assert {drawn.variant for drawn in plan.experiment.draw} - {None} <= set(plan.labels)
        for check in plan.checks:
            if isinstance(check, Comparison):
                for item in check.items:
                    assert item in plan.labels or _exists(item, quick), f"{item}: no such form of {name}"
            else:
                assert (check.variant or "") in plan.labels, f"{check.variant}: {name} has {plan.labels}"


def _exists(item: str, quick: bool) -> bool:
    name, _, label = item.partition(": ")
    return name in NAMES and quick in forms(name) and label in planned(name, quick).labels


@each
def test_the_quick_form_expects_something_and_needs_no_network(name: str) -> None:
    if section(name).quick:
        assert planned(name, True).checks
        quick = {job.words for job in planned(name, True).jobs}
        assert all(is_offline(job.config) for job in representatives(name) if job.words in quick)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_has_one_experiment_that_stands_for_it(family: str) -> None:
    mine = [section(name) for name in NAMES if section(name).family == family]
    assert sum(bool(one.quick and one.quick.smoke) for one in mine) <= 1
    assert family in smoke(mine)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_quick_form_of_every_family_comes_out_as_expected(family: str, tmp_path: Path) -> None:
    chosen = smoke([section(name) for name in NAMES])[family]
    options = Options(quick=True, words=("device=cpu", "threads=1"))
    [result] = reproduce(plans([chosen.name], options), options, tmp_path, lambda plan, verdict: None)
    assert {verdict.word for verdict in result.verdicts if not verdict.across} == {"pass"}, result.verdicts
