"""Files from a browser, on the chat page and in the widget: by keyboard alone, dropped, pasted, and what goes wrong."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.bots.test_widget import open_panel, site
from tests.system.server import Server, serving

SCRIPT = """
DO
  HEAR x AS FILE WITH "Send it."
  FOR EACH f IN FILES
    TALK f.kind, " ", f.name, " of ", f.size
  NEXT
LOOP
"""
PLACES = ["page", "widget"]
PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="200" height="120"><rect width="99" height="99"/></svg>'
CARRY = """([name, type, kind, where]) => {
  const data = new DataTransfer();
  data.items.add(new File(["a picture"], name, { type }));
  const passed = { bubbles: true, cancelable: true, composed: true };
  const event = kind === "paste" ? new ClipboardEvent(kind, { clipboardData: data, ...passed })
    : new DragEvent(kind, { dataTransfer: data, ...passed });
  where.dispatchEvent(event);
  return event.defaultPrevented;
}"""


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with serving(tmp_path, {"helper/start.bas": SCRIPT}) as running:
        yield running


@asynccontextmanager
async def talking(place: str, server: Server, page: Page) -> AsyncIterator[Page]:
    """A talk that has begun, with the place to write in the focus."""
    page.on("filechooser", lambda _: None)  # the browser has to know long before that somebody waits for one
    if place == "page":
        await page.goto(f"{server.url}/chat/helper")
        await page.get_by_text("Send it.").wait_for()
        yield page
        return
    async with site(server.url) as address:
        await page.goto(address)
        await open_panel(page)
        await page.get_by_text("Send it.").wait_for()
        yield page


async def choose(page: Page, *paths: Path) -> None:
    async with page.expect_file_chooser() as choosing:
        await page.get_by_role("button", name="Add files").press("Enter")
    await (await choosing.value).set_files(list(paths))


def written(folder: Path, **contents: bytes) -> list[Path]:
    found = []
    for name, data in contents.items():
        path = folder / name.replace("_", ".")
        path.write_bytes(data)
        found.append(path)
    return found


@pytest.mark.parametrize("place", PLACES)
async def test_files_by_keyboard_alone(server: Server, page: Page, tmp_path: Path, place: str) -> None:
    paths = written(tmp_path, cat_svg=PICTURE, prices_csv=b"fig;2", wrong_txt=b"x")
    async with talking(place, server, page):
        await page.keyboard.type("Look")
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("button", name="Add files")).to_be_focused()
        async with page.expect_file_chooser() as choosing:
            await page.keyboard.press("Enter")
        await (await choosing.value).set_files(paths)
        await expect(page.get_by_role("textbox")).to_be_focused()
        rows = page.get_by_role("list", name="Files of this message").get_by_role("listitem")
        await expect(rows).to_have_count(3)
        await expect(page.locator(".tray .there")).to_have_count(3)
        remove = page.get_by_role("button", name="Remove wrong.txt")
        for _ in range(20):  # backwards, as what is written stands below the files
            if await remove.evaluate("(each) => each === each.getRootNode().activeElement"):
                break
            await page.keyboard.press("Shift+Tab")
        await expect(remove).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(rows).to_have_count(2)
        await expect(page.get_by_role("button", name="Remove prices.csv")).to_be_focused()
        await page.get_by_role("textbox").focus()
        await page.keyboard.press("Enter")
        await page.get_by_text(f"image cat.svg of {len(PICTURE)}").wait_for()
        await page.get_by_text("file prices.csv of 5").wait_for()
        await expect(rows).to_have_count(0)
        await expect(page.get_by_role("link", name="prices.csv")).to_have_count(1)
        await page.reload()
        await page.get_by_text("file prices.csv of 5").wait_for()
        link = await page.get_by_role("link", name="prices.csv").get_attribute("href")
        assert link is not None
        answer = await page.request.get(link)
        assert (await answer.body(), answer.headers["content-type"]) == (b"fig;2", "text/csv")
        assert 'filename="prices.csv"' in answer.headers["content-disposition"]


@pytest.mark.parametrize("place", PLACES)
async def test_pictures_that_people_send_are_shown(server: Server, page: Page, tmp_path: Path, place: str) -> None:
    async with talking(place, server, page):
        await choose(page, *written(tmp_path, cat_svg=PICTURE))
        await expect(page.locator(".tray .there")).to_have_count(1)
        await page.get_by_role("button", name="Send", exact=True).click()
        picture = page.get_by_role("img", name="cat.svg")
        await expect(picture).to_have_js_property("naturalWidth", 200)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", ["paste", "drop"])
async def test_files_that_are_pasted_and_dropped(server: Server, page: Page, place: str, kind: str) -> None:
    async with talking(place, server, page):
        text = page.get_by_role("textbox")
        await expect(page.get_by_role("button", name="Add files")).to_be_visible()
        assert await text.evaluate(f"(where) => ({CARRY})(['shot.png', 'image/png', '{kind}', where])") is True
        await expect(page.locator(".tray .there")).to_have_count(1)
        assert await text.evaluate("(each) => each.value ?? each.textContent") == ""
        await page.get_by_role("button", name="Send", exact=True).click()
        await page.get_by_text("image shot.png of 9").wait_for()


@pytest.mark.parametrize("place", PLACES)
async def test_what_is_sent_too_early_goes_out_when_its_files_are_there(
    server: Server, page: Page, tmp_path: Path, place: str
) -> None:
    is_let_on = asyncio.Event()

    async def held(route: object) -> None:
        await is_let_on.wait()
        await route.continue_()  # type: ignore[attr-defined]

    await page.route("**/chat/helper/files", held)
    async with talking(place, server, page):
        await choose(page, *written(tmp_path, prices_csv=b"fig;2"))
        await page.keyboard.type("These")
        await page.keyboard.press("Enter")
        await page.get_by_text("The message goes out as soon as its files are there.").wait_for()
        is_let_on.set()
        await page.get_by_text("file prices.csv of 5").wait_for()
        assert await page.get_by_text("These").count() == 1


@pytest.mark.parametrize("place", PLACES)
async def test_what_goes_wrong_is_said_and_can_be_mended(tmp_path: Path, page: Page, place: str) -> None:
    (tmp_path / "bots" / "helper").mkdir(parents=True)
    (tmp_path / "bots" / "helper" / "start.bas").write_text(SCRIPT, encoding="utf-8")
    async with (
        Server(tmp_path / "bots", tmp_path / "talks.db", "--file-mb", "1") as server,
        talking(place, server, page),
    ):
        await choose(page, *written(tmp_path, large_bin=b"x" * (2**20 + 1)))
        await page.get_by_text("large.bin is too large: at most 1 MB.").wait_for()
        many = {f"f{number}_txt": b"x" for number in range(21)}
        await choose(page, *written(tmp_path, **many))
        await page.get_by_text("At most 20 files at once.").wait_for()
        await expect(page.locator(".tray .there")).to_have_count(20)
        await page.get_by_role("textbox").press("Enter")
        await page.get_by_text("file f19.txt of 1").wait_for()
        await page.route("**/chat/helper/files", lambda route: route.abort())
        await choose(page, *written(tmp_path, prices_csv=b"fig;2"))
        await page.get_by_text("prices.csv did not arrive.").wait_for()
        await page.get_by_role("textbox").press("Enter")
        await page.get_by_text("Please send again or remove what did not arrive.").wait_for()
        await page.unroute("**/chat/helper/files")
        await page.get_by_role("button", name="Send prices.csv again").press("Enter")
        await expect(page.locator(".tray .there")).to_have_count(1)
        await page.get_by_role("textbox").press("Enter")
        await page.get_by_text("file prices.csv of 5").wait_for()


@pytest.mark.parametrize("place", PLACES)
async def test_a_server_that_is_killed_between_a_file_and_its_message(
    server: Server, page: Page, tmp_path: Path, place: str
) -> None:
    async with talking(place, server, page):
        await choose(page, *written(tmp_path, prices_csv=b"fig;2"))
        await expect(page.locator(".tray .there")).to_have_count(1)
        await server.stop(signal.SIGKILL)
        await page.get_by_text("connecting…").wait_for()
        await page.get_by_role("textbox").press("Enter")
        await server.start()
        await page.get_by_text("file prices.csv of 5").wait_for()
        await expect(page.get_by_role("link", name="prices.csv")).to_have_count(1)
