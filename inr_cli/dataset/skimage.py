"""The pictures inside the scikit-image package: no download, and never another picture under the same name.

scikit-image once replaced `camera` (0.18), and published figures silently changed with it; so each file is pinned.
"""

from __future__ import annotations

import os
from dataclasses import replace
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple, final

from inr_cli.config import spec as config
from inr_cli.config.errors import DatasetError, PictureError, listing, near
from inr_cli.dataset import Dataset
from inr_cli.signal.picture import Picture
from inr_cli.signal.read import read_picture

PINNED_VERSIONS = ">=0.22,<0.27"


class Pin(NamedTuple):
    """A file in the package's data folder, and the sha256 of its bytes."""

    file: str
    sha256: str


# The names are those of the functions in `skimage.data`; what they would download is left out.
PICTURES = {
    "astronaut": Pin("astronaut.png", "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5"),
    "brick": Pin("brick.png", "7966caf324f6ba843118d98f7a07746d22f6a343430add0233eca5f6eaaa8fcf"),
    "camera": Pin("camera.png", "b0793d2adda0fa6ae899c03989482bff9a42d3d5690fc7e3648f2795d730c23a"),
    "cat": Pin("chelsea.png", "596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb"),
    "cell": Pin("cell.png", "8d23a7fb81f7cc877cd09f330357fc7f595651306e84e17252f6e0a1b3f61515"),
    "checkerboard": Pin("chessboard_GRAY.png", "3e51870774515af4d07d820bd8827364c70839bf9b573c746e485095e893df90"),
    "chelsea": Pin("chelsea.png", "596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb"),
    "clock": Pin("clock_motion.png", "f029226b28b642e80113d86622e9b215ee067a0966feaf5e60604a1e05733955"),
    "coffee": Pin("coffee.png", "cc02f8ca188b167c775a7101b5d767d1e71792cf762c33d6fa15a4599b5a8de7"),
    "coins": Pin("coins.png", "f8d773fc9cfa6f4d8e5942dc34d0a0788fcaed2a4fefbbed0aef5398d7ef4cba"),
    "colorwheel": Pin("color.png", "7d2df993de2b4fa2a78e04e5df8050f49a9c511aa75e59ab3bd56ac9c98aef7e"),
    "grass": Pin("grass.png", "b6b6022426b38936c43a4ac09635cd78af074e90f42ffa8227ac8b7452d39f89"),
    "gravel": Pin("gravel.png", "c48615b451bf1e606fbd72c0aa9f8cc0f068ab7111ef7d93bb9b0f2586440c12"),
    "horse": Pin("horse.png", "c7fb60789fe394c485f842291ea3b21e50d140f39d6dcb5fb9917cc178225455"),
    "hubble_deep_field": Pin(
        "hubble_deep_field.jpg", "3a19c5dd8a927a9334bb1229a6d63711b1c0c767fb27e2286e7c84a3e2c2f5f4"
    ),
    "immunohistochemistry": Pin("ihc.png", "f8dd1aa387ddd1f49d8ad13b50921b237df8e9b262606d258770687b0ef93cef"),
    "logo": Pin("logo.png", "f2c57fe8af089f08b5ba523d95573c26e62904ac5967f4c8851b27d033690168"),
    "microaneurysms": Pin("microaneurysms.png", "a1e1be59aa447f8ce082f7fa809997ab369a2b137cb6c4202abc647c7ccf6456"),
    "moon": Pin("moon.png", "78739619d11f7eb9c165bb5d2efd4772cee557812ec847532dbb1d92ef71f577"),
    "page": Pin("page.png", "341a6f0a61557662b02734a9b6e56ec33a915b2c41886b97509dedf2a43b47a3"),
    "retina": Pin("retina.jpg", "38a07f36f27f095e818aea7b96d34202c05176d30253c66733f2e00379e9e0e6"),
    "rocket": Pin("rocket.jpg", "c2dd0de7c538df8d111e479619b129464d0269d0ae5fd18ca91d33a7fdfea95c"),
    "shepp_logan_phantom": Pin("phantom.png", "552ff698167aa402cceb17981130607a228a0a0aa7c519299eaa4d5f301ba36c"),
    "text": Pin("text.png", "bd84aa3a6e3c9887850d45d606c96b2e59433fbef50338570b63c319e668e6d1"),
}


@final
class Skimage(Dataset):
    """The standard pictures of scikit-image, as stored in its wheel."""

    class Spec(config.Spec):
        """Nothing to set: the picture's name is all there is."""

    @classmethod
    def names(cls) -> list[str]:
        """The names of the bundled pictures, sorted."""
        return sorted(PICTURES)

    def open(self, name: str, color_max: float | None) -> Picture:
        """The bundled picture. Raises `PictureError` for an unknown name, `DatasetError` for a changed file."""
        if name not in PICTURES:
            file = "a folder is not a picture" if os.path.isdir(name) else "no such file exists"
            known = f"choose {listing(PICTURES)}.{near(name, PICTURES)}"
            raise PictureError(f"no picture '{name[:60]}' in dataset skimage, and {file}; {known}")
        path = _data_folder() / PICTURES[name].file
        if not path.is_file():
            raise DatasetError(f"the installed scikit-image has no {path.name}; {_remedy()}")
        picture = read_picture(path, color_max)
        if picture.sha256 != PICTURES[name].sha256:
            raise DatasetError(
                f"'{name}' is not the picture it was: sha256 {picture.sha256[:12]}..., "
                f"expected {PICTURES[name].sha256[:12]}...; {_remedy()}"
            )
        return replace(picture, name=name)


def _data_folder() -> Path:
    package = find_spec("skimage")  # finds the folder without the second that importing takes
    if package is None or package.origin is None:
        raise DatasetError(f"dataset=skimage needs scikit-image: pip install 'scikit-image{PINNED_VERSIONS}'")
    return Path(package.origin).parent / "data"


def _remedy() -> str:
    return f"version {version('scikit-image')} is installed: pip install 'scikit-image{PINNED_VERSIONS}'"
