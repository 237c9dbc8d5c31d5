import pytest

from inr_cli.config.experiment import Experiment, Minutes
from inr_cli.reproduce.changed import changed

STUDY = Experiment(
    name="study/one",
    source="x",
    minutes=Minutes(),
    variants={"low": ("scale=1",), "high": ("scale=3",)},
    grid=("image=cat,camera", "network.hidden_layers=2,4"),
)


@pytest.mark.parametrize(
    ("words", "others"),
    [
        (["size=32", "epochs=2"], ["size=32", "epochs=2"]),
        (["device=cuda", "threads=1", "eval_every=5", "save_every=5", "render_every=5", "out=x"], []),
        (["-m", "--cfg", "job", "hydra.launcher=joblib", "experiment=study/one"], []),
        (["variant=low", "seed=7"], []),
        (["network.hidden_layers=4", "image=camera"], []),
        (["network.hidden_layers=8", "image=astronaut"], ["network.hidden_layers=8", "image=astronaut"]),
        (["scale=1"], ["scale=1"]),
        (["dataset.root=pictures", "task.srgan=weights"], []),
    ],
)
def test_what_no_form_of_it_has_changes_an_experiment(words: list[str], others: list[str]) -> None:
    assert changed(STUDY, words) == others


@pytest.mark.parametrize("grid", ["image=all", "image=face,checkerboard"])
def test_each_picture_of_a_set_is_the_experiments_own(own, grid: str) -> None:
    own("study/set", f'  grid: ["{grid}"]\n')
    study = Experiment(name="study/set", source="x", minutes=Minutes(), grid=(grid,))
    for word in (grid, "image=face", "image=face,checkerboard"):
        assert changed(study, [word]) == []
    for word in ("image=cat", "image=face,cat", "image='face, 3 (1).png'"):
        assert changed(study, [word]) == [word]
