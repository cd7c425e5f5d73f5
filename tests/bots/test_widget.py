"""A bot on pages of others, in a browser: by keyboard alone, under strict rules, over reloads and kills, and only where
it may be."""

import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Page, expect
from yarl import URL

from tasktalk.bots.app import Settings
from tasktalk.bots.dialects.mounting import Serving
from tests.bots.conftest import Serve, browsing
from tests.system.server import Server, serving

SCRIPT = """
name = HEAR "Who are *you*, ${1 + 1} < 3?"
size = HEAR "Which size, ${name}?" AS MENU "small", "large"
TALK "So ${size}: see https://example.com/a."
HEAR p AS PASSWORD WITH "Password?"
TALK "Thanks."
HEAR more
TALK "You said ${more}"
"""
BEGINNING = "Who are *you*, 2 < 3?"
SITE = "www.example.test"
CAT = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><circle cx="20" cy="15" r="9"/></svg>'


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with serving(tmp_path, {"helper/start.bas": SCRIPT}) as running:
        yield running


@asynccontextmanager
async def site(
    server: str,
    attributes: str = 'data-title="Ask us"',
    port: int | None = None,
    bot: str = "helper",
    tag: str | None = None,
) -> AsyncIterator[str]:
    """A site of somebody else with the tag on its pages, whose rules allow no more than the manual says."""
    usual = f'<script src="{server}/widget.js" data-bot="{bot}" {attributes}></script>'
    shown = usual if tag is None else tag
    origin = str(URL(server).origin())
    rules = f"default-src 'none'; script-src {origin}; connect-src {origin} ws{origin[4:]}; img-src 'self' {origin}"

    async def show(request: web.Request) -> web.Response:
        if request.path == "/cat.svg":
            return web.Response(text=CAT, content_type="image/svg+xml")
        text = f'<!doctype html><html lang="en"><title>Shop</title><h1>Shop</h1><a href="/">Home</a>{shown}</html>'
        return web.Response(text=text, content_type="text/html", headers={"Content-Security-Policy": rules})

    app = web.Application()
    app.router.add_get("/{any:.*}", show)
    async with TestServer(app, port=port) as running:
        yield str(running.make_url("/"))


async def shown(page: Page) -> list[str]:
    """The messages in the panel."""
    return await page.locator(".message-bubble .words, .message-bubble .link").all_inner_texts()


async def open_panel(page: Page) -> None:
    await page.get_by_role("button", name="Open the chat").click()


async def say(page: Page, text: str, answer: str) -> None:
    await page.get_by_role("textbox").focus()
    await page.keyboard.type(text)
    await page.keyboard.press("Enter")
    await page.get_by_text(answer).wait_for()


async def test_a_talk_by_keyboard_alone(server: Server, page: Page) -> None:
    async with site(server.url) as address:
        await page.goto(address)
        opener = page.get_by_role("button", name="Open the chat with Ask us")
        await expect(opener).to_have_attribute("aria-expanded", "false")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Tab")
        await expect(opener).to_be_focused()
        await page.keyboard.press("Enter")
        await page.get_by_text(BEGINNING).wait_for()
        await expect(opener).to_have_attribute("aria-expanded", "true")
        await expect(page.get_by_role("dialog", name="Ask us")).to_be_visible()
        await expect(page.get_by_role("log", name="Messages")).to_be_visible()
        await expect(page.get_by_role("textbox", name="Write a message")).to_be_focused()
        await page.keyboard.type("Ana & *Bob* <i>")
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="large").wait_for()
        await page.keyboard.press("Shift+Tab")
        await expect(page.get_by_role("button", name="large")).to_be_focused()
        await page.keyboard.press("Enter")
        await page.get_by_text("Password?").wait_for()
        await expect(page.get_by_role("textbox", name="Write a message")).to_be_focused()
        assert await page.get_by_role("button", name="large").count() == 0
        assert await shown(page) == [
            BEGINNING, "Ana & *Bob* <i>", "Which size, Ana & *Bob* <i>?", "large",
            "So large: see https://example.com/a.", "https://example.com/a", "Password?",
        ]  # fmt: skip
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("button", name="Add files")).to_be_focused()
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("button", name="Send")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(opener).to_be_focused()
        await expect(opener).to_have_attribute("aria-expanded", "false")
        assert not await page.get_by_role("dialog").is_visible()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("textbox")).to_be_focused()
        assert len(await shown(page)) == 7


