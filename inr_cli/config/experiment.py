"""What an experiment says of itself: its source, its forms, and the figures it is held to. Data, never code."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal, Self, final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_serializer

from inr_cli.config.spec import NonNegative, Number, Positive


def _text(value: Any) -> Any:
    """A yaml reads `64` as a number, where it is the name of a form."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$")]
Label = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*$")]
Text = Annotated[str, BeforeValidator(_text), Field(min_length=1)]
Figure = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Word = Annotated[str, Field(pattern=r"^[^=]+=")]
Pixels = Annotated[int, Field(ge=1, le=4096)]
At = Literal["start", "best", "end"]
"""Which value of a curve: its first, its highest, or the run's final figure."""
Place = tuple[Number, Number]
"""Row and column in pixels of the fitted picture; 0, 0 is the centre of the top-left one."""


class _Data(BaseModel):
    """Checked and frozen; what is null is not written down."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @model_serializer(mode="wrap")
    def _short(self, serialise: Any) -> dict[str, Any]:
        return {key: value for key, value in serialise(self).items() if value is not None}


class Expectation(_Data):
    """One check on the figure `of`, in dB where it is a PSNR; the subclass says what must be true of it.

    `variant` is the label of a form; null where there is only one. Several pictures count with their mean.
    """

    of: Figure
    variant: Text | None = None

    @abstractmethod
    def wanted(self) -> str:
        """What is expected, in words."""

    @abstractmethod
    def holds(self, measured: float) -> bool:
        """Whether what was measured is as expected."""


class Point(Expectation):
    """A check on one number: the run's final figure, or its curve's first or highest value."""

    at: At = "end"


@final
class Published(Point):
    """The figure of the source, met within a tolerance."""

    published: Number
    within: NonNegative

    def wanted(self) -> str:
        return f"{self.published:g} ± {self.within:g}"

    def holds(self, measured: float) -> bool:
        return abs(measured - self.published) <= self.within


class Bound(Point):
    """A check against a limit: a number, or the final value of another figure of the same runs, by its name."""

    word: ClassVar[str]

    @property
    def limit(self) -> float | str:
        """The number or the name."""
        limit: float | str = getattr(self, self.word)
        return limit

    def against(self, number: float) -> Self:
        """The same check with what was measured of the other figure in place of its name."""
        return self.model_copy(update={self.word: number})

    def wanted(self) -> str:
        return f"{self.word} {self.limit if isinstance(self.limit, str) else format(self.limit, 'g')}"


@final
class Above(Bound):
    """More than so much."""

    word: ClassVar = "above"
    above: Number | Figure

    def holds(self, measured: float) -> bool:
        return measured > float(self.limit)


@final
class Below(Bound):
    """Less than so much."""

    word: ClassVar = "below"
    below: Number | Figure

    def holds(self, measured: float) -> bool:
        return measured < float(self.limit)


@final
class Flat(Expectation):
    """The curve's largest and smallest value differ by less."""

    flat: Positive

    def wanted(self) -> str:
        return f"flat, varies by less than {self.flat:g}"

    def holds(self, measured: float) -> bool:
        return measured < self.flat


@final
class Unsteady(Expectation):
    """The curve falls by more below its best so far."""

    unsteady: NonNegative

    def wanted(self) -> str:
        return f"unsteady, falls by more than {self.unsteady:g}"

    def holds(self, measured: float) -> bool:
        return measured > self.unsteady


@final
class Steady(Expectation):
    """The curve never falls by more below its best so far."""

    steady: NonNegative

    def wanted(self) -> str:
        return f"steady, never falls by more than {self.steady:g}"

    def holds(self, measured: float) -> bool:
        return measured <= self.steady


class Comparison(Expectation):
    """A check on the figures of several forms: labels of this experiment, other experiments' names, `name: label`."""

    at: At = "end"

    @property
    @abstractmethod
    def items(self) -> tuple[str, ...]:
        """The forms."""

    @abstractmethod
    def measure(self, levels: Sequence[float]) -> float:
        """The number that decides, of the forms' figures."""


