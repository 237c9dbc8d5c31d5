"""One `inr fit` command line in Hydra's hands: its flags, what it shows, the jobs it stands for, and its sweep."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import NoReturn

from hydra._internal.core_plugins.basic_launcher import BasicLauncherConf
from hydra._internal.core_plugins.basic_sweeper import BasicSweeperConf
from hydra._internal.hydra import Hydra
from hydra._internal.utils import get_args_parser
from hydra.core.global_hydra import GlobalHydra
from hydra.types import RunMode
from omegaconf import DictConfig

from inr_cli.config.compose import Composer, combinations, compose, compose_jobs, loader, search_path
from inr_cli.config.errors import ConfigError
from inr_cli.config.jobs import WORD, jobs_at_once, without_jobs
from inr_cli.config.paths import own_folders
from inr_cli.config.root import RunConfig
from inr_cli.config.words import prepare, quoted, without
from inr_cli.config.wrong import one_line


class Session:
    """The words behind `inr fit`. Raises `ConfigError`, one line, for whatever Hydra would not understand."""

    def __init__(self, words: Sequence[str]) -> None:
        self.parser = get_args_parser()
        self.parser.error = _refuse  # type: ignore[method-assign]
        self.args = self.parser.parse_intermixed_args(list(words))
        for flag in ("config_path", "experimental_rerun", "shell_completion"):
            if getattr(self.args, flag):
                raise ConfigError(
                    f"--{flag.replace('_', '-')}: not offered here; --config-dir DIR adds your own files."
                )
        self.name: str = self.args.config_name or "config"
        self.overrides = prepare(self.args.overrides)
        self.folders = (*([self.args.config_dir] if self.args.config_dir else []), *own_folders())

    @property
    def multirun(self) -> bool:
        """Whether this is a sweep."""
        return bool(self.args.multirun)

    @property
    def shows(self) -> bool:
        """Whether something is to be printed instead of run."""
        return bool(self.args.help or self.args.hydra_help or self.args.cfg or self.args.info)

    def show(self) -> None:
        """Print what --help, --hydra-help, --cfg or --info ask for."""
        args = self.args
        with self._hydra() as hydra:
            if args.help:
                hydra.app_help(config_name=self.name, args_parser=self.parser, args=args)
            elif args.hydra_help:
                hydra.hydra_help(config_name=self.name, args_parser=self.parser, args=args)
            elif args.cfg:
                first = self.words()[0] if self.multirun else self.overrides
                words = Composer(loader(self.folders), self.name).words(first)
                hydra.show_cfg(self.name, words, args.cfg, args.package, args.resolve)
            else:
                hydra.show_info(args.info, config_name=self.name, overrides=self.overrides)

    def jobs(self) -> list[RunConfig]:
        """The root-checked configuration of every job, before anything is written."""
        words = without_jobs(self.overrides) if self.multirun else self.overrides
        return compose_jobs(words, self.folders, self.name, sweep=self.multirun)

    def words(self) -> list[list[str]]:
        """The words of every job, in the order of `jobs`."""
        return combinations(without_jobs(self.overrides), self.folders)

    @property
    def at_once(self) -> int:
        """How many jobs of the sweep run at a time. Raises `ConfigError`."""
        return jobs_at_once(self.overrides, self._tree.get("jobs"))

    @property
    def is_split_here(self) -> bool:
        """Whether the jobs are those of Hydra's basic sweeper: `jobs` then knows them before the first runs."""
        return str(self._tree.hydra.sweeper._target_) == BasicSweeperConf._target_

    @property
    def is_run_here(self) -> bool:
        """Whether nothing that only Hydra can do was asked for: another launcher or sweeper, callbacks, variables.

        Raises `ConfigError` for `jobs=` where it was.
        """
        hydra = self._tree.hydra
        basic = self.is_split_here and str(hydra.launcher._target_) == BasicLauncherConf._target_
        here = basic and not hydra.callbacks and not hydra.job.env_set
        if not here and any(word.startswith(WORD) for word in self.overrides):
            raise ConfigError(
                f"{WORD}{self.at_once}: Hydra runs these jobs, and its launcher has options of its own, "
                "hydra.launcher; leave the word out."
            )
        return here

    def forms(self) -> list[str]:
        """The words by which a sweep over one experiment runs all its forms; what is typed is not varied."""
        chosen = [word for word in self.args.overrides if word.startswith("experiment=")]
        if not self.multirun or len(chosen) != 1:
            return []
        swept = [self._forms(words) for words in combinations(chosen, self.folders)]
        if len(swept) > 1 and any(swept):
            several = " ".join(next(filter(None, swept)))
            raise ConfigError(f"{chosen[0]}: one of these has forms of its own, {several}; sweep over one at a time.")
        return swept[0]

    def _forms(self, chosen: Sequence[str]) -> list[str]:
        experiment = compose(chosen, self.folders, self.name).experiment
        return without(experiment.sweep, self.args.overrides) if experiment else []

    def launch(self, task: Callable[[DictConfig], None], sweep: Path) -> None:
        """Let Hydra's sweeper and launcher run `task` for every job."""
        overrides = [*without_jobs(self.overrides), f"hydra.sweep.dir={quoted(str(sweep))}", "hydra.mode=MULTIRUN"]
        with self._hydra() as hydra:
            hydra.multirun(config_name=self.name, task_function=task, overrides=overrides)

    @cached_property
    def _tree(self) -> DictConfig:
        """What all jobs of the sweep have in common, with Hydra's own section."""
        words, configs = without_jobs(self.overrides), loader(self.folders)
        with one_line(words, configs, self.name):
            return configs.load_configuration(self.name, words, run_mode=RunMode.MULTIRUN)

    @contextmanager
    def _hydra(self) -> Iterator[Hydra]:
        GlobalHydra.instance().clear()
        with one_line(self.overrides, loader(self.folders), self.name):
            try:
                yield Hydra.create_main_hydra2("fit", search_path(self.folders))
            finally:
                GlobalHydra.instance().clear()


def _refuse(message: str) -> NoReturn:
    raise ConfigError(f"{message}. See inr fit --hydra-help for the flags.")