async def test_a_page_asks_for_nothing_but_the_script_until_the_panel_is_opened(server: Server, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    async with site(server.url) as address:
        await page.goto(address, wait_until="networkidle")
        assert asked == [address, f"{server.url}/widget.js"]
        assert await page.evaluate("Object.keys(localStorage)") == []


async def test_a_password_is_seen_nowhere(server: Server, page: Page) -> None:
    async with site(server.url) as address:
        await page.goto(address)
        await open_panel(page)
        await page.get_by_text(BEGINNING).wait_for()
        await say(page, "Ana", "Which size")
        await say(page, "small", "Password?")
        await expect(page.get_by_role("textbox")).to_have_css("-webkit-text-security", "disc")
        hint = (
            "(box) => [getComputedStyle(box, '::before').content, getComputedStyle(box, '::before').webkitTextSecurity]"
        )
        assert await page.get_by_role("textbox").evaluate(hint) == ['"Write a message"', "none"]
        await say(page, "correct horse", "Thanks.")
        await expect(page.get_by_role("textbox")).to_have_css("-webkit-text-security", "none")
        assert (await shown(page))[-2:] == ["••••••••", "Thanks."]
        everything = "document.body.lastElementChild.shadowRoot.querySelector('deep-chat')"
        assert "horse" not in await page.evaluate(f"{everything}.shadowRoot.innerHTML")
        assert "horse" not in await page.evaluate(f"JSON.stringify({everything}.getMessages())")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "stopped"])
async def test_nothing_is_lost_or_doubled_over_reloads_and_a_server_that_ends(
    server: Server, page: Page, how: signal.Signals
) -> None:
    async with site(server.url) as address:
        await page.goto(address)
        await open_panel(page)
        await page.get_by_text(BEGINNING).wait_for()
        await server.stop(how)
        await page.get_by_text("connecting…").wait_for()
        await page.keyboard.type("Ana")
        await page.keyboard.press("Enter")
        await server.start()
        await page.get_by_text("Which size, Ana?").wait_for()
        expected = [BEGINNING, "Ana", "Which size, Ana?"]
        assert await shown(page) == expected
        await page.reload()  # the panel was open
        await page.get_by_text("Which size, Ana?").wait_for()
        assert await shown(page) == expected
        await page.get_by_role("button", name="small").click()
        await page.get_by_text("Password?").wait_for()
        assert (await shown(page))[3] == "small"


async def test_pictures_are_shown_and_what_cannot_be_shown_is_a_link(tmp_path: Path, page: Page) -> None:
    sent = [
        'IMAGE base + "cat.svg", "A face"', 'IMAGE base + "nothing.png"', 'FILE base + "theme.css"',
    ]  # fmt: skip
    script = 'HEAR base WITH "Where?"\n' + "".join(f"SEND {each}\n" for each in sent)
    async with serving(tmp_path, {"helper/start.bas": script}) as server, site(server.url) as address:
        await page.goto(address)
        await open_panel(page)
        await page.get_by_text("Where?").wait_for()
        await say(page, address, "theme.css")
        await page.get_by_role("link", name="nothing.png").wait_for()
        assert await page.locator("img.picture").evaluate_all("all => all.map((each) => each.src)") == [
            f"{address}cat.svg"
        ]
        assert await page.get_by_text("A face").is_visible()
        assert await page.get_by_role("link", name="theme.css").get_attribute("href") == f"{address}theme.css"


async def test_what_the_tag_says(server: Server, page: Page) -> None:
    said = 'data-color="rgb(250, 220, 10)" data-position="left" data-language="de-AT" data-open'
    async with site(server.url, said) as address:
        await page.goto(address)
        await page.get_by_text(BEGINNING).wait_for()
        opener = page.get_by_role("button", name="Chat mit helper öffnen")
        await expect(opener).to_have_css("background-color", "rgb(250, 220, 10)")
        await expect(opener).to_have_css("color", "rgb(0, 0, 0)")
        await expect(opener).to_have_css("left", "20px")
        await expect(page.get_by_role("textbox", name="Nachricht schreiben")).to_be_visible()
        await page.get_by_role("button", name="Chat schließen").click()
        await page.reload()
        await expect(opener).to_have_attribute("aria-expanded", "false")


async def test_a_narrow_screen_is_filled(server: Server, page: Page) -> None:
    await page.set_viewport_size({"width": 360, "height": 640})
    async with site(server.url) as address:
        await page.goto(address)
        await open_panel(page)
        await page.get_by_text(BEGINNING).wait_for()
        assert await page.get_by_role("dialog").bounding_box() == {"x": 0, "y": 0, "width": 360, "height": 640}
        assert await page.evaluate("document.documentElement.scrollWidth") == 360
        add = await page.get_by_role("button", name="Add files").bounding_box()
        send = await page.get_by_role("button", name="Send", exact=True).bounding_box()
        assert add is not None
        assert send is not None
        assert abs(add["y"] + add["height"] / 2 - send["y"] - send["height"] / 2) < 1  # on one line


