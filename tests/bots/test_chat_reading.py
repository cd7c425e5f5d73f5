"""What is seen of a talk on the chat page and in the widget: the newest message and the box, on any screen, and what
somebody reads who has scrolled up."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.bots.test_widget import open_panel, site
from tests.system.server import Server, serving

ANSWERS = ", ".join(f'"Choice {number}"' for number in range(1, 41))
LONG = ", ".join(
    f'"{word} answer, which goes on over several lines of a small screen"' for word in ("One", "Two", "Six")
)
TALL = "\\n".join(f"Part {number}" for number in range(60))
MANY = f"""
FOR i = 1 TO 12
  TALK "Line ", i
NEXT
x = HEAR "Which of these do you want?" AS MENU {ANSWERS}
TALK "You have it."
HEAR x
TALK "{TALL}"
HEAR x
TALK "That was all."
"""
SCRIPTS = {"helper/start.bas": MANY, "wordy/start.bas": f'x = HEAR "Which one?" AS MENU {LONG}'}
PLACES = {"page": "#log", "widget": "#messages"}
AFTER_A_FRAME = "await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));"
SIZES = [(360, 640), (360, 340), (640, 360), (1000, 700), (360, 640)]  # a keyboard opens, the screen is turned


@asynccontextmanager
async def talking(place: str, bot: str, server: Server, page: Page) -> AsyncIterator[Locator]:
    """The list of the messages of a talk that has begun, where the place to write is in the focus."""
    if place == "page":
        await page.goto(f"{server.url}/chat/{bot}")
        yield page.locator(PLACES[place])
        return
    async with site(server.url, bot=bot) as address:
        await page.goto(address)
        await open_panel(page)
        yield page.locator(PLACES[place])


async def below(messages: Locator) -> float:
    """How many pixels of the list are below what is seen of it."""
    told: float = await messages.evaluate(
        f"async (list) => {{ {AFTER_A_FRAME} return list.scrollHeight - list.clientHeight - list.scrollTop; }}"
    )
    return told


async def extent(place: Locator) -> tuple[float, float]:
    """From where to where something is on the screen, from above."""
    box = await place.bounding_box()
    assert box is not None
    return box["y"], box["y"] + box["height"]


async def is_within(inner: Locator, outer: Locator | None = None) -> bool:
    """Whether all the height of something is within that of something else, or else of the screen."""
    size = inner.page.viewport_size
    assert size is not None
    top, bottom = await extent(inner)
    above, under = await extent(outer) if outer else (0.0, float(size["height"]))
    return top >= above - 1 and bottom <= under + 1


@pytest.mark.parametrize("place", PLACES)
async def test_question_answers_and_box_are_in_sight_on_any_screen(tmp_path: Path, page: Page, place: str) -> None:
    async with serving(tmp_path, SCRIPTS) as server:
        box = page.get_by_role("textbox")
        for bot, question, last, sizes in (
            ("helper", "Which of these", "Choice 40", SIZES),
            ("wordy", "Which one?", "Six answer", [(360, 300)]),
        ):
            await page.set_viewport_size({"width": sizes[0][0], "height": sizes[0][1]})
            async with talking(place, bot, server, page) as messages:
                await page.get_by_role("button", name=last).wait_for(state="attached")
                for width, height in sizes:
                    await page.set_viewport_size({"width": width, "height": height})
                    assert await below(messages) <= 1, (bot, width, height)
                    assert await is_within(page.get_by_text(question), messages), (bot, width, height)
                    assert await is_within(box), (bot, width, height)
                await box.focus()
                await page.keyboard.press("Shift+Tab")
                answer = page.get_by_role("button", name=last)
                await expect(answer).to_be_focused()
                assert await is_within(answer, answer.locator(".."))
                assert await is_within(answer.locator(".."))


@pytest.mark.parametrize("place", PLACES)
async def test_who_has_scrolled_up_reads_on_until_they_say_something(tmp_path: Path, page: Page, place: str) -> None:
    await page.set_viewport_size({"width": 360, "height": 480})
    async with (
        serving(tmp_path, SCRIPTS) as server,
        talking(place, "helper", server, page) as messages,
    ):
        await page.get_by_role("button", name="Choice 40").wait_for(state="attached")
        await server.stop()
        await page.get_by_text("connecting…").wait_for()
        await page.get_by_role("textbox").focus()
        await page.keyboard.type("Choice 3")
        await page.keyboard.press("Enter")
        assert await below(messages) <= 1
        await messages.evaluate("(list) => { list.scrollTop = 0; }")
        assert await below(messages) > 100
        await server.start()
        await page.get_by_text("You have it.").wait_for()
        await below(messages)
        assert await messages.evaluate("(list) => list.scrollTop") == 0
        await page.keyboard.type("more")
        await page.keyboard.press("Enter")
        tall = page.get_by_text("Part 59")
        await tall.wait_for()
        assert await below(messages) > 100  # it is read from its beginning
        assert 0 <= (await extent(tall))[0] - (await extent(messages))[0] < 30
        await page.set_viewport_size({"width": 360, "height": 400})
        assert await below(messages) > 100
        await page.keyboard.type("more")
        await page.keyboard.press("Enter")
        await page.get_by_text("That was all.").wait_for()
        assert await below(messages) <= 1
