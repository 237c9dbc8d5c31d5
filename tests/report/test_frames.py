from pathlib import Path

import numpy as np
from PIL import Image

from inr_cli.engine.train import train
from inr_cli.render.view import view
from inr_cli.report.frames import frames


def test_what_was_drawn_and_what_was_saved_come_in_order(configure, tmp_path: Path) -> None:
    run = train(configure("steps=12", "size=20", "render_every=4", "save_every=6"), tmp_path)
    height, width = run.field.geometry.shape
    found = dict(frames(run.path, height, width))
    assert list(found) == [4, 6, 8, 12]
    drawn = np.array(Image.open(run.path / "renders/step_000004.png")) / 255
    np.testing.assert_allclose(found[4], drawn, atol=1e-6)
    np.testing.assert_array_equal(found[12], run.field.look(view(height, width)))


def test_pictures_of_another_size_are_left_out(configure, tmp_path: Path) -> None:
    run = train(configure("steps=4", "size=20", "render_every=2"), tmp_path)
    height, width = run.field.geometry.shape
    Image.new("RGB", (3, 3)).save(run.path / "renders/step_000003.png")
    (run.path / "renders/64x64.png").write_bytes(b"")
    assert list(dict(frames(run.path, height, width))) == [2, 4]
