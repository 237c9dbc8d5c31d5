"""The keys at the root of a run's configuration, typed without torch.

The parts (`encoding`, `activation`, ...) are only known by name here; `engine.check` asks each part's room for
its typed numbers, which replace the `AnySpec` below.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from inr_cli.config.errors import ConfigError
from inr_cli.config.experiment import Experiment
from inr_cli.config.explain import explain
from inr_cli.config.paths import existing_file
from inr_cli.config.spec import Integer, PartSpec, Positive

PARTS = (
    "dataset",
    "optimizer",
    "encoding",
    "mask",
    "init",
    "activation",
    "network",
    "loss",
    "sampler",
    "schedule",
    "task",
    "logger",
)
"""The groups that every run chooses one part of, in the order in which they are composed."""

Grid = Literal["centre", "corner", "left"]
Crop = Literal["square", "left"]
Precision = Literal["auto", "float32", "bf16", "tf32", "float64"]
Every = Annotated[Integer, Field(ge=1, le=1_000_000_000)]


def _text(value: Any) -> Any:
    """`image=15` is a picture called 15."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class RunConfig(BaseModel):
    """Everything that decides a run, checked and frozen: the same words that stand in `conf/config.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    image: Annotated[str, BeforeValidator(_text)] = Field(min_length=1, description="a picture's name, or a file")
    size: Annotated[Integer, Field(ge=2, le=65_535)] | None = Field(
        description="longest side for training in pixels, 2 to 65535; null = the file's own"
    )
    crop: Crop | None = Field(description="null, square or left")
    grey: bool = Field(description="true or false: whether colours become one grey")
    color_max: Positive | None = Field(description="the value that counts as 1; null = the file's own maximum")
    grid: Grid = Field(description="where pixels sit in [-1, 1]: centre, corner or left")
    target_range: Literal["auto", "unit", "signed"] = Field(description="what the network learns: auto, unit, signed")

    scale: Positive | None = Field(description="the encoding's scale, above 0; null = the encoding's own")

    steps: Annotated[Integer, Field(ge=0, le=10_000_000)] | None = Field(
        description="optimiser steps, an integer from 0 to 10000000; null with epochs= or seconds="
    )
    epochs: Positive | None = Field(description="passes over the picture instead of steps")
    seconds: Annotated[Positive, Field(le=1e6)] | None = Field(description="training time instead of steps")
    batch_size: Annotated[Integer, Field(ge=1, le=1_000_000_000)] | Literal["full"] = Field(
        description="pixels per step, an integer from 1, or full"
    )

    seed: Annotated[Integer, Field(ge=0, le=2**63 - 1)] = Field(description="an integer from 0")
    device: Annotated[str, Field(pattern=r"^(auto|cpu|cuda(:\d{1,2})?)$")] = Field(
        description="auto, cpu, cuda or cuda:1"
    )
    threads: Annotated[Integer, Field(ge=1, le=1024)] | Literal["auto"] = Field(description="auto, or 1 to 1024")
    precision: Precision = Field(description="auto, float32, bf16, tf32 or float64")

    deterministic: bool | Literal["auto"] = Field(
        description="auto, true or false: only operations that repeat exactly"
    )
    micro_batch: Annotated[Integer, Field(ge=1, le=1_000_000_000)] | Literal["auto"] | None = Field(
        description="pixels of a batch at a time, an integer from 1; auto = what stays in the cache; null = all"
    )
    compile: bool | Literal["auto"] = Field(description="auto, true or false: whether torch.compile makes the step")
    on_divergence: Literal["stop", "rollback"] = Field(description="stop, or rollback with half the learning rate")

    eval_every: Every | None = Field(description="steps between two measurements; null = 20 in a run")
    save_every: Every | None = Field(description="steps between two checkpoints that stay; null = only the last")
    render_every: Every | None = Field(description="steps between two pictures; null = only the last")
    out: Annotated[str, BeforeValidator(_text)] = Field(min_length=1, description="the folder that holds runs")

    dataset: PartSpec
    encoding: PartSpec
    mask: PartSpec
    init: PartSpec
    activation: PartSpec
    network: PartSpec
    loss: PartSpec
    sampler: PartSpec
    optimizer: PartSpec
    schedule: PartSpec
    task: PartSpec
    logger: PartSpec

    experiment: Experiment | None = Field(description="what experiment=NAME is held to; null = nothing")
    variant: str | None = Field(description="a form of the experiment, by its label; null = as its file stands")

    @model_validator(mode="after")
    def _one_length(self) -> RunConfig:
        given = [name for name in ("steps", "epochs", "seconds") if getattr(self, name) is not None]
        if not given:
            raise ValueError("steps, epochs and seconds are all null: choose one of them, such as steps=1500")
        if len(given) > 1:
            raise ValueError(f"{' and '.join(given)} are given: choose one, which decides how long to train")
        return self


def check_root(given: dict[str, Any]) -> RunConfig:
    """Type the root keys of a composed configuration. Raises `ConfigError`; a file becomes an absolute path."""
    try:
        config = RunConfig.model_validate(given)
    except ValidationError as error:
        raise ConfigError(explain(error, RunConfig)) from None
    file = existing_file(config.image)
    if file:
        return config.model_copy(
            update={"image": str(file.resolve()), "dataset": config.dataset.model_copy(update={"name": "file"})}
        )
    return config


def plain(config: RunConfig) -> dict[str, Any]:
    """The configuration as plain data (dicts, lists, strings, numbers), ready for yaml or JSON."""
    return config.model_dump(mode="json")


def as_yaml(config: RunConfig) -> str:
    """The same as the text of a yaml file."""
    return "".join(_section(key, value) for key, value in plain(config).items())


def _section(key: str, value: Any) -> str:
    """One key with all below it; the thousand jobs of a sweep share nearly all of theirs."""
    told = key, repr(value)
    if told not in _SECTIONS:
        _SECTIONS[told] = yaml.safe_dump({key: value}, sort_keys=False, allow_unicode=True)
    return _SECTIONS[told]


_SECTIONS: dict[tuple[str, str], str] = {}
