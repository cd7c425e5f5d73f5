"""A talk in Microsoft's own Agents Playground, which shows what bots say as Teams does.

A relay stands between it and the server, for two things that it cannot do. It does not sign as Azure Bot Service does:
the relay puts a right token in place of its own. And it fails at the press of a button that writes into the chat
(`msteams` in its data): the relay takes that out of the cards, so that such a press comes as the data alone.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from playwright.async_api import Page

from tests.bots.channels.conftest import House
from tests.bots.channels.side import Call
from tests.bots.channels.teams import ACCESS, Teams
from tests.bots.conftest import is_local
from tests.patience import PATIENCE
from tests.system.commands import MODULES, needs_node
from tests.system.server import free_port

PACKAGE = "@microsoft/m365agentsplayground"
SCRIPT = """
name = HEAR "Who are you?"
TALK "Hello, *${name}*."
size = HEAR "Which size?" AS MENU "small", "very large"
TALK "So _${size}_."
"""


@asynccontextmanager
async def playground(node: str, folder: Path, port: int, endpoint: str) -> AsyncIterator[str]:
    """Runs it, talking to a bot at an endpoint; gives its address."""
    command = [node, str(MODULES / PACKAGE / "cli.js"), "start", "-e", endpoint, "-c", "msteams", "-p", str(port)]
    said = {"TEAMSAPPTESTER_BROWSER": "none", "M365_AGENTS_PLAYGROUND_LOGFILE": str(folder / "playground.log")}
    process = await asyncio.create_subprocess_exec(
        *command, "--disable-telemetry", cwd=folder, env={**os.environ, **said}, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        assert await process.stdout.readline() == f"Listening on {port}\n".encode()
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        await process.communicate()


class Relay:
    """Between the playground at a port and the channel of a house."""

    def __init__(self, side: Teams, port: int) -> None:
        self.side, self.port = side, port
        self.house: House | None = None
        self.of_its_own_token: set[int] = set()
        """What the server answered to what the playground sends, as it is."""
        self.buttons: list[str] = []
        self.app = web.Application()
        self.app.router.add_post("/api/messages", self._to_the_server)
        self.app.router.add_post("/service/{rest:.*}", self._to_the_playground)

    async def _to_the_server(self, request: web.Request) -> web.Response:
        assert self.house is not None
        body, activity = await request.read(), await request.json()
        own = {name: value for name, value in request.headers.items() if name == "Authorization"}
        self.of_its_own_token.add((await self.house.call(Call(body, own)))[0])
        token = self.side.token(self.house.clock.now(), serviceurl=activity["serviceUrl"])
        status, answer = await self.house.call(Call(body, {"Authorization": f"Bearer {token}"}))
        return web.json_response(answer, status=status)

    async def _to_the_playground(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == f"Bearer {ACCESS}"
        activity = await request.json()
        for attachment in activity.get("attachments", ()):
            for action in attachment["content"]["actions"]:
                self.buttons.append(action["data"].pop("msteams")["displayText"])
        url = f"http://127.0.0.1:{self.port}/_connector/{request.match_info['rest']}"
        async with ClientSession() as session, session.post(url, json=activity) as answer:
            return web.json_response(await answer.json(), status=answer.status)


async def test_a_talk_with_a_button_in_the_agents_playground(tmp_path: Path, page: Page) -> None:
    node, side, port = needs_node(PACKAGE), Teams(), free_port()
    relay = Relay(side, port)
    async with (
        TestServer(relay.app) as between,
        House(side, tmp_path).open(SCRIPT, service=str(between.make_url("/service"))) as relay.house,
        playground(node, tmp_path, port, str(between.make_url("/api/messages"))) as address,
    ):
        assert page.context.browser is not None
        chat = await page.context.browser.new_page()  # its own page asks for fonts from elsewhere
        chat.set_default_timeout(PATIENCE * 1000)
        await chat.route(lambda url: not is_local(url), lambda route: route.abort())
        await chat.goto(address)
        box = chat.get_by_role("textbox").last
        for text, answer in (("hi", "Who are you?"), ("Ana", "Hello, *Ana*.")):
            await box.click()
            await chat.keyboard.type(text)
            await chat.keyboard.press("Enter")
            await chat.locator(".fai-OutputCard").get_by_text(answer, exact=True).wait_for()
        await chat.locator(".ac-adaptiveCard").get_by_text("Which size?", exact=True).wait_for()
        await chat.get_by_role("button", name="very large", exact=True).click()
        await chat.locator(".fai-OutputCard").get_by_text("So _very large_.", exact=True).wait_for()
    assert relay.of_its_own_token == {401}
    assert relay.buttons == ["small", "very large"]
