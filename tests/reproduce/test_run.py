import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from inr_cli.engine.checkpoint import load
from inr_cli.engine.runs import checkpoint_of
from inr_cli.reproduce.judge import Verdict
from inr_cli.reproduce.options import Options
from inr_cli.reproduce.plan import Plan, plans
from inr_cli.reproduce.run import reproduce

Told = list[tuple[str, str, str]]


def ran(folder: Path, *names: str, **options: Any) -> tuple[list[Verdict], Told, dict[str, Any]]:
    """The verdicts, what was told of them in order, and the report's data by experiment."""
    told: Told = []

    def tell(plan: Plan, verdict: Verdict) -> None:
        told.append((plan.experiment.name, verdict.label, verdict.word))

    chosen = Options(**options)
    results = reproduce(plans(names, chosen), chosen, folder, tell)
    found = [verdict for result in results for verdict in result.verdicts]
    data = json.loads((folder / "reproduce.json").read_text())
    return found, told, {one["name"]: one for one in data["experiments"]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "made"
    place.mkdir()
    return place


def test_every_form_is_a_run_folder_and_every_check_a_verdict(own, folder: Path) -> None:
    checks = "[{of: psnr, variant: seed=0, above: 1}, {of: psnr, variant: seed=1, above: 99}]"
    own("study/one", f'  grid: ["seed=0,1"]\n  expect: {checks}\n')
    found, told, data = ran(folder, "study")
    assert [one.word for one in found] == ["pass", "FAIL"]
    assert told == [("study/one", "seed=0", "pass"), ("study/one", "seed=1", "FAIL")]
    record = data["study/one"]
    assert (record["verdict"], record["command"], record["minutes"]) == (
        "FAIL",
        "inr reproduce study/one",
        {"cpu": 0.1},
    )
    for form in record["forms"]:
        [run] = form["runs"]
        assert run["status"] == "done"
        summary = json.loads((folder / run["folder"] / "summary.json").read_text())
        assert summary["psnr"] == form["figures"]["psnr"]["mean"] == run["psnr"]
        config = yaml.safe_load((folder / run["folder"] / "config.yaml").read_text())
        assert config["experiment"]["name"] == "study/one"
        assert (folder / run["folder"] / "render.png").is_file()
    page = (folder / "reproduce.md").read_text()
    assert page.startswith("# Reproduced: 1 pass, 1 FAIL\n")
    assert str(folder) not in page, "a moved report still works"


def test_pictures_of_one_form_count_with_their_mean(own, folder: Path) -> None:
    own("study/set", '  grid: ["image=face,constant"]\n  expect: [{of: psnr, above: 1}]\n')
    [found], _, data = ran(folder, "study")
    [form] = data["study/set"]["forms"]
    levels = [run["psnr"] for run in form["runs"]]
    assert len(set(levels)) == 2
    assert found.measured == pytest.approx(sum(levels) / 2)
    assert form["figures"]["psnr"]["std"] == pytest.approx(abs(levels[0] - levels[1]) / 2)


def test_experiments_are_compared_when_all_have_been_run(own, folder: Path) -> None:
    orders = '{of: steps, order: [study/a, "study/b: long"]}, {of: steps, order: [study/a, study/c]}'
    own("study/a", f"  expect: [{orders}]\n")
    own("study/b", "  variants: {long: [steps=5]}\n")
    found, told, data = ran(folder, "study")
    assert (found[0].word, found[0].measured) == ("pass", 1)
    assert data["study/a"]["verdict"] == "pass"
    told_what_to_type = "without study/c; inr reproduce study/a study/c compares them"
    assert (found[1].word, found[1].reason) == ("not judged", told_what_to_type)
    assert [name for name, _, _ in told] == ["study/b", "study/a", "study/a"]


def test_what_is_missing_here_is_not_run_and_the_rest_is(own, folder: Path, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    words = f"[dataset=kodak, 'dataset.root={nowhere}', image=kodim01]"
    own("study/one", f"  variants: {{lost: {words}, there: []}}\n  expect:\n"
        "    - {of: psnr, variant: lost, above: 1}\n    - {of: psnr, variant: there, above: 1}\n")  # fmt: skip
    found, _, data = ran(folder, "study")
    assert [one.word for one in found] == ["not run", "pass"]
    assert "kodim01" in found[0].reason
    assert data["study/one"]["verdict"] == "not run"


def test_a_set_of_pictures_that_is_not_there_is_asked_for_once(own, folder: Path, tmp_path: Path) -> None:
    own("study/set", f'  grid: ["dataset=kodak", "dataset.root={tmp_path / "nowhere"}", "image=all"]\n')
    [found], _, data = ran(folder, "study")
    assert (found.word, found.measured) == ("not run", None)
    runs = data["study/set"]["forms"][0]["runs"]
    assert len(runs) == 24
    assert [run["folder"] is not None for run in runs] == [True] + [False] * 23


def test_a_run_that_diverges_fails_its_checks(own, folder: Path) -> None:
    words = "[optimizer=sgd, optimizer.lr=1e9, eval_every=1, steps=20]"
    own("study/one", f"  variants: {{wild: {words}}}\n  expect: [{{of: psnr, variant: wild, above: 1}}]\n")
    [found], _, data = ran(folder, "study")
    assert found.word == "FAIL"
    assert "diverged" in found.reason
    assert data["study/one"]["forms"][0]["runs"][0]["status"] == "diverged"


def test_a_look_is_short_and_judges_nothing(own, folder: Path) -> None:
    own("study/one", "  expect: [{of: psnr, above: 99}]\n")
    [found], _, data = ran(folder, "study", steps=2)
    assert found.word == "not judged"
    run = folder / data["study/one"]["forms"][0]["runs"][0]["folder"]
    assert json.loads((run / "summary.json").read_text())["steps"] == 2


def test_the_quick_form_has_its_own_checks(own, folder: Path) -> None:
    own("study/one", "  expect: [{of: psnr, above: 99}]\n"
        "  quick: {words: [steps=1, size=8], expect: [{of: steps, below: 2}, {of: width, below: 9}]}\n")  # fmt: skip
    found, _, data = ran(folder, "study", quick=True)
    assert [one.word for one in found] == ["pass", "pass"]
    assert data["study/one"]["command"] == "inr reproduce study/one --quick"


def test_curves_and_bars_are_drawn_where_matplotlib_is(own, folder: Path) -> None:
    pytest.importorskip("matplotlib")
    own("study/one", '  grid: ["seed=0,1"]\n  expect: [{of: psnr, order: [seed=0, seed=1]}]\n')
    _, _, data = ran(folder, "study")
    assert data["study/one"]["plots"] == ["study/one/curves.png", "study/one/bars.png"]
    assert "![study/one, bars](study/one/bars.png)" in (folder / "reproduce.md").read_text()


def test_what_is_to_be_drawn_and_asked_of_a_form_is_on_the_page(own, folder: Path) -> None:
    drawn = "[{what: derivatives, variant: seed=1}]"
    own("study/one", f'  grid: ["seed=0,1"]\n  draw: {drawn}\n  query: [[1.2, 10.5], [1.2, 200.5]]\n')
    _, _, data = ran(folder, "study")
    runs = [run for form in data["study/one"]["forms"] for run in form["runs"]]
    assert [[drawing["name"] for drawing in run["drawings"]] for run in runs] == [[], ["derivatives"]]
    page = (folder / "reproduce.md").read_text()
    files = re.findall(r'(?:src="|\]\()([^")]*\.png)', page)
    assert f"{runs[1]['folder']}/derivatives.png" in files
    assert all((folder / file).is_file() for file in files)
    for run in runs:
        inside, outside = run["colours"]
        colour = load(checkpoint_of(folder / run["folder"]))[0].at(1.2, 10.5)
        assert inside == {"at": [1.2, 10.5], "colour": pytest.approx(colour.tolist())}
        assert outside == {"at": [1.2, 200.5], "colour": None}
        assert " ".join(f"{value:.3f}" for value in colour) in page
