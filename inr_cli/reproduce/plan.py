"""Which experiments are meant, and every run that they stand for, checked before the first starts."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from inr_cli.config.choices import choices
from inr_cli.config.compose import combinations, compose
from inr_cli.config.errors import ConfigError, near
from inr_cli.config.experiment import Check, Experiment, Order, Place
from inr_cli.config.paths import own_folders
from inr_cli.config.root import RunConfig
from inr_cli.config.words import prepare, without
from inr_cli.dataset import datasets
from inr_cli.engine.check import check
from inr_cli.engine.machine import find_machine
from inr_cli.reproduce.drawing import drawings


@dataclass(frozen=True)
class Options:
    """How the experiments are run: as they stand or shrunken, and with which words added to every run."""

    quick: bool = False
    steps: int | None = None
    words: tuple[str, ...] = ()

    @property
    def is_judged(self) -> bool:
        """Whether the runs are long enough for their figures to mean something."""
        return self.steps is None

    def command(self, name: str) -> str:
        """What one types for this experiment."""
        flags = ["--quick"] * self.quick + ([f"--steps={self.steps}"] if self.steps is not None else [])
        return shlex.join(["inr", "reproduce", name, *flags, *self.words])


@dataclass(frozen=True)
class Job:
    """One run: its experiment, the label of its form, what one types for it, and what of it is drawn."""

    experiment: str
    label: str
    words: tuple[str, ...]
    draw: tuple[str, ...] = ()

    @cached_property
    def config(self) -> RunConfig:
        """What its words stand for, checked. Raises `ConfigError` that names the run."""
        try:
            config = check(compose(prepare(self.words), own_folders()))
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
        return isinstance(check, Order) and not set(check.order) <= {*self.labels, self.experiment.name}


def plans(names: Sequence[str], options: Options) -> list[Plan]:
    """The plan of every experiment meant; with `quick` of those that have a quick form. Raises `ConfigError`."""
    meant, titles = experiments(names), choices("experiment")
    found = [one for one in meant if one.quick or not options.quick]
    if not found:
        raise ConfigError(f"{' '.join(names)}: nothing is expected of it, or it has no quick form; inr fit runs it.")
    planned = [plan(experiment, options, titles[experiment.name]) for experiment in found]
    for job in chain.from_iterable(one.jobs for one in planned):
        _ = job.config  # composed now: no run begins before the last one is known to be possible
    return planned


def experiments(names: Sequence[str]) -> list[Experiment]:
    """Those of these names and families, or all, that say what they are held to. Raises `ConfigError`."""
    known = sorted(choices("experiment"))
    meant = [name for word in names or [""] for name in _meant(word, known)]
    sections = [compose([f"experiment={name}"], own_folders()).experiment for name in dict.fromkeys(meant)]
    return [section for section in sections if section]


def _meant(word: str, known: Sequence[str]) -> list[str]:
    found = [name for name in known if not word or name == word or name.startswith(f"{word}/")]
    if not found:
        raise ConfigError(f"{word}: no such experiment; inr ls experiments shows them.{near(word, known)}")
    return found


def smoke(found: Sequence[Experiment]) -> dict[str, Experiment]:
    """Of every family the experiment that stands for it: marked so, or else its first with a quick form."""
    quick = sorted(
        (experiment for experiment in found if experiment.quick),
        key=lambda experiment: not (experiment.quick and experiment.quick.smoke),
    )
    return {experiment.family: experiment for experiment in reversed(quick)}


def plan(experiment: Experiment, options: Options, title: str) -> Plan:
    """Every run of an experiment, none of them composed yet. Raises `ConfigError`."""
    quick = experiment.quick if options.quick else None
    length = [f"steps={options.steps}"] if options.steps is not None else []
    typed = [*without(options.words, length), *length]
    added = [*(without(quick.words, typed) if quick else ()), *typed]
    words = _every_picture(experiment.name, [*without(experiment.sweep, added), *added])
    jobs = list(_jobs(experiment, combinations(words, own_folders())))
    if not options.is_judged:  # a look needs no second picture
        jobs = list({job.label: job for job in reversed(jobs)}.values())[::-1]
    form = quick or experiment
    return Plan(experiment, title, tuple(jobs), form.expect, form.query)


def _every_picture(name: str, words: Sequence[str]) -> list[str]:
    """`image=all` as the names of the dataset's pictures."""
    if "image=all" not in words:
        return list(words)
    chosen = [word for word in words if word.startswith("dataset=")]
    dataset = compose([f"experiment={name}", *chosen], own_folders()).dataset.name
    pictures = datasets.find(dataset).names()
    if not pictures:
        raise ConfigError(f"{name}: image=all: dataset={dataset} has no list of pictures; choose another.")
    return [f"image={','.join(pictures)}" if word == "image=all" else word for word in words]


def _jobs(experiment: Experiment, combined: Sequence[Sequence[str]]) -> Iterator[Job]:
    """The runs in order; the first picture of a form is the one that is drawn."""
    shared = set(combined[0]).intersection(*combined)
    labels = [" ".join(_label(words, shared)) for words in combined]
    wanted = _drawn(experiment, labels[0])
    for label, words in zip(labels, combined, strict=True):
        yield Job(experiment.name, label, (f"experiment={experiment.name}", *words), tuple(wanted.pop(label, ())))


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
