"""The page in a real browser: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from inr_cli.report.gather import gather
from inr_cli.report.report import Report, write

MadeUp = Callable[..., Path]
PSNR = [20.0, 101.5, 9.75]
LABELS = ["<i>scale & 1</i>", "b", "a"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    chromium = shutil.which("chromium")
    if not chromium:
        pytest.skip("there is no chromium here (Debian's package)")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(made_up: MadeUp, tmp_path: Path) -> Path:
    for number, (psnr, label) in enumerate(zip(PSNR, LABELS, strict=True)):
        folder = made_up(f"s/{number}", psnr=psnr, ssim=0.5)
        (folder / "config.yaml").write_text(f"variant: '{label}'\n")
        for name, colour in (("render.png", (200, 60 * number, 0)), ("comparison.png", (0, 60 * number, 200))):
            Image.new("RGB", (300, 100), colour).save(folder / name)
    made_up("s/3", status="failed", error="out of luck")
    return write(Report("a sweep", gather([str(tmp_path / "s")], tmp_path)), tmp_path / "s")


@pytest.fixture
def opened(browser: Any, page: Path) -> Iterator[Any]:
    """The page; whatever it says on its console, and whatever it asks from outside, is an error."""
    said: list[str] = []
    tab = browser.new_page(viewport={"width": 1000, "height": 700})
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.on("request", lambda request: said.append(request.url) if not request.url.startswith("data:") else None)
    tab.goto(page.as_uri())
    yield tab
    assert said == [page.as_uri()]
    tab.close()


def column(tab: Any, place: int) -> list[str]:
    return [str(cell) for cell in tab.locator(f"tbody td:nth-child({place})").all_text_contents()]


def test_columns_sort_numbers_as_numbers_and_names_as_names(opened: Any) -> None:
    header = opened.locator("th", has_text="PSNR")
    header.locator("button").click()
    place = header.evaluate("cell => cell.cellIndex") + 1
    assert column(opened, place) == ["101.50", "20.00", "9.75", "-"]
    assert header.get_attribute("aria-sort") == "descending"
    header.locator("button").press("Enter")
    assert column(opened, place) == ["9.75", "20.00", "101.50", "-"]
    assert header.get_attribute("aria-sort") == "ascending"
    opened.locator("th", has_text="variant").locator("button").click()
    assert header.get_attribute("aria-sort") is None
    names = column(opened, opened.locator("th", has_text="variant").evaluate("cell => cell.cellIndex") + 1)
    assert [name for name in names if name in LABELS] == ["<i>scale & 1</i>", "a", "b"]


def test_a_cell_opens_its_picture_and_the_keys_go_on(opened: Any) -> None:
    opened.locator("tbody tr").nth(1).locator("td").first.click()
    dialog = opened.locator("dialog")
    assert dialog.is_visible()
    assert "101.50" in dialog.text_content()
    shown = dialog.locator("img").evaluate("image => [image.naturalWidth, image.naturalHeight, image.complete]")
    assert shown == [1200, 400, True]
    opened.keyboard.press("ArrowLeft")
    assert "20.00" in dialog.text_content()
    opened.keyboard.press("ArrowLeft")  # the first one has none before it
    assert "20.00" in dialog.text_content()
    opened.keyboard.press("Escape")
    assert not dialog.is_visible()


def test_the_keyboard_alone_is_enough(opened: Any) -> None:
    for _ in range(40):
        opened.keyboard.press("Tab")
        if opened.evaluate("document.activeElement.dataset.row") == "2":
            break
    opened.keyboard.press("Enter")
    assert opened.locator("dialog").is_visible()
    assert "9.75" in opened.locator("#shown").text_content()


def test_names_are_text_and_never_part_of_the_page(opened: Any) -> None:
    assert opened.locator("main i").count() == 0
    assert opened.locator("td", has_text=LABELS[0]).count() == 1
    assert "out of luck" in opened.locator(".failed").text_content()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_readable_on_a_phone(scheme: str, browser: Any, page: Path) -> None:
    tab = browser.new_page(viewport={"width": 390, "height": 800}, color_scheme=scheme)
    tab.goto(page.as_uri())
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    small = tab.evaluate(
        "[...document.querySelectorAll('td, th, p, span')].map(e => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(small) >= 12
    pixels = np.array(Image.open(BytesIO(tab.screenshot(full_page=True))).convert("L"))
    paper = np.median(pixels)
    assert (paper > 200) == (scheme == "light")
    assert 0.01 < np.mean(np.abs(pixels.astype(float) - paper) > 60) < 0.5  # letters and pictures, and room around
    tab.close()
