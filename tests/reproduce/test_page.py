from typing import Any

from inr_cli.report.markdown import link
from inr_cli.reproduce.page import page, tally

CHECK = {"of": "psnr", "label": "", "published": None, "expected": "above 20", "measured": 21.04, "word": "pass",
         "reason": "", "across": False, "source": "none"}  # fmt: skip


RUN = {"image": "cat", "folder": "study/one/000-cat", "picture": "render.png", "status": "done", "drawings": [],
       "colours": []}  # fmt: skip


def experiment(**changed: Any) -> dict[str, Any]:
    run = RUN
    figures = {"psnr": {"mean": 21.04, "std": 0.0}, "parameters": {"mean": 66_179, "std": 0.0}}
    form = {"label": "", "command": "inr fit experiment=study/one", "figures": figures, "compared_with": {}}
    form["runs"] = [run]
    return {
        "name": "study/one",
        "family": "study",
        "title": "A study.",
        "source": "a paper",
        "minutes": {"gpu": 2.0},
        "command": "inr reproduce study/one",
        "verdict": "pass",
        "seconds": 2.0,
        "asked": ["psnr"],
        "checks": [CHECK],
        "forms": [form],
        "plots": ["study/one/curves.png"],
    } | changed


def written(*experiments: dict[str, Any], steps: int | None = None, made: int = 2, threads: int = 2) -> str:
    machine = {"device": "cpu", "device_name": "a processor", "threads": threads, "precision": "float32"}
    machine["packages"] = {"torch": "2.13"}  # type: ignore[assignment]
    data = {"date": "2026-11-21", "quick": True, "steps": steps, "inr_version": "0.1", "environment": machine}
    return page({**data, "experiments": list(experiments), "runs": {"made": made, "planned": 2}})


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
        '<img src="study/one/000-cat/render.png" alt="cat" width="500">',
        "$ inr fit experiment=study/one",
        "(study/one/000-cat/comparison.png)",
    ):
        assert part in text


def test_what_failed_is_seen_and_what_was_not_run_has_the_reason() -> None:
    failed = CHECK | {"word": "FAIL", "source": "30", "expected": "30 ± 1"}
    missing = CHECK | {"word": "not run", "reason": "no download", "measured": None}
    text = written(experiment(checks=[failed, missing], verdict="FAIL"))
    assert "| [study/one](#studyone) | **FAIL** | 1 FAIL, 1 not run | 2.0 s |" in text
    assert "|  | PSNR (dB) | 30 | 30 ± 1 | 21.04 | **FAIL** |" in text
    assert "| above 20 | - | not run: no download |" in text


def test_a_page_without_a_finished_run_has_no_pictures() -> None:
    waiting = RUN | {"folder": None, "picture": None, "status": "not run", "reason": "not reached", "psnr": None}
    form = {"label": "a|b", "command": "inr fit", "figures": {}, "compared_with": {}, "runs": [waiting]}
    text = written(experiment(forms=[form], plots=[]), steps=3)
    assert "<img" not in text
    assert "3 steps each: a look, not judged" in text


def test_a_family_is_seen_at_a_glance() -> None:
    text = written(experiment(), experiment(name="study/two"))
    assert "## study at a glance\n\n| one | two |\n" in text
    assert text.index("at a glance") < text.index("## study/one")
    assert "at a glance" not in written(experiment(), experiment(name="other/one", family="other"))


def test_a_page_of_an_interrupted_report_says_so() -> None:
    assert "**Interrupted, or still at it**: 1 of 2 runs so far; `inr reproduce --resume`" in written(
        experiment(), made=1
    )
    assert "Interrupted" not in written(experiment())


def test_one_of_a_kind_is_counted_as_one() -> None:
    text = written(experiment(minutes={"gpu": 1.0, "cpu": 0.5}), threads=1)
    assert "1 minute on a GPU, 0.5 minutes on a CPU" in text
    assert ", 1 thread, " in text


def test_at_a_glance_the_form_that_is_checked_first_stands_for_an_experiment() -> None:
    runs = [RUN | {"folder": name} for name in ("000", "001")]
    shown = [form | {"runs": [run]} for form, run in zip(labelled("siren", "relu"), runs, strict=True)]
    checked = experiment(forms=shown, checks=[CHECK | {"label": "siren"}, CHECK])
    text = written(checked, experiment(name="study/two")).partition("\n## study/one")[0]
    assert 'src="000/render.png"' in text
    assert "001/render.png" not in text


