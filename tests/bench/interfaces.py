"""What the task interfaces cost beside General Bots', the native one: `python -m tests.bench.interfaces [rounds]`.

The same operation through each in turn, on one store in memory, from the request's head and body to the answer, without
the network; medians. A list has 25 tasks, a change is of the title, which is the description's first line at Bytebot's.
ChatBotKit's tasks are scheduled ones: beside them General Bots' are, too.
"""

import asyncio
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import median
from time import perf_counter
from typing import Any
from unittest.mock import Mock

from aiohttp import web
from aiohttp.base_protocol import BaseProtocol
from aiohttp.streams import StreamReader
from aiohttp.test_utils import make_mocked_request
from yarl import URL

from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.mounting import Serving
from tasktalk.bots.dialects.mounting import routes as side_by_side
from tasktalk.bots.dialects.served import DIALECTS
from tasktalk.runtime.accounts import Accounts
from tasktalk.runtime.budgets import UNLIMITED
from tasktalk.runtime.clock import RealClock
from tasktalk.storage.database import Database
from tests.bench.figures import number, table, verdict
from tests.bots.dialects.crossing.faces import FACES
from tests.bots.dialects.crossing.faces.face import Ask, Face
from tests.bots.dialects.crossing.faces.general_bots import GeneralBots

TARGET = 1.3
LIMIT = 25
FIELDS: dict[str, Any] = {"description": "Everything about it", "context": {"order": 4711, "who": "Ana"}}
BOT = "reporter"
OPERATIONS = ("get", "list", "create", "patch")


class Scheduled(GeneralBots):
    """General Bots' interface, for tasks with a schedule."""

    name = "scheduled"

    def create(self, title: str, **fields: Any) -> Ask:
        """A task that runs when it is asked to."""
        asked = super().create(title, **fields)
        return replace(asked, body={**asked.body, "bot": BOT, "schedule": "never"})

    def page(self, *, with_scheduled: bool = False) -> Ask:
        """Scheduled ones, too."""
        return super().page(with_scheduled=True)


class Caller:
    """Sends requests to the handlers of one application."""

    def __init__(self, app: web.Application, token: str) -> None:
        self._app, self._token = app, token

    async def seconds(self, face: Face, ask: Ask) -> tuple[float, Any]:
        """How long the answer takes, and its JSON."""
        body = b"" if ask.body is None else json.dumps(ask.body).encode()
        url = URL(face.mount + ask.path).with_query(dict(ask.query))
        headers = {"Authorization": f"Bearer {self._token}", "Content-Length": str(len(body)), **ask.headers}
        match = await self._app.router.resolve(make_mocked_request(ask.method, str(url), headers))
        payload = StreamReader(Mock(spec=BaseProtocol), 2**16)
        payload.feed_data(body)
        payload.feed_eof()
        request = make_mocked_request(ask.method, str(url), headers, match_info=dict(match), payload=payload)
        begin = perf_counter()
        answer = await match.handler(request)
        seconds = perf_counter() - begin
        assert isinstance(answer, web.Response), answer
        assert answer.status < 300, (face.name, ask, answer.text)
        return seconds, json.loads(answer.text or "null")


def asks(face: Face, made: str) -> dict[str, Callable[[int], Ask]]:
    """What is asked of it, in the round of a number."""
    page = face.page()
    few = Ask(
        page.method,
        page.path,
        query={**page.query, **{name: str(LIMIT) for name in page.query if page.query[name].isdigit()}},
    )

    def patch(i: int) -> Ask:
        asked = face.change(made, {"title" if "title" in face.sets() else "description": f"Other {i}"})
        assert asked is not None
        return asked

    return {
        "get": lambda i: face.get(made),
        "list": lambda i: few,
        "create": lambda i: face.create(f"Task {i}", **FIELDS),
        "patch": patch,
    }


async def measured(rounds: int) -> dict[tuple[str, str], float]:
    """The median seconds of each operation, by the interface's name and the operation's."""
    database = await Database.open(":memory:")
    clock = RealClock()
    bots = Mock(is_bot=lambda name: name == BOT, check_script=lambda bot, script: None)
    services = Services(database, clock, Mock(), bots, Accounts(database, clock), UNLIMITED)
    token, _ = await services.accounts.create_token(await services.accounts.create_user("Ana"), "t")
    app = web.Application()
    app.add_routes(side_by_side(services, DIALECTS, Serving()))
    caller = Caller(app, token)
    faces: Sequence[Face] = (Scheduled(), *FACES)
    asked = {}
    for face in faces:
        for _ in range(LIMIT):
            _, body = await caller.seconds(face, face.create("Task", **FIELDS))
        asked[face] = asks(face, face.id_in(body))
    found: dict[tuple[str, str], list[float]] = {}
    for i in range(rounds):
        for operation in OPERATIONS:
            for place in range(len(faces)):
                face = faces[(place + i) % len(faces)]
                seconds, _ = await caller.seconds(face, asked[face][operation](i))
                found.setdefault((face.name, operation), []).append(seconds)
    await database.close()
    return {key: median(values) for key, values in found.items()}


def shown(found: dict[tuple[str, str], float]) -> str:
    """The table."""
    rows = []
    for face in FACES[1:]:
        measure = "scheduled" if face.lists_scheduled else "general_bots"
        ratios = [found[face.name, each] / found[measure, each] for each in OPERATIONS]
        rows.append((face.name, *map(number, ratios), verdict(max(ratios), TARGET, at_most=True)))
    rows += [
        (f"{measure}: µs", *(number(found[measure, each] * 1e6) for each in OPERATIONS), "")
        for measure in ("general_bots", "scheduled")
    ]
    return table(["times as long as General Bots", *OPERATIONS, "the most"], rows)


def main() -> None:
    """Prints the table."""
    print(shown(asyncio.run(measured(int(sys.argv[1]) if len(sys.argv) > 1 else 400))))


if __name__ == "__main__":
    main()
