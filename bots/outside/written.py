"""What other services answer in a transcript: nothing is asked but the notes `' service: GET https://… -> answer`."""

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from yarl import URL

from tasktalk.bots.outside.addresses import checked, forbid_private
from tasktalk.bots.outside.answers import Answer
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.ports import Fetched, Request

T = TypeVar("T")

_NOTE = re.compile(r"(GET|POST|PUT|PATCH|DELETE)(?:\s+HTTP)?\s+(\S+)\s+->(?:\s*([1-5]\d\d)(?!\S))?(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Written:
    """One answer that a transcript has: to what, its status, and its text."""

    line: int
    verb: str
    address: str
    status: int
    text: str


def written(line: int, text: str) -> Written | None:
    """The answer that a note means; None when it cannot be understood."""
    found = _NOTE.fullmatch(text)
    if found is None:
        return None
    try:
        address = str(checked(found[2]))
    except Refused:
        return None
    return Written(line, found[1], address, int(found[3] or 200), found[4].strip())


class Answers:
    """The services of one transcript: each answer is given once, to the first who asks that of that address."""

    def __init__(self, answers: Iterable[Written]) -> None:
        self.left = list(answers)

    async def ask(self, request: Request) -> Any:
        """The answer as it is written. Refuses as the real services do, and `no-answer` where none is left."""
        return self._answer(request).value(request.verb)

    async def fetch(self, request: Request, take: Callable[[Fetched], Awaitable[T]]) -> T:
        """What `take` makes of the answer as a file. Refuses as `ask` does."""
        answer = self._answer(request)
        if not 200 <= answer.status < 300:
            answer.value(request.verb)
        return await take(Fetched(URL(request.address).name, None, _whole(answer.text.encode())))

    def _answer(self, request: Request) -> Answer:
        url = checked(request.address)
        forbid_private(url, ())
        for answer in self.left:
            if (answer.verb, answer.address) == (request.verb, str(url)):
                self.left.remove(answer)
                return Answer(url.host or "", answer.status, _is_json(answer.text), answer.text)
        raise Refused(
            "no-answer",
            f"the transcript has no answer for {request.verb} {url}",
            f"write into it: ' service: {request.verb} {url} -> what it answers",
        )


async def _whole(data: bytes) -> AsyncIterator[bytes]:
    yield data


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