def test_every_experiment_of_a_family_is_seen_at_a_glance() -> None:
    text = written(*(experiment(name=f"study/{number}") for number in range(20))).partition("\n## study/0")[0]
    assert text.count("<img") == 20


def test_at_a_glance_the_last_finished_form_stands_for_an_experiment() -> None:
    forms = labelled("plain", "best", "lost")
    names = ["000", "001", "002"]
    runs = [RUN | {"folder": name, "status": "not run" if name == "002" else "done"} for name in names]
    shown = [form | {"runs": [run]} for form, run in zip(forms, runs, strict=True)]
    text = written(experiment(forms=shown), experiment(name="study/two")).partition("\n## study/one")[0]
    assert 'src="001/render.png"' in text
    assert "000/render.png" not in text


def labelled(*labels: str) -> list[dict[str, Any]]:
    [form] = experiment()["forms"]
    return [form | {"label": label} for label in labels]


def test_forms_that_vary_the_same_keys_have_a_column_for_each() -> None:
    forms = labelled("waves encoding.scale=1", "waves encoding.scale=10")
    lines = written(experiment(forms=forms)).splitlines()
    assert "| form | scale | PSNR (dB) | learned numbers |" in lines
    assert "| --- | --- | ---: | ---: |" in lines
    assert "| waves | 10 | 21.04 | 66,179 |" in lines
    mixed = written(experiment(forms=labelled("encoding.scale=1", "plain")))
    assert "| scale=1 | 21.04 | 66,179 |" in mixed
    assert "| plain | 21.04 | 66,179 |" in mixed


def test_checks_call_keys_by_their_short_names() -> None:
    forms = labelled("encoding.scale=1", "encoding.scale=10")
    order = CHECK | {"label": "encoding.scale=10", "expected": "encoding.scale=1 < encoding.scale=10, each by 2"}
    assert "| scale=10 | PSNR (dB) | none | scale=1 < scale=10, each by 2 |" in written(
        experiment(forms=forms, checks=[order])
    )


def test_a_figure_without_a_column_of_its_own_has_one_where_it_is_asked_for() -> None:
    [form] = experiment()["forms"]
    figures = form["figures"] | {"missed_16": {"mean": 0.25, "std": 0.0}}
    text = written(experiment(forms=[form | {"figures": figures}], asked=["missed_16"]))
    assert "| missed of 16 to 32 cycles per side (share) |" in text
    assert "|  | 21.04 | 66,179 | 0.25 |" in text
    assert "missed of" not in written(experiment(forms=[form | {"figures": figures}]))


def test_what_was_drawn_of_a_run_stands_under_what_it_shows() -> None:
    [form] = labelled("encoding.scale=3")
    drawing = {"name": "derivatives", "file": "derivatives.png", "caption": "slopes"}
    text = written(experiment(forms=[form | {"runs": [RUN | {"drawings": [drawing]}]}]))
    told = "**derivatives of scale=3**: slopes.\n\n![derivatives of scale=3](study/one/000-cat/derivatives.png)"
    assert told in text


def test_colours_asked_for_are_told() -> None:
    [form] = experiment()["forms"]
    colours = [{"at": [1.2, 200.5], "colour": [0.5, 0.25, 1.0]}, {"at": [0, -3], "colour": None}]
    lines = written(experiment(forms=[form | {"runs": [RUN | {"colours": colours}]}])).splitlines()
    assert "|  | 1.2, 200.5 | 0.500 0.250 1.000 |" in lines
    assert "|  | 0, -3 | outside the picture |" in lines


def test_every_entry_of_the_contents_leads_to_a_heading() -> None:
    names = ["coin/kodak_0.3bpp", "study/one", "study/two_Three"]
    text = written(*(experiment(name=name) for name in names))
    assert all(f"| {link(name)} |" in text and f"\n## {name}\n" in text for name in names)


def test_a_tally_counts_words_in_the_order_of_their_first() -> None:
    assert tally(["pass", "FAIL", "pass"]) == "2 pass, 1 FAIL"
