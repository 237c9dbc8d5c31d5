from pathlib import Path

import pytest

from inr_cli.engine.train import Run, train
from inr_cli.reproduce.options import Options
from inr_cli.reproduce.plan import Job, plans
from inr_cli.reproduce.shown import Shown, show


@pytest.fixture
def ran(own, tmp_path: Path) -> tuple[Run, Job]:
    own("study/one", "  draw: [{what: derivatives}]\n")
    [job] = plans(["study/one"], Options())[0].jobs
    place = tmp_path / "run"
    place.mkdir()
    return train(job.config, place), job


def test_a_run_shows_its_picture_what_was_drawn_and_the_colours_asked_for(ran: tuple[Run, Job]) -> None:
    run, job = ran
    inside, above, corner = (1.2, 10.5), (-0.6, 3), (14.5, -0.5)
    shown = show(run, job, [inside, above, corner])
    colours = [(inside, run.field.at(*inside).tolist()), (above, None), (corner, run.field.at(*corner).tolist())]
    assert shown == Shown("renders/500x500.png", ["derivatives"], colours)
    assert (run.path / "derivatives.png").is_file()
    assert (run.path / shown.picture).is_file()