async def test_a_site_that_is_not_let_in_is_told_so(serve: Serve, chromium: str) -> None:
    async with (
        serve({"helper": SCRIPT}) as client,
        site(str(client.make_url("/")).rstrip("/")) as address,
        browsing(chromium, SITE) as page,
    ):
        told: list[str] = []
        page.on("console", lambda line: told.append(line.text) if "TaskTalk" in line.text else None)
        elsewhere = address.replace("127.0.0.1", SITE)
        await page.goto(elsewhere)
        await open_panel(page)
        way_out = f"--cors-origin chat={elsewhere.rstrip('/')}"
        await page.get_by_text("This site may not show this chat.").wait_for()
        await page.get_by_text("not connected").wait_for()
        assert [way_out in line for line in told] == [True]
        assert await page.get_by_text(way_out).count() == 0


async def test_a_page_that_is_opened_as_a_file_is_told_to_come_from_a_web_server(server: Server, page: Page) -> None:
    told: list[str] = []
    page.on("console", lambda line: told.append(line.text) if "TaskTalk" in line.text else None)
    await page.set_content(
        f'<script src="{server.url}/widget.js" data-bot="helper" data-open></script>'
    )  # of no origin
    await page.get_by_text("This site may not show this chat.").wait_for()
    assert [("opened as a file" in line, "--cors-origin" in line) for line in told] == [(True, False)]


async def test_what_the_tag_says_amiss_is_told_in_the_console(server: Server, page: Page) -> None:
    told: list[str] = []
    page.on("console", lambda line: told.append(line.text) if "TaskTalk" in line.text else None)
    async with site(
        server.url, 'data-color="notacolour" data-position="middle" data-language="xx" data-open'
    ) as address:
        await page.goto(address)
        await page.get_by_text(BEGINNING).wait_for()
        assert [line.split(" is passed over")[0] for line in told] == [
            'TaskTalk: data-color="notacolour"', 'TaskTalk: data-position="middle"', 'TaskTalk: data-language="xx"',
        ]  # fmt: skip
    told.clear()
    async with site(server.url, 'data-color="teal" data-position="right" data-language="pt-BR" data-open') as address:
        await page.goto(address)
        await page.get_by_text(BEGINNING).wait_for()
        assert told == []


async def test_a_bot_that_is_not_there_is_said_in_the_language_of_the_visitor(server: Server, page: Page) -> None:
    async with site(server.url, 'data-language="fr"', bot="nobody") as address:
        await page.goto(address)
        await page.get_by_role("button", name="Ouvrir la discussion avec nobody").click()
        await page.get_by_text("Cette discussion n’existe plus.").wait_for()
        await page.get_by_text("non connecté").wait_for()
        await page.get_by_role("textbox", name="Écrire un message").press_sequentially("Salut")
        await page.keyboard.press("Enter")
        await page.get_by_text("Cette discussion n’existe plus. (Salut)").wait_for()


@pytest.mark.parametrize("part", ["panel.js", "deepChat.bundle.js"])
async def test_what_cannot_be_loaded_is_said_with_a_way_out(server: Server, page: Page, part: str) -> None:
    async with site(server.url, 'data-language="de"') as address:
        await page.route(f"**/web/{part}*", lambda route: route.abort())
        await page.goto(address)
        opener = page.get_by_role("button", name="Chat mit helper öffnen")
        for _ in range(2):  # it is tried again, and told again
            await opener.click()
            await expect(page.get_by_role("alert")).to_contain_text("Der Chat kann hier nicht gezeigt werden.")
            await expect(page.get_by_role("dialog")).to_have_count(0)
            await expect(opener).to_have_attribute("aria-expanded", "false")
        await page.unroute(f"**/web/{part}*")
        link = page.get_by_role("link", name="Auf eigener Seite öffnen")
        async with page.expect_popup() as opening:
            await link.press("Enter")
        await (await opening.value).get_by_text(BEGINNING).wait_for()
        await opener.click()
        await page.get_by_text(BEGINNING).wait_for()
        await expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize(
    "tag",
    [
        '<script type="module" src="{}/widget.js" data-bot="helper"></script>',
        '<script async src="{}/widget.js?v=2" data-bot="helper"></script>',
        '<script type="module" src="{}/widget.js?v=2" data-bot="helper"></script>',
    ],
    ids=["module", "async", "module-with-query"],
)
async def test_the_script_finds_its_tag_however_it_is_loaded(server: Server, page: Page, tag: str) -> None:
    async with site(server.url, tag=tag.format(server.url)) as address:
        await page.goto(address)
        await page.get_by_role("button", name="Open the chat with helper").click()
        await page.get_by_text(BEGINNING).wait_for()


