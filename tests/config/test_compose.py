import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hydra._internal.config_loader_impl import ConfigLoaderImpl
from hydra.errors import HydraException
from hydra.types import RunMode
from omegaconf.errors import OmegaConfBaseException

from inr_cli.config.compose import Composer, as_data, compose, compose_jobs, defaults, loader
from inr_cli.config.errors import ConfigError
from inr_cli.config.root import RunConfig, check_root
from inr_cli.config.words import prepare
from inr_cli.config.wrong import options
from inr_cli.engine.check import check

LONGEST = 300


def refusal(*words: str, folders: tuple[str, ...] = ()) -> str:
    """The one line that refuses those words."""
    with pytest.raises(ConfigError) as caught:
        check(compose(prepare(words), folders))
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) <= LONGEST
    return message


@pytest.mark.parametrize(
    ("word", "option", "nearest"),
    [
        ("scal=3", "scal", "scale"),
        ("+foo=1", "foo", None),
        ("encodng=gaussian", "encodng", "encoding"),
        ("encoding=gausian", "encoding=gausian", "gaussian"),
        ("encoding.scal=3", "encoding.scal", "encoding.scale"),
    ],
)
def test_a_misspelt_word_is_named_with_the_nearest_one(word: str, option: str, nearest: str | None) -> None:
    message = refusal(word)
    assert option in message
    if nearest:
        assert f"'{nearest}'" in message


@pytest.mark.parametrize(
    "word",
    [
        "steps=-5",
        "steps=abc",
        "epochs=nan",
        "optimizer.lr=nan",
        "encoding.count=0",
        "network.output=tanh",
        "grid=center",
    ],
)
def test_a_wrong_value_is_named_with_what_came(word: str) -> None:
    option, _, value = word.partition("=")
    message = refusal(word)
    assert message.startswith(f"{option}=")
    assert value.strip("[]").partition(",")[0][:3].lower() in message.lower()


@pytest.mark.parametrize("option", ["steps", "optimizer.lr"])
def test_true_is_not_the_number_1(option: str) -> None:
    message = refusal(f"{option}=true")
    assert message.startswith(option)
    assert "must be a number" in message


@pytest.mark.parametrize("word", ["steps", "steps=5=6", "image=a(b", "=", "=3", "steps='5"])
def test_a_word_that_is_no_word_is_shown_as_it_was_typed(word: str) -> None:
    assert refusal(word).startswith(word)


def test_what_can_be_meant_is_taken() -> None:
    words = ["steps=1e3", "seed=9223372036854775807", "size=null", "batch_size=full", "image=15", "out=2026"]
    config = compose(prepare(words))
    assert (config.steps, config.seed, config.size, config.batch_size) == (1000, 2**63 - 1, None, "full")
    assert (config.image, config.out) == ("15", "2026")


def test_the_last_of_two_words_wins() -> None:
    assert compose(prepare(["seed=1", "seed=2"])).seed == 2


def test_scale_at_the_root_reaches_the_encoding() -> None:
    config = check(compose(prepare(["encoding=gaussian", "scale=7.5"])))
    assert config.encoding.scale == 7.5  # type: ignore[attr-defined]


def test_several_values_without_a_sweep_are_refused_with_the_flag_to_add() -> None:
    message = refusal("seed=1,2")
    assert "seed=1,2" in message
    assert "-m" in message


def test_a_sweep_is_every_combination_in_the_order_typed() -> None:
    jobs = compose_jobs(prepare(["seed=0,1", "scale=1,25"]))
    assert [(job.seed, job.scale) for job in jobs] == [(0, 1), (0, 25), (1, 1), (1, 25)]


def test_one_bad_job_of_a_sweep_refuses_the_sweep() -> None:
    with pytest.raises(ConfigError, match="seed"):
        compose_jobs(prepare(["seed=0,-1"]))


def test_every_group_and_every_key_is_an_option() -> None:
    known = options(loader())
    assert {"encoding", "encoding.scale", "steps", "network.hidden_features", "optimizer.lr"} <= set(known)


def test_a_broken_yaml_of_the_users_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "encoding").mkdir()
    (tmp_path / "encoding" / "mine.yaml").write_text("# Mine.\nname: gaussian\ncount: [1,\nscale: }\n")
    message = refusal("encoding=mine", folders=(str(tmp_path),))
    assert re.search(r"mine\.yaml:[345]: ", message)


def test_a_yaml_of_the_users_is_a_choice_like_any_other(tmp_path: Path) -> None:
    (tmp_path / "encoding").mkdir()
    (tmp_path / "encoding" / "mine.yaml").write_text("# Mine.\nname: gaussian\ncount: 7\nscale: 2.5\n")
    config = check(compose(prepare(["encoding=mine"]), (str(tmp_path),)))
    assert config.encoding.model_dump() == {"name": "gaussian", "count": 7, "scale": 2.5}
    assert "mine" in refusal("encoding=gausian", folders=(str(tmp_path),))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("name: gaussian\ncount: 7\n", "encoding.scale"),
        ("name: gaussian\ncount: 7\nscale: 1\nsigma: 3\n", "encoding.sigma"),
        ("name: nobody\n", "encoding=nobody"),
    ],
)
def test_a_yaml_of_the_users_is_checked_like_ours(tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / "encoding").mkdir()
    (tmp_path / "encoding" / "mine.yaml").write_text(f"# Mine.\n{text}")
    assert refusal("encoding=mine", folders=(str(tmp_path),)).startswith(named)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert str(tmp_path / "none") in refusal(folders=(str(tmp_path / "none"),))


