"""A reader walks through the five pages; nothing fails on the way, and nothing leaves the machine."""

import re

import pytest

from tests.browser.conftest import Seen

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def go_to(seen: Seen, title: str) -> None:
    """Choose a page in the navigation and wait for its heading."""
    seen.page.locator(".st-key-navigation").get_by_role("link", name=title).click()
    seen.page.locator("h1.fm-title", has_text=title).wait_for()


def choose(seen: Seen, label: str, option: str) -> None:
    """Pick an option of a select box by typing it."""
    box = seen.page.get_by_role("combobox", name=re.compile(re.escape(label))).first
    box.click()
    box.fill(option)
    seen.page.get_by_role("option", name=re.compile(re.escape(option))).first.click()


def test_the_five_pages_can_be_walked_without_a_fault(seen: Seen) -> None:
    page = seen.page
    page.get_by_text("Papers read", exact=True).wait_for()
    page.locator(".js-plotly-plot").first.wait_for()
    assert page.get_by_test_id("stMetricValue").nth(1).inner_text() == "14"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    go_to(seen, "Studies")
    choose(seen, "Open a study", "ProstaSAM")
    page.locator("h1.fm-title", has_text="ProstaSAM").wait_for()
    page.get_by_text("PROMISE12", exact=True).first.wait_for()
    assert page.get_by_role("button", name="Accept").first.is_disabled()
    page.get_by_role("button", name="Show the page").first.click()
    picture = page.get_by_role("dialog").locator("img")
    picture.wait_for()
    page.wait_for_function("() => document.querySelector('[role=dialog] img').naturalWidth > 900")
    page.keyboard.press("Escape")

    go_to(seen, "Ask")
    choose(seen, "Question", "Which studies and models use a dataset")
    choose(seen, "Dataset (needed)", "PROMISE12")
    page.get_by_text(re.compile(r"^\d+ rows?$")).wait_for()
    page.get_by_role("button", name="Download CSV").wait_for()

    go_to(seen, "Search")
    page.get_by_label("Question", exact=True).fill("low-rank adaptation of SAM to prostate MRI")
    page.keyboard.press("Enter")
    page.locator("mark").first.wait_for()
    assert "ProstaSAM" in page.locator(".fm-head").first.inner_text()

    go_to(seen, "Trends")
    page.get_by_text("Strategies and backbones by year").wait_for()
    page.wait_for_function("() => document.querySelectorAll('.js-plotly-plot').length === 3")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    page.get_by_role("alert").first.wait_for(state="detached")
    assert seen.faults == []
