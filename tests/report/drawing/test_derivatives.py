from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from inr_cli.engine.train import train
from inr_cli.render.derivatives import derivative_sheet
from inr_cli.report.drawing import drawings
from inr_cli.report.start import begin


def test_the_sheet_is_that_of_the_runs_field_and_picture(configure, tmp_path: Path) -> None:
    config = configure("steps=3", "activation=sine")
    run = train(config, tmp_path)
    with Image.open(BytesIO(drawings.find("derivatives")().draw(run, config) or b"")) as image:
        np.testing.assert_array_equal(np.array(image), derivative_sheet(run.field, begin(config).task.truth))
