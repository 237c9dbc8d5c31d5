import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import skimage.data
import skimage.util

from inr_cli.config.errors import DatasetError, PictureError
from inr_cli.dataset import skimage as bundled
from inr_cli.dataset.skimage import PICTURES, Pin, Skimage

DATASET = Skimage(Skimage.Spec(name="skimage"), seed=0)
# scikit-image makes a mask of the horse; everything here is given as stored.
AS_STORED = sorted(PICTURES.keys() - {"horse"})


@pytest.mark.parametrize("name", AS_STORED)
def test_pixels_are_those_of_scikit_image(name: str) -> None:
    picture = DATASET.open(name, None)
    expected = skimage.util.img_as_float(getattr(skimage.data, name)()).reshape(picture.height, picture.width, -1)
    assert picture.name == name
    # An alpha that hides nothing is dropped; a grey stored as RGB is three equal channels.
    shared = np.broadcast_to(expected[..., : picture.channels], picture.pixels.shape)
    np.testing.assert_allclose(picture.pixels, shared, rtol=0, atol=1e-6)


def test_the_horse_keeps_its_alpha_if_it_hides_anything() -> None:
    assert DATASET.open("horse", None).pixels.shape[:2] == (328, 400)


def test_color_max_reaches_the_reader() -> None:
    stored = DATASET.open("cat", None).pixels * 255
    np.testing.assert_allclose(DATASET.open("cat", 256.0).pixels * 256, stored, atol=1e-4)


@pytest.mark.parametrize(("name", "says"), [("cta", "Did you mean 'cat'?"), ("nothing_like_it", "no such file exists")])
def test_an_unknown_name_lists_the_known(name: str, says: str) -> None:
    with pytest.raises(PictureError) as caught:
        DATASET.open(name, None)
    assert says in str(caught.value) and "astronaut" in str(caught.value) and len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("pin", "says"),
    [(Pin("camera.png", "0" * 64), "not the picture it was"), (Pin("none.png", "0" * 64), "has no none.png")],
)
def test_a_changed_or_missing_file_is_refused(pin: Pin, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(bundled.PICTURES, "camera", pin)
    with pytest.raises(DatasetError) as caught:
        DATASET.open("camera", None)
    assert says in str(caught.value) and "pip install 'scikit-image>=" in str(caught.value)


def test_names_are_listed_without_torch_or_scikit_image() -> None:
    program = (
        "import sys; from inr_cli.dataset.skimage import *; from inr_cli.dataset.synthetic import *;"
        "print(Skimage(Skimage.Spec(name='skimage'), 0).names());"
        "assert not {'torch', 'skimage', 'imageio', 'tifffile'} & set(sys.modules)"
    )
    root = Path(bundled.__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=root)
    assert "'cat'" in done.stdout
