"""Which experiments are meant, and every run that they stand for, checked before the first starts."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from inr_cli.config.choices import choices, files
from inr_cli.config.compose import Composer, combinations, compose, loader
from inr_cli.config.errors import ConfigError
from inr_cli.config.experiment import Check, Comparison, Experiment, Place
from inr_cli.config.paths import own_folders
from inr_cli.config.root import RunConfig
from inr_cli.config.words import prepare, without
from inr_cli.engine.check import check
from inr_cli.engine.machine import find_machine
from inr_cli.report.drawing import drawings
from inr_cli.reproduce.meant import experiment_of, is_own, meant
from inr_cli.reproduce.options import Options, refuse
from inr_cli.reproduce.pictures import every_picture

Leave = Callable[[str, str], None]
NO_QUICK_FORM = "no quick form"


@dataclass(frozen=True)
class Job:
    """One run: its experiment, the label of its form, what one types for it, and what of it is drawn."""

    experiment: str
    label: str
    words: tuple[str, ...]
    draw: tuple[str, ...] = ()
    composer: Composer | None = field(default=None, repr=False, compare=False)

    @cached_property
    def config(self) -> RunConfig:
        """What its words stand for, checked. Raises `ConfigError` that names the run."""
        try:
            config = check(compose(prepare(self.words), own_folders(), composer=self.composer))
            find_machine(config)
        except ConfigError as error:
            raise ConfigError(f"{shlex.join(self.words)}: {error}") from None
        return config

    @property
    def command(self) -> str:
        """What one types for this run."""
        return shlex.join(["inr", "fit", *self.words])


@dataclass(frozen=True)
class Plan:
    """An experiment's runs, in the order of its forms, what is checked of them, and where their colour is asked for."""

    experiment: Experiment
    title: str
    jobs: tuple[Job, ...]
    checks: tuple[Check, ...]
    query: tuple[Place, ...] = ()

    @property
    def labels(self) -> list[str]:
        """Its forms in order; one without a name if there is only one."""
        return list(dict.fromkeys(job.label for job in self.jobs))

    def looks_elsewhere(self, check: Check) -> bool:
        """Whether other experiments take part in a check."""
        return isinstance(check, Comparison) and not set(check.items) <= {*self.labels, self.experiment.name}


def plans(names: Sequence[str], options: Options, leave: Leave = lambda name, why: None) -> list[Plan]:
    """The plan of every experiment meant, checked; `leave` is told of those that are left out, and why.

    Raises `ConfigError`, also for a yaml of one's own that is wrong, unless nobody asked for it by name.
    """
    refuse(options.words)
    found = plans_of(meant(names), options, leave, asked=bool(names))
    if not found:
        raise ConfigError(f"{' '.join(names)}: nothing is expected of it, or it has no quick form; inr fit runs it.")
    return found


def plans_of(names: Sequence[str], options: Options, leave: Leave, asked: bool) -> list[Plan]:
    """The plans of these experiments; unless somebody asked for them, one's own that are wrong are left out.

    Raises `ConfigError`.
    """
    titles, found = choices("experiment"), []
    for name in names:
        try:
            made = _checked(name, titles[name], options)
        except ConfigError as error:
            if asked or not is_own(name):
                raise
            leave(name, str(error))
            continue
        if made:
            found.append(made)
        else:
            leave(name, NO_QUICK_FORM)
    return found


def _checked(name: str, title: str, options: Options) -> Plan | None:
    """The plan with every run composed, None without a quick form where it is asked for. Raises `ConfigError`.

    No run begins before the last one is known to be possible.
    """
    try:
        section = experiment_of(name)
        if section is None or (options.quick and section.quick is None):
            return None
        made = plan(section, options, title)
        for job in made.jobs:
            _ = job.config
    except ConfigError as error:
        raise ConfigError(f"{files('experiment')[name]}: {error}" if is_own(name) else str(error)) from None
    return made


def plan(experiment: Experiment, options: Options, title: str) -> Plan:
    """Every run of an experiment, none of them composed yet. Raises `ConfigError`."""
    quick = experiment.quick if options.quick else None
    length = [f"steps={options.steps}"] if options.steps is not None else []
    typed = [*without(options.words, length), *length]
    added = [*(without(quick.words, typed) if quick else ()), *typed]
    words = every_picture(experiment.name, [*without(experiment.sweep, added), *added])
    jobs = list(_jobs(experiment, combinations(words, own_folders())))
    if options.is_look:  # a look needs no second picture
        jobs = list({job.label: job for job in reversed(jobs)}.values())[::-1]
    form = quick or experiment
    return Plan(experiment, title, tuple(jobs), form.expect, form.query)


def _jobs(experiment: Experiment, combined: Sequence[Sequence[str]]) -> Iterator[Job]:
    """The runs in order; the first picture of a form is the one that is drawn."""
    shared = set(combined[0]).intersection(*combined)
    labels = [" ".join(_label(words, shared)) for words in combined]
    wanted = _drawn(experiment, labels[0])
    composer = Composer(loader(own_folders()), "config")
    for label, words in zip(labels, combined, strict=True):
        yield Job(
            experiment.name, label, (f"experiment={experiment.name}", *words), tuple(wanted.pop(label, ())), composer
        )


def _drawn(experiment: Experiment, first: str) -> dict[str, list[str]]:
    """What is drawn of which form. Raises `ConfigError` for a drawing that there is not."""
    wanted: dict[str, list[str]] = {}
    for drawn in experiment.draw:
        drawings.find(drawn.what)
        wanted.setdefault(first if drawn.variant is None else drawn.variant, []).append(drawn.what)
    return wanted


def _label(words: Sequence[str], shared: set[str]) -> Iterator[str]:
    """What tells a form from the others; pictures are counted together."""
    for word in words:
        key, _, value = word.partition("=")
        if key == "variant":
            yield value
        elif key != "image" and word not in shared:
            yield word
