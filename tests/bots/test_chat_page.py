"""The chat page in a browser: the talk, the buttons, the keyboard, and a server that dies meanwhile."""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright

from tests.system.server import Server, serving

SCRIPT = """
name = HEAR "Who are you?"
size = HEAR "Which size, ${name}?" AS MENU "small", "large"
TALK "<b>${size}</b>\\nsee https://example.com/a."
"""


@pytest.fixture
def chromium() -> str:
    """The path of the system's browser; without one the tests are skipped, but never in CI."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is not None:
        return path
    if os.environ.get("CI"):
        pytest.fail("CI has no Chromium")
    pytest.skip("there is no Chromium on this machine")


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with serving(tmp_path, {"ask/start.bas": SCRIPT}) as running:
        yield running


@pytest.fixture
async def page(chromium: str) -> AsyncIterator[Page]:
    """A page; what it complains of fails the test, and so does asking for anything from elsewhere."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        opened = await browser.new_page()
        problems: list[str] = []
        opened.on("pageerror", lambda error: problems.append(str(error)))
        opened.on("request", lambda request: problems.append(request.url) if not is_local(request.url) else None)
        opened.on("console", lambda line: problems.append(line.text) if "Content Security" in line.text else None)
        yield opened
        await browser.close()
        assert problems == []


def is_local(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:"))


async def shown(page: Page) -> list[str]:
    """The messages on the page."""
    return await page.locator(".message .text").all_inner_texts()


async def test_a_talk_by_keyboard_and_buttons(server: Server, page: Page) -> None:
    await page.goto(f"{server.url}/")
    await page.get_by_role("link", name="Talk to ask").click()
    await page.get_by_text("Who are you?").wait_for()
    await page.keyboard.type("Ana")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="large").focus()
    await page.keyboard.press("Enter")
    await page.get_by_text("example.com").wait_for()
    assert await shown(page) == [
        "Who are you?", "Ana", "Which size, Ana?", "large", "<b>large</b>\nsee https://example.com/a.",
    ]  # fmt: skip
    assert await page.get_by_role("link", name="https://example.com/a", exact=True).count() == 1
    assert await page.locator("#suggestions button").count() == 0
    await page.reload()
    await page.get_by_text("example.com").wait_for()
    assert len(await shown(page)) == 5


async def test_what_is_written_while_the_server_is_down_arrives_once(server: Server, page: Page) -> None:
    await page.goto(f"{server.url}/chat/ask")
    await page.get_by_text("Who are you?").wait_for()
    await server.stop()
    await page.get_by_text("connecting…").wait_for()
    await page.keyboard.type("Ana")
    await page.keyboard.press("Enter")
    assert await shown(page) == ["Who are you?", "Ana"]
    await server.start()
    await page.get_by_text("Which size, Ana?").wait_for()
    assert await shown(page) == ["Who are you?", "Ana", "Which size, Ana?"]
    assert await page.locator(".unsent").count() == 0
