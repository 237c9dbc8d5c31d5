from inr_cli.dataset.bsds500 import Bsds500


def test_the_500_numbers_are_listed_smallest_first() -> None:
    numbers = [int(name) for name in Bsds500.names()]
    assert len(numbers) == 500
    assert numbers == sorted(numbers)


def test_the_starfish_is_one_of_them_and_the_halves_have_their_sizes() -> None:
    entries = Bsds500.entries()
    assert entries["12003"].file == "bsds500/12003.jpg"
    halves = [entry.path.partition("/")[0] for entry in entries.values()]
    assert [halves.count(half) for half in ("train", "val", "test")] == [200, 100, 200]
