"""One contact after the other, on one connection, from a process that has nothing else to do."""

import json
from http.client import HTTPConnection
from time import perf_counter

from tests.bench.serving import Serving
from tests.bench.talk_bot import NAME


class Person:
    """Says things to a server and checks the answers."""

    def __init__(self, server: Serving) -> None:
        self._connection = HTTPConnection(*server.address, timeout=60)

    def say(self, contact: str, text: str, message_id: str, expected: str, bot: str = NAME) -> float:
        """Gives the seconds until the answer. Raises RuntimeError when it is not the expected one."""
        body = json.dumps({"contact": contact, "text": text, "message_id": message_id})
        began = perf_counter()
        self._connection.request("POST", f"/webhook/{bot}", body, {"Content-Type": "application/json"})
        answer = self._connection.getresponse()
        found = answer.read()
        spent = perf_counter() - began
        said = [reply["text"] for reply in json.loads(found)["replies"]] if answer.status == 200 else []
        if said != [expected]:
            raise RuntimeError(f"expected {expected!r} for {contact}, got {answer.status} {found!r}")
        return spent

    def leave(self) -> None:
        """Closes the connection."""
        self._connection.close()
