import pytest

from inr_cli.config.compose import compose
from inr_cli.config.root import RunConfig
from inr_cli.engine.build import build_structure
from inr_cli.engine.check import check
from inr_cli.render.field import Geometry
from inr_cli.reproduce.options import Options
from inr_cli.reproduce.plan import plan

NAMES = [
    f"{pictures}_{encoding}"
    for pictures in ("natural", "text")
    for encoding in ("none", "basic", "positional_log", "gaussian")
]
FEATURES = {"none": 2, "basic": 4, "positional_log": 512, "gaussian": 512}


def ffn(name: str) -> RunConfig:
    return check(compose([f"experiment=ffn/{name}"]))


@pytest.mark.parametrize("name", NAMES)
def test_the_network_is_the_notebooks(name: str) -> None:
    config = ffn(name)
    field = build_structure(config, Geometry(512, 512, 3, config.grid))
    features = FEATURES[name.partition("_")[2]]
    assert field.encoding.out_features == features
    assert field.count == features * 256 + 256 + 2 * (256 * 256 + 256) + 256 * 3 + 3


@pytest.mark.parametrize("name", NAMES)
def test_the_published_figure_is_a_mean_over_16_test_pictures(name: str) -> None:
    experiment = ffn(name).experiment
    assert experiment is not None
    jobs = plan(experiment, Options(), "").jobs
    assert [word for job in jobs for word in job.words if word.startswith("image=")] == [
        f"image=test_{number:02d}" for number in range(16)
    ]
