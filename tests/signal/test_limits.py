import pytest

from inr_cli.config.errors import PictureError
from inr_cli.engine.checkpoint import PictureMeta
from inr_cli.signal.limits import MAX_BYTES, MAX_PIXELS, MAX_SIDE, check_bytes, check_pixels


@pytest.mark.parametrize("count", [1, MAX_BYTES])
def test_a_file_of_up_to_half_a_gigabyte_is_read(count: int) -> None:
    check_bytes(count)


@pytest.mark.parametrize("count", [0, MAX_BYTES + 1])
def test_a_file_beyond_that_is_not(count: int) -> None:
    with pytest.raises(PictureError, match=f"has {count} bytes"):
        check_bytes(count)


@pytest.mark.parametrize(("width", "height"), [(1, 1), (MAX_SIDE, 1), (1, MAX_SIDE), (8192, 8192)])
def test_pictures_within_the_limits_pass(width: int, height: int) -> None:
    check_pixels(width, height)


@pytest.mark.parametrize(
    ("width", "height", "says"),
    [
        (0, 5, "no picture"),
        (5, 0, "no picture"),
        (MAX_SIDE + 1, 1, f"at most {MAX_SIDE}"),
        (1, MAX_SIDE + 1, f"at most {MAX_SIDE}"),
        (8193, 8192, str(MAX_PIXELS)),
        (2**31, 2**31, str(MAX_PIXELS)),
    ],
)
def test_pictures_beyond_them_do_not(width: int, height: int, says: str) -> None:
    with pytest.raises(PictureError, match=says):
        check_pixels(width, height)


def test_a_checkpoint_can_describe_the_longest_picture() -> None:
    PictureMeta(height=1, width=MAX_SIDE, channels=3, grid="centre", sha256="0" * 64)
