from typing import Any

from inr_cli.reproduce.page import heading, page, tally

CHECK = {"of": "psnr", "label": "", "published": None, "expected": "above 20", "measured": 21.04, "word": "pass",
         "reason": "", "across": False}  # fmt: skip


def experiment(**changed: Any) -> dict[str, Any]:
    run = {"image": "cat", "folder": "study/one/000-cat", "picture": "render.png", "status": "done"}
    figures = {"psnr": {"mean": 21.04, "std": 0.0}, "parameters": {"mean": 66_179, "std": 0.0}}
    form = {"label": "", "command": "inr fit experiment=study/one", "figures": figures, "runs": [run]}
    return {
        "name": "study/one",
        "family": "study",
        "title": "A study.",
        "source": "a paper",
        "minutes": {"gpu": 2.0},
        "command": "inr reproduce study/one",
        "verdict": "pass",
        "seconds": 2.0,
        "checks": [CHECK],
        "forms": [form],
        "plots": ["study/one/curves.png"],
    } | changed


def written(*experiments: dict[str, Any], steps: int | None = None) -> str:
    machine = {"device": "cpu", "device_name": "a processor", "threads": 2, "precision": "float32"}
    machine["packages"] = {"torch": "2.13"}  # type: ignore[assignment]
    data = {"date": "2026-11-21", "quick": True, "steps": steps, "inr_version": "0.1", "environment": machine}
    return page({**data, "experiments": list(experiments)})


def test_a_page_begins_with_the_verdict_and_the_machine() -> None:
    lines = written(experiment()).splitlines()
    assert lines[0] == "# Reproduced: 1 pass"
    assert lines[2] == (
        "2026-11-21, quick forms, shrunken to seconds. a processor, 2 threads, float32, PyTorch 2.13, inr 0.1."
    )
    assert "| [study/one](#studyone) | pass | 1 pass | 2.0 s |" in lines


def test_an_experiment_has_its_figures_pictures_and_commands() -> None:
    text = written(experiment())
    for part in (
        "Source: a paper. The full form takes 2 minutes on a GPU.",
        "$ inr reproduce study/one",
        "|  | PSNR (dB) | none | above 20 | 21.04 | pass |",
        "|  | 21.04 | 66,179 |",
        "![study/one, curves](study/one/curves.png)",
        '<img src="study/one/000-cat/render.png" width="200">',
        "$ inr fit experiment=study/one",
        "(study/one/000-cat/comparison.png)",
    ):
        assert part in text


def test_what_failed_is_seen_and_what_was_not_run_has_the_reason() -> None:
    failed = CHECK | {"word": "FAIL", "published": 30.0, "expected": "30 ± 1"}
    missing = CHECK | {"word": "not run", "reason": "no download", "measured": None}
    text = written(experiment(checks=[failed, missing], verdict="FAIL"))
    assert "| [study/one](#studyone) | **FAIL** | 1 FAIL, 1 not run | 2.0 s |" in text
    assert "|  | PSNR (dB) | 30 | 30 ± 1 | 21.04 | **FAIL** |" in text
    assert "| above 20 | - | not run: no download |" in text


def test_a_page_without_a_finished_run_has_no_pictures() -> None:
    waiting = {"image": "cat", "folder": None, "status": "not run", "reason": "not reached", "psnr": None}
    form = {"label": "a|b", "command": "inr fit", "figures": {}, "runs": [waiting]}
    text = written(experiment(forms=[form], plots=[]), steps=3)
    assert "<img" not in text
    assert "3 steps each: a look, not judged" in text


def test_a_family_is_seen_at_a_glance() -> None:
    text = written(experiment(), experiment(name="study/two"))
    assert "## study at a glance\n\n| one | two |\n" in text
    assert text.index("at a glance") < text.index("## study/one")
    assert "at a glance" not in written(experiment(), experiment(name="other/one", family="other"))


def test_many_forms_make_rows_of_four_pictures() -> None:
    [form] = experiment()["forms"]
    forms = [form | {"label": f"form {number}"} for number in range(20)]
    rows = [line for line in written(experiment(forms=forms)).splitlines() if "<img" in line]
    assert [line.count("<img") for line in rows] == [4, 4, 4]


def test_names_are_for_a_person() -> None:
    assert heading("psnr at best") == "PSNR (dB) at best"
    assert heading("loss_ssim") == "loss ssim"
    assert tally(["pass", "FAIL", "pass"]) == "2 pass, 1 FAIL"
