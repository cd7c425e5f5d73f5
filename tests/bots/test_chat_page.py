"""The chat page in a browser: the talk, the buttons, the keyboard, and a server that dies meanwhile."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page

from tests.system.server import Server, serving

SCRIPT = """
name = HEAR "Who are you?"
size = HEAR "Which size, ${name}?" AS MENU "small", "large"
TALK "<b>${size}</b>\\nsee https://example.com/a."
"""

NO_SOCKETS = """
  window.WebSocket = class extends EventTarget {
    constructor() { super(); setTimeout(() => this.dispatchEvent(new CloseEvent("close"))); }
    close() {}
  };
"""  # as behind a proxy that lets none pass


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with serving(tmp_path, {"ask/start.bas": SCRIPT}) as running:
        yield running


async def shown(page: Page) -> list[str]:
    """The messages on the page."""
    return await page.locator(".message .text").all_inner_texts()


@pytest.mark.parametrize("way", ["socket", "events"])
async def test_a_talk_by_keyboard_and_buttons(server: Server, page: Page, way: str) -> None:
    if way == "events":
        await page.add_init_script(NO_SOCKETS)
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


@pytest.mark.parametrize("way", ["socket", "events"])
async def test_what_is_written_while_the_server_is_down_arrives_once(server: Server, page: Page, way: str) -> None:
    if way == "events":
        await page.add_init_script(NO_SOCKETS)
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


@pytest.mark.parametrize(
    ("locale", "language", "write", "others"),
    [("de-AT", "de", "Nachricht schreiben", "alle Bots"), ("eo", "en", "Write a message", "all bots")],
)
async def test_it_speaks_the_language_of_the_browser(
    server: Server, page: Page, locale: str, language: str, write: str, others: str
) -> None:
    await page.add_init_script(f"Object.defineProperty(navigator, 'languages', {{ get: () => ['{locale}', 'tlh'] }})")
    await page.goto(f"{server.url}/chat/ask")
    await page.get_by_text("Who are you?").wait_for()
    await page.get_by_role("link", name=others, exact=True).wait_for()
    assert await page.locator("html").get_attribute("lang") == language
    assert await page.locator("#text").get_attribute("placeholder") == write
