"""`jobs=N` and `cluster=`: how many jobs of a sweep run at a time, and where. They are no words of a run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from inr_cli.config.errors import ConfigError
from inr_cli.config.explain import explain
from inr_cli.config.spec import Integer

WORD = "jobs="
CLUSTER = "cluster="


class SweepSpec(BaseModel):
    """What decides how a sweep is run, and nothing of what comes out; the default stands in `conf/config.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    jobs: Annotated[Integer, Field(ge=1, le=1024)] = Field(description="jobs of a sweep at a time, 1 to 1024")


def without_jobs(words: Sequence[str]) -> list[str]:
    """The words of the single runs."""
    return [word for word in words if not word.startswith(WORD)]


def jobs_at_once(words: Sequence[str], default: Any) -> int:
    """The number typed last, or the default. Raises `ConfigError`."""
    typed = [word.removeprefix(WORD) for word in words if word.startswith(WORD)]
    try:
        return SweepSpec.model_validate({"jobs": (typed or [default])[-1]}).jobs
    except ValidationError as error:
        raise ConfigError(explain(error, SweepSpec)) from None


def refuse_cluster(words: Sequence[str], sweep: bool) -> None:
    """Raise `ConfigError` where somebody typed `cluster=` for what is one run, or several for one sweep."""
    for word in words:
        if word.startswith(CLUSTER) and word != f"{CLUSTER}null":
            if not sweep:
                raise ConfigError(f"{word}: is where the jobs of a sweep run, and this is one run; for a sweep add -m.")
            if "," in word:
                raise ConfigError(f"{word}: all jobs of a sweep run in one place; give one.")


def refuse_jobs(words: Sequence[str]) -> None:
    """Raise `ConfigError` where somebody typed `jobs=` for what is one run."""
    for word in words:
        if word.startswith(WORD):
            raise ConfigError(f"{word}: that many jobs of a sweep at a time, and this is one run; for a sweep add -m.")
