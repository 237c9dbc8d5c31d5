import pytest

from inr_cli.config.errors import PictureError
from inr_cli.signal.reading import Reading, UndecidedError


def test_the_only_frame_needs_no_choice() -> None:
    assert Reading().frame_of(1) == 0


@pytest.mark.parametrize("frame", [0, 2])
def test_the_chosen_frame_is_taken(frame: int) -> None:
    assert Reading(frame=frame).frame_of(3) == frame


@pytest.mark.parametrize(
    ("frame", "count", "says", "option"),
    [
        (None, 3, "has 3 frames or pages", "frame=0 to 2"),
        (3, 3, "has no frame 3", "frame=0 to 2"),
        (1, 1, "has no frame 1", "frame=0"),
    ],
)
def test_what_is_not_decided_names_the_option_that_decides(
    frame: int | None, count: int, says: str, option: str
) -> None:
    with pytest.raises(UndecidedError, match=says) as caught:
        Reading(frame=frame).frame_of(count)
    assert caught.value.option == option
    assert caught.value.code == PictureError.code
