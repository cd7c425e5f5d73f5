"""The page of a simulation, as a browser shows it."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from playwright.async_api import Page

from tasktalk.bots.simulation.calendar import Calendar, Entry
from tasktalk.bots.simulation.page import as_page

START = datetime(2026, 3, 1, tzinfo=UTC)


def calendar() -> Calendar:
    entries = [Entry(START + timedelta(hours=n), "run", "bot", "x" * 200 + ".bas", "completed") for n in range(1, 30)]
    late = Entry(entries[-1].at, "overdue", None, "<i>late</i>", missed=1)
    return Calendar(START, START + timedelta(days=2), [*entries, late])


async def test_it_fits_a_phone_and_follows_the_dark(page: Page) -> None:
    await page.set_viewport_size({"width": 360, "height": 740})
    await page.emulate_media(color_scheme="dark")
    await page.goto("data:text/html;charset=utf-8," + quote(as_page(calendar(), "All & sundry")))
    assert await page.title() == "All & sundry: what would happen"
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    assert (await page.locator(".cards li").last.inner_text()).split("\n") == ["1", "due time without a run"]
    assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(21, 24, 22)"
    assert await page.locator("section b").last.inner_text() == "<i>late</i>"
    assert await page.locator("td a").count() == 2
    assert (await page.locator("td a").first.inner_text()).split() == [
        "1",
        "23",
        "runs",
    ]  # also where only figures show
    await page.keyboard.press("Tab")
    focused = "getComputedStyle(document.activeElement).outlineStyle"
    assert await page.evaluate(f"[document.activeElement.tagName, {focused}]") == ["A", "solid"]
