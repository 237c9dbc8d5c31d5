import pytest

from inr_cli.config.errors import ConfigError
from inr_cli.dataset import datasets
from inr_cli.reproduce.pictures import every_picture, pictures


@pytest.fixture(autouse=True)
def study(own) -> None:
    own("study/set")


def test_all_are_those_of_the_experiments_dataset_unless_another_is_typed() -> None:
    for words, dataset in ((["image=all"], "synthetic"), (["dataset=skimage", "image=all"], "skimage")):
        names = datasets.find(dataset).averaged()
        assert pictures("study/set", words) == set(names)
        assert every_picture("study/set", words) == [*words[:-1], f"image={','.join(names)}"]


def test_words_without_a_picture_choose_none() -> None:
    assert pictures("study/set", ["scale=1,2"]) == set()


def test_the_last_word_chooses() -> None:
    assert pictures("study/set", ["image=all", "image=face,checkerboard"]) == {"face", "checkerboard"}


def test_a_dataset_that_cannot_be_listed_has_no_set() -> None:
    with pytest.raises(ConfigError, match=r"^study/set: image=all: dataset=file has no list of pictures"):
        pictures("study/set", ["dataset=file", "image=all"])
