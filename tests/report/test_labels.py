import pytest

from inr_cli.report.labels import grid_of, is_numeric, keys, names, ordered, short

PLAIN = ["plain seed=0", "plain seed=1", "waves seed=0", "waves seed=1"]


@pytest.mark.parametrize(
    ("label", "parts"),
    [
        ("", {"form": ""}),
        ("siren", {"form": "siren"}),
        ("task.factor=2", {"task.factor": "2"}),
        ("waves seed=1 init.first=a_b", {"form": "waves", "seed": "1", "init.first": "a_b"}),
        ("network.hidden_features=[64, 32] seed=1", {"network.hidden_features": "[64, 32]", "seed": "1"}),
    ],
)
def test_a_label_is_a_variant_and_keys_with_values(label: str, parts: dict[str, str]) -> None:
    assert keys(label) == parts
    assert " ".join(value if key == "form" else f"{key}={value}" for key, value in keys(label).items()) == label


def test_a_key_is_called_by_its_end_unless_another_ends_so_too() -> None:
    called = names(["encoding.count=1 encoding.scale=2", "init.first.std=1 init.hidden.std=3"])
    assert called == {
        "encoding.count": "count",
        "encoding.scale": "scale",
        "init.first.std": "init.first.std",
        "init.hidden.std": "init.hidden.std",
    }
    text = "encoding.count=1 < study/one: encoding.scale=2, other.key=3, each by 0.5"
    assert short(text, called) == "count=1 < study/one: scale=2, other.key=3, each by 0.5"


def test_two_keys_are_a_grid_with_more_columns_than_rows_and_numbers_in_order() -> None:
    grid = grid_of([f"a.x={x} b.y={y}" for x in (2, 10) for y in (100, 1, 20)])
    assert grid
    assert (grid.row, grid.rows, grid.column, grid.columns) == ("a.x", ["2", "10"], "b.y", ["1", "20", "100"])
    assert grid.label["10", "20"] == "a.x=10 b.y=20"
    assert grid.is_numeric


def test_variants_and_one_key_are_a_grid_of_words() -> None:
    grid = grid_of(PLAIN)
    assert grid
    assert (grid.column, grid.columns, grid.row, grid.rows) == ("form", ["plain", "waves"], "seed", ["0", "1"])
    assert not grid.is_numeric


def test_a_grid_may_lack_a_form() -> None:
    grid = grid_of(PLAIN[:3])
    assert grid
    assert ("1", "waves") not in grid.label
    assert len(grid.label) == 3


@pytest.mark.parametrize(
    "labels",
    [[], [""], ["a", "b"], ["x=1", "x=2"], ["x=1 y=1", "x=2 y=1"], ["x=1 y=1", "x=2"], ["a x=1 y=1", "b x=2 y=2"]],
    ids=str,
)
def test_anything_else_is_no_grid(labels: list[str]) -> None:
    assert grid_of(labels) is None


def test_numbers_are_told_from_names() -> None:
    assert ordered(["64", "8", "1e2"]) == ["8", "64", "1e2"]
    assert ordered(["b", "1", "a"]) == ["b", "1", "a"]
    assert is_numeric(["1", "-2.5"])
    assert not is_numeric(["nan"])
    assert not is_numeric(["1", "null"])