@pytest.mark.parametrize("word", ["+encoding._target_=os.system", "encoding.name=os.system", "+_target_=os.system"])
def test_no_word_names_code(word: str) -> None:
    refusal(word)


PLUGIN = """
from inr_cli.encoding import Encoding
from inr_cli.config import spec as config
from pydantic import Field


class Twice(Encoding):
    class Spec(config.Spec):
        factor: config.Positive = Field(description="what multiplies")

    def __init__(self, spec, shape, generator):
        super().__init__(spec, shape, generator)
        self.factor, self.out_features = spec.factor, len(shape)

    def forward(self, coords):
        return self.factor * coords
"""
USE_PLUGIN = """
import torch
from inr_cli.config.compose import compose
from inr_cli.config.words import prepare
from inr_cli.encoding import encodings
from inr_cli.engine.check import check

config = check(compose(prepare(["encoding=twice"])))
part = encodings.make(config.encoding, (4, 4), None)
print(part(torch.ones(2)).tolist(), encodings.names()[-1])
"""


def test_an_installed_package_adds_a_part_and_its_yaml(tmp_path: Path) -> None:
    package = tmp_path / "inr_twice"
    (package / "conf" / "encoding").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "parts.py").write_text(PLUGIN)
    (package / "conf" / "encoding" / "twice.yaml").write_text("# Twice.\nname: twice\nfactor: 2.0\n")
    info = tmp_path / "inr_twice-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: inr-twice\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[inr_cli.parts]\nencoding.twice = inr_twice.parts:Twice\n")
    start = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
    done = subprocess.run([sys.executable, "-c", start + USE_PLUGIN], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.split("\n")[0] == "[2.0, 2.0] twice"


def test_nothing_that_is_not_a_number_gets_in_through_a_yaml(tmp_path: Path) -> None:
    (tmp_path / "encoding").mkdir()
    (tmp_path / "encoding" / "mine.yaml").write_text("# Mine.\nname: gaussian\ncount: 7\nscale: .nan\n")
    assert refusal("encoding=mine", folders=(str(tmp_path),)).startswith("encoding.scale=nan")


@pytest.mark.parametrize("name", ["huber", "vgg"])
def test_what_a_parts_yaml_says_is_what_choosing_it_gives(name: str) -> None:
    assert defaults("loss", name) == compose([f"loss={name}"]).loss.model_dump()


def test_a_part_without_a_yaml_has_no_defaults() -> None:
    with pytest.raises(ConfigError, match=r"^loss=hubber: there is no such loss; .* Did you mean 'huber'\?$"):
        defaults("loss", "hubber")


@pytest.mark.parametrize(
    "words",
    [
        ["steps=7", "optimizer.lr=1e-3", "seed=0"],
        ["encoding=gaussian", "encoding.scale=10", "encoding.count=1_000"],
        ["steps=5", "steps=6"],
        ["steps=${seed}", "seed=9"],
        ["seed=9", "encoding.count=${seed}"],
        ["image='a=b, c.jpg'", 'out="some where"'],
        ["out='???'"],
        ["out='it\\'s'"],
        ["out=''"],
        ["threads=auto", "compile=true", "crop=null", "grey=on"],
        ["network.hidden_features=[8,16]", "network.hidden_layers=2"],
        ["network.hidden_features=8"],
        ["network.hidden_features={a:1}"],
        ["init@init.first=normal", "init.first.std=2", "init.bias=zero"],
        ["experiment=siren_study/sisr_x4_vgg", "steps=3"],
        ["experiment=fourier_series/mappings", "variant=gaussian_8", "optimizer.lr=2e-2", "encoding.count=5"],
        ["loss=sum", "loss.terms={mse:1}"],
        ["no_such=1"],
        ["encoding.no_such=1"],
        ["encoding.scale.deep=1"],
        ["steps=[1]"],
        ["hydra.job.name=x", "steps=3"],
        ["optimizer=no_such", "steps=3"],
    ],
    ids=" ".join,
)
def test_a_remembered_choice_of_parts_is_what_hydra_composes(words: list[str]) -> None:
    """After other jobs of the sweep, each word leads to what Hydra alone makes of it, or to the same error."""

    def outcome(make: Callable[[Sequence[str]], RunConfig]) -> RunConfig | str:
        try:
            return make(words)
        except (ConfigError, HydraException, OmegaConfBaseException) as error:
            return f"{type(error).__name__}: {error}"

    def alone(words: Sequence[str]) -> RunConfig:
        chosen = Composer(loader(), "config").words(words)
        return check_root(as_data(loader().load_configuration("config", chosen, run_mode=RunMode.RUN)))

    shared = Composer(loader(), "config")
    shared([word for word in words if re.match(r"(encoding|loss|experiment|optimizer|init@init.first)=(?!no)", word)])
    shared(["steps=1", "optimizer.lr=5"])
    assert outcome(shared) == outcome(alone)


def test_parts_are_composed_once_for_all_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    composed = []
    load = ConfigLoaderImpl.load_configuration

    def counted(*args: Any, **options: Any) -> Any:
        composed.append(args)
        return load(*args, **options)

    monkeypatch.setattr(ConfigLoaderImpl, "load_configuration", counted)
    jobs = compose_jobs(["encoding=gaussian,positional", "optimizer.lr=1e-3,2e-3,3e-3", "seed=1,2,3,4,5"])
    assert len({(job.encoding.name, job.seed, str(job.optimizer)) for job in jobs}) == 30
    assert len(composed) == 2
