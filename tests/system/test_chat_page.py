"""The chat page in a real browser: talking by keyboard, suggestions, a lost server, and nothing from elsewhere."""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, Request, async_playwright, expect

from tests.system.server import Server, serving

SCRIPT = """
size = HEAR "Which size?" AS MENU "small", "large"
TALK "You chose " + size
name = HEAR "And your name?"
TALK "Done, <b>" + name + "</b>"
"""


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium of the system; where there is none the test is skipped, but never in CI."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("CI has no Chromium")
        pytest.skip("there is no Chromium on this machine")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
        )
        yield browser
        await browser.close()


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with serving(tmp_path, {"shop/start.bas": SCRIPT}) as server:
        yield server


async def opened(browser: Browser, server: Server) -> Page:
    page = await browser.new_page()
    await page.goto(server.url + "/chat/shop")
    await expect(page.get_by_text("Which size?")).to_be_visible()
    return page


async def test_a_talk_with_the_keyboard_alone(browser: Browser, server: Server) -> None:
    page = await opened(browser, server)
    await page.keyboard.type("LARGE")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("You chose large")).to_be_visible()
    await page.keyboard.type("Ana")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Done, <b>Ana</b>")).to_be_visible()


async def test_a_suggestion_is_a_button(browser: Browser, server: Server) -> None:
    page = await opened(browser, server)
    await page.get_by_role("button", name="small").click()
    await expect(page.get_by_text("You chose small")).to_be_visible()
    await expect(page.get_by_role("button", name="large")).to_have_count(0)


async def test_a_password_is_not_seen(browser: Browser, tmp_path: Path) -> None:
    script = 'HEAR p AS PASSWORD WITH "Which size? No: your password?"\nHEAR x WITH "Thanks."\nTALK "Bye " + x'
    async with serving(tmp_path, {"shop/start.bas": script}) as server:
        page = await opened(browser, server)
        field = page.get_by_label("Your message")
        await expect(field).to_have_css("-webkit-text-security", "disc")
        await page.keyboard.type("correct horse")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Thanks.")).to_be_visible()
        await expect(page.get_by_text("••••••••")).to_be_visible()
        await expect(page.get_by_text("correct horse")).to_have_count(0)
        await expect(field).to_have_css("-webkit-text-security", "none")
        await page.keyboard.type("Ana")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Bye Ana")).to_be_visible()


async def test_a_killed_server_loses_nothing_that_was_written(browser: Browser, server: Server) -> None:
    page = await opened(browser, server)
    await server.stop()
    await page.get_by_label("Your message").fill("small")
    await page.keyboard.press("Enter")
    await server.start()
    await expect(page.get_by_text("You chose small")).to_be_visible(timeout=20_000)
    await expect(page.locator(".message.in")).to_have_count(1)
    await expect(page.locator(".message.out")).to_have_count(3)


async def test_the_talk_is_still_there_after_a_reload(browser: Browser, server: Server) -> None:
    page = await opened(browser, server)
    await page.keyboard.type("small")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("And your name?")).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("You chose small")).to_be_visible()
    await expect(page.locator(".message")).to_have_count(4)


async def test_nothing_comes_from_elsewhere_and_nothing_is_refused(browser: Browser, server: Server) -> None:
    page = await browser.new_page()
    asked: list[str] = []
    complaints: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(server.url + "/chat/shop")
    await expect(page.get_by_text("Which size?")).to_be_visible()
    assert asked
    assert all(url.startswith(server.url) for url in asked)
    assert complaints == []
