from inr_cli.dataset.kodak import Kodak


def test_the_24_pictures_are_listed_in_order() -> None:
    assert Kodak.names() == [f"kodim{number:02d}" for number in range(1, 25)]


def test_known_bytes() -> None:
    starts = {name: entry.sha256[:8] for name, entry in Kodak.entries().items()}
    assert (starts["kodim01"], starts["kodim02"]) == ("a56e27cb", "4f4b74a7")