@final
class Order(Comparison):
    """Figures from lowest to highest, each at least `by` above the one before; measured is the smallest rise."""

    order: tuple[Text, ...] = Field(min_length=2)
    by: NonNegative = 0.0

    @property
    def items(self) -> tuple[str, ...]:
        return self.order

    def measure(self, levels: Sequence[float]) -> float:
        return min(after - before for before, after in pairwise(levels))

    def wanted(self) -> str:
        items = [item.split() for item in self.order]
        shared = [word for word in items[0] if "=" in word and all(word in item for item in items)]
        told = " < ".join(" ".join(word for word in item if word not in shared) for item in items)
        return told + "".join(f", {word}" for word in shared) + (f", each by {self.by:g}" if self.by else "")

    def holds(self, measured: float) -> bool:
        return measured >= self.by and measured > 0


@final
class Equal(Comparison):
    """Figures that differ by no more than `within`; measured is from the lowest to the highest."""

    equal: tuple[Text, ...] = Field(min_length=2)
    within: NonNegative

    @property
    def items(self) -> tuple[str, ...]:
        return self.equal

    def measure(self, levels: Sequence[float]) -> float:
        return max(levels) - min(levels)

    def wanted(self) -> str:
        return f"{' = '.join(self.equal)} within {self.within:g}"

    def holds(self, measured: float) -> bool:
        return measured <= self.within


KINDS = {kind.__name__.lower(): kind for kind in (Published, Above, Below, Flat, Unsteady, Steady, Order, Equal)}


def _kind(item: Any) -> str | None:
    """The one key that says which check this is."""
    given = [key for key in KINDS if (key in item if isinstance(item, dict) else isinstance(item, KINDS[key]))]
    return given[0] if len(given) == 1 else None


Check = Annotated[
    Annotated[Published, Tag("published")]
    | Annotated[Above, Tag("above")]
    | Annotated[Below, Tag("below")]
    | Annotated[Flat, Tag("flat")]
    | Annotated[Unsteady, Tag("unsteady")]
    | Annotated[Steady, Tag("steady")]
    | Annotated[Order, Tag("order")]
    | Annotated[Equal, Tag("equal")],
    Discriminator(
        _kind,
        custom_error_type="expectation",
        custom_error_message=f"an expectation has exactly one of {', '.join(KINDS)}",
    ),
]


@final
class Drawn(_Data):
    """A picture of one run that belongs on the page: what it shows, and of which form, if not of the first."""

    what: Label
    variant: Text | None = None


class Minutes(_Data):
    """How long the full form takes; null = not known."""

    gpu: Positive | None = None
    cpu: Positive | None = None


class Quick(_Data):
    """The shrunken form: words added after all others, and its own expectations. It needs no network."""

    words: tuple[Word, ...]
    expect: tuple[Check, ...] = ()
    query: tuple[Place, ...] = ()
    smoke: bool = False  # whether it stands for its family in every test run; else the family's first does


class Experiment(_Data):
    """The section `experiment:` of a yaml below `conf/experiment`."""

    name: Name
    source: str = Field(min_length=1)
    minutes: Minutes
    grid: tuple[Word, ...] = ()
    variants: dict[Label, tuple[Word, ...]] = {}
    expect: tuple[Check, ...] = ()
    show: tuple[Figure, ...] = ()  # figures to be reported that nothing is expected of
    plot: tuple[Figure, ...] = ()  # the figures to be plotted, in their order; empty = the first of the checks
    render: Pixels | None = None  # the longest side at which the page shows its fields; null = as fitted
    draw: tuple[Drawn, ...] = ()
    query: tuple[Place, ...] = ()  # where the fitted colour is to be reported
    quick: Quick | None = None

    @property
    def family(self) -> str:
        """The folder of its yaml."""
        return self.name.partition("/")[0]

    @property
    def sweep(self) -> list[str]:
        """All its forms as words of a sweep; nothing if it has only one."""
        forms = [f"variant={','.join(self.variants)}"] if self.variants else []
        return [*forms, *self.grid]
