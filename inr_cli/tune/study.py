"""The search itself: which values are tried next, and what came of those before, kept by optuna in a SQLite file.

What is asked for is a function of the seed, the trial's number and what is known by then. So the same words give the
same trials, also across a stop, as long as one runs at a time, none is ended early, and the target is no time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.exceptions import StorageInternalError
from optuna.importance import PedAnovaImportanceEvaluator, get_param_importances
from optuna.pruners import BasePruner, MedianPruner, NopPruner
from optuna.samplers import TPESampler
from optuna.storages import RDBStorage
from optuna.study import StudyDirection
from optuna.trial import Trial, TrialState
from sqlalchemy.exc import SQLAlchemyError

from inr_cli.config.errors import OutputError
from inr_cli.config.space import Choices, Dimension
from inr_cli.engine.runs import SEARCH
from inr_cli.signal.seed import generator

NAME = "tune"
FIRST_TRIALS, FIRST_PARTS = 5, 5
"""Trials that come to their end, and twentieths of a trial, before any is ended early."""
LOST, REASON, SECONDS = "lost", "reason", "seconds"
"""What the file holds besides: of a trial whether a kill left nothing of it, and why it failed; the time spent."""
TOP, WIDEST_TOP, FEWEST = 0.1, 0.5, 5
"""What decides about reaching the best tenth is important, or the best half of few trials, or as many as this."""


class Asked(NamedTuple):
    """A trial: its number, and the words it was given."""

    number: int
    words: list[str]


class Open(NamedTuple):
    """A trial that nothing has come of yet, and the parts of it that were reported."""

    trial: Trial
    told: set[int]


class Study:
    """One search for the highest value, or the lowest. Only of values that rise can a trial be ended early."""

    def __init__(self, folder: Path, space: Sequence[Dimension], rises: bool, prunes: bool, seed: int) -> None:
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        # not by an address: a folder's name may hold letters that mean something there
        self._storage = RDBStorage(
            f"sqlite:///{SEARCH}", engine_kwargs={"creator": lambda: sqlite3.connect(folder / SEARCH)}
        )
        pruner: BasePruner = MedianPruner(FIRST_TRIALS, FIRST_PARTS) if rises and prunes else NopPruner()
        direction = StudyDirection.MAXIMIZE if rises else StudyDirection.MINIMIZE
        self._study = optuna.create_study(
            storage=self._storage, pruner=pruner, study_name=NAME, direction=direction, load_if_exists=True
        )
        self._space, self._seed = {one.key: one for one in space}, seed
        self._open = {
            trial.number: Open(Trial(self._study, trial._trial_id), set(trial.intermediate_values))
            for trial in self._study.get_trials(states=[TrialState.RUNNING])
        }

    @property
    def count(self) -> int:
        """The trials asked for so far."""
        return sum(LOST not in trial.user_attrs for trial in self._study.get_trials(deepcopy=False))

    @property
    def open(self) -> list[int]:
        """The numbers of the trials that nothing has come of yet."""
        return list(self._open)

    @property
    def seconds(self) -> float:
        """The wall time spent, as far as it was written down."""
        return float(self._study.user_attrs.get(SECONDS, 0.0))

    def spend(self, seconds: float) -> None:
        """Write down the wall time spent by now."""
        self._study.set_user_attr(SECONDS, seconds)

    def ask(self) -> Asked:
        """A new trial; while others run it keeps away from them."""
        number = len(self._study.get_trials(deepcopy=False))
        seed = generator(self._seed, f"trial {number}").initial_seed() % 2**32
        self._study.sampler = TPESampler(seed=seed, constant_liar=True)
        trial = self._study.ask({key: _distribution(one) for key, one in self._space.items()})
        self._open[trial.number] = Open(trial, set())
        return Asked(trial.number, [_word(one, trial.params[key]) for key, one in self._space.items()])

    def report(self, number: int, curve: Mapping[int, float]) -> bool:
        """Take note of the PSNR at each twentieth of a trial; whether it is below what others had there."""
        trial, told = self._open[number]
        for part in sorted(curve.keys() - told):
            trial.report(curve[part], part)
            told.add(part)
        return trial.should_prune()

    def tell(self, number: int, value: float) -> None:
        """The trial came to its end."""
        self._study.tell(number, value)
        del self._open[number]

    def prune(self, number: int) -> None:
        """The trial was ended early."""
        self._study.tell(number, state=TrialState.PRUNED)
        del self._open[number]

    def fail(self, number: int, reason: str) -> None:
        """The trial came to nothing; the search goes on without it."""
        self._open[number].trial.set_user_attr(REASON, reason)
        self._study.tell(number, state=TrialState.FAIL)
        del self._open[number]

    def lose(self, number: int) -> None:
        """Nothing of the trial had begun when the program was killed; it does not count."""
        self._open[number].trial.set_user_attr(LOST, True)
        self.fail(number, "killed before it began")

    def importance(self) -> dict[str, float]:
        """The share that each of several keys has in reaching the best values, by PED-ANOVA, the largest first.

        Empty as long as nothing can be told.
        Watanabe et al., PED-ANOVA: Efficiently Quantifying Hyperparameter Importance in Arbitrary Subspaces, 2023.
        """
        done = self._study.get_trials(deepcopy=False, states=[TrialState.COMPLETE])
        if len(self._space) < 2 or len({trial.value for trial in done}) < 2:
            return {}
        top = min(WIDEST_TOP, max(TOP, FEWEST / len(done)))
        found = get_param_importances(self._study, evaluator=PedAnovaImportanceEvaluator(target_quantile=top))
        return {key: float(share) for key, share in found.items()}

    def close(self) -> None:
        """Let go of the file."""
        self._storage.remove_session()
        self._storage.engine.dispose()


@contextmanager
def opened(folder: Path, space: Sequence[Dimension], rises: bool, prunes: bool, seed: int) -> Iterator[Study]:
    """The search in the folder, begun or gone on with. Raises `OutputError` where its file cannot be kept."""
    study = None
    try:
        study = Study(folder, space, rises, prunes, seed)
        yield study
    except (SQLAlchemyError, StorageInternalError) as error:
        root = error.__cause__ or error
        reason = getattr(root, "orig", None) or root
        raise OutputError(f"cannot keep {folder / SEARCH}: {reason}.") from None
    finally:
        if study is not None:
            study.close()


def _distribution(one: Dimension) -> BaseDistribution:
    if isinstance(one, Choices):
        return CategoricalDistribution(one.values)
    if one.is_whole:
        return IntDistribution(int(one.low), int(one.high), one.log, 1 if one.log else int(one.step))
    return FloatDistribution(one.low, one.high, one.log, one.step or None)


def _word(one: Dimension, value: float | str) -> str:
    return f"{one.key}={value}" if isinstance(one, Choices) else one.word(float(value))