async def test_scripts_that_are_put_in_later_find_a_tag_each(server: Server, page: Page) -> None:
    put = """([server, type, bot]) => {
      const tag = Object.assign(document.createElement("script"), { src: `${server}/widget.js?${bot}`, type });
      tag.dataset.bot = bot;
      document.head.append(tag);
    }"""
    async with site(server.url, tag="") as address:
        await page.goto(address)
        for kind, bot in (("module", "one"), ("module", "two"), ("text/javascript", "helper")):
            await page.evaluate(put, [server.url, kind, bot])
        for bot in ("one", "two", "helper"):
            await expect(page.get_by_role("button", name=f"Open the chat with {bot}")).to_have_count(1)


@pytest.mark.parametrize(
    "tag",
    ['<script src="{}/widget.js"></script>', '<script src="{}/widget.js" data-bot=""></script>'],
    ids=["no-bot", "empty"],
)
async def test_what_a_tag_lacks_is_told_in_the_console(server: Server, page: Page, tag: str) -> None:
    told: list[str] = []
    page.on("console", lambda line: told.append(line.text) if "TaskTalk" in line.text else None)
    async with site(server.url, tag=tag.format(server.url)) as address:
        await page.goto(address, wait_until="networkidle")
        assert len(told) == 1
        assert 'data-bot="helper"' in told[0]
        await expect(page.get_by_role("button")).to_have_count(0)


async def test_a_site_that_is_let_in_talks(serve: Serve, chromium: str, unused_tcp_port: int) -> None:
    origin = f"http://{SITE}:{unused_tcp_port}"
    settings = Settings(is_loopback=True, serving=Serving(origins={"chat": [origin]}))
    async with (
        serve({"helper": SCRIPT}, settings) as client,
        site(str(client.make_url("/")).rstrip("/"), port=unused_tcp_port),
        browsing(chromium, SITE) as page,
    ):
        await page.goto(f"{origin}/")
        await open_panel(page)
        await page.get_by_text(BEGINNING).wait_for()
        await say(page, "Ana", "Which size, Ana?")


async def test_below_a_path_of_a_proxy_that_knows_no_sockets(server: Server, page: Page) -> None:
    async with proxied(server.url) as behind, site(behind) as address:
        await page.goto(address)
        await open_panel(page)
        await page.get_by_text(BEGINNING).wait_for()
        await say(page, "Ana", "Which size, Ana?")
        assert await shown(page) == [BEGINNING, "Ana", "Which size, Ana?"]
        await page.goto(f"{behind}/chat/helper")  # as somebody else: it is another site
        await page.get_by_text(BEGINNING).wait_for()
        await page.keyboard.type("Bob")
        await page.keyboard.press("Enter")
        await page.get_by_text("Which size, Bob?").wait_for()
        await page.goto("about:blank")  # which ends its streams


@asynccontextmanager
async def proxied(server: str) -> AsyncIterator[str]:
    """Where a proxy has the server, below a path, with plain requests alone and under its own name."""

    async def ask(request: web.Request) -> web.StreamResponse:
        if "Upgrade" in request.headers:
            raise web.HTTPBadRequest
        passed = {
            name: value for name, value in request.headers.items() if name not in ("Connection", "Content-Length")
        }
        async with (
            aiohttp.ClientSession(auto_decompress=False) as session,
            session.request(
                request.method, server + request.rel_url.raw_path_qs.removeprefix("/bots"), headers=passed,
                data=await request.read(), timeout=aiohttp.ClientTimeout(total=None),
            ) as found,
        ):  # fmt: skip
            answer = web.StreamResponse(status=found.status)
            answer.headers.update({name: found.headers[name] for name in found.headers if name not in HOP_BY_HOP})
            await answer.prepare(request)
            async for piece in found.content.iter_any():
                await answer.write(piece)
            return answer

    app = web.Application()
    app.router.add_route("*", "/bots/{any:.*}", ask)
    running = TestServer(app)
    await running.start_server(shutdown_timeout=0)  # for the page it is open as long as it likes
    yield str(running.make_url("/bots"))
    await running.close()


HOP_BY_HOP = ("Connection", "Transfer-Encoding", "Content-Length", "Keep-Alive")
