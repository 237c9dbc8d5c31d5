from inr_cli.dataset.div2k_ffn import Div2kFfn

HALVES = ("train", "test")


def test_both_halves_of_16_are_listed_in_order() -> None:
    assert Div2kFfn.names() == [f"{half}_{number:02d}" for half in HALVES for number in range(16)]


def test_the_halves_lie_in_folders_of_their_own() -> None:
    entries = Div2kFfn.entries()
    assert entries["train_07"].file == "div2k_train/07.png"
    assert entries["test_07"].path == "test_data/07.png"


def test_all_of_them_are_those_of_the_published_mean() -> None:
    assert Div2kFfn.averaged() == [f"test_{number:02d}" for number in range(16)]
