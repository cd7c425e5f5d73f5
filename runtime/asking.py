"""What the keywords have in common that ask other services, and the headers that go with what they ask."""

import json
import re
from typing import Any, Literal

from tasktalk.interpreter import values
from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.library.conversion import to_json
from tasktalk.interpreter.values import Value
from tasktalk.runtime.ports import Request
from tasktalk.runtime.turn import Turn

HEADERS_OF_A_REQUEST = 50
_CHARACTERS_OF_A_HEADER = 8000
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_OUR_OWN = frozenset(
    [
        "accept-encoding",
        "connection",
        "content-length",
        "expect",
        "host",
        "keep-alive",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ]
)
"""What belongs to the connection, which scripts know nothing of."""


def is_web_address(text: str) -> bool:
    """Whether GET is asked for something from the web."""
    return text.lower().startswith(("http://", "https://"))


async def ask(
    turn: Turn, verb: Literal["GET", "POST", "PUT", "PATCH", "DELETE"], address: Value, body: Value = None
) -> Value:
    """What another service answers. It is a step: a turn that is taken again reads the answer and asks nothing."""
    written = values.text(address).strip()
    if not is_web_address(written):
        shown = re.split(r"[?@]", written)[0][:80]
        hint = f'write {verb} "https://example.com/orders"'
        raise Refused("invalid-url", f'"{shown}" is no web address', hint)
    plain: Any = body if body is None or isinstance(body, str) else json.loads(to_json.body(body))
    headers = dict(turn.headers)

    async def call(key: str) -> Any:
        if turn.outside is None:
            raise Refused("no-connection", "other services cannot be asked here")
        return await turn.outside.ask(Request(verb, written, headers, plain, key))

    return await turn.step("http", [verb, written, headers, plain], call)


def set_header(turn: Turn, name: Value, value: Value) -> None:
    """Lets a header go with what the turn asks from now on; null takes it back. Refuses `invalid-header`, `limit`."""
    written, given = values.text(name).strip(), values.whole_characters(values.text(value)).strip()
    if not _NAME.fullmatch(written) or written.lower() in _OUR_OWN or written.lower().startswith("proxy-"):
        shown = "".join(c if c.isprintable() else "�" for c in written[:40])
        raise Refused("invalid-header", f'a script cannot set the header "{shown}"', 'such as "Authorization"')
    if len(given) > _CHARACTERS_OF_A_HEADER or re.search(r"[\x00-\x08\x0a-\x1f\x7f]", given):
        # The value may be secret, so it is not shown.
        message = f"the header {written} has to be one line of at most {_CHARACTERS_OF_A_HEADER:,} characters"
        raise Refused("invalid-header", message)
    for known in [known for known in turn.headers if known.lower() == written.lower()]:
        del turn.headers[known]
    if value is None:
        return
    if len(turn.headers) >= HEADERS_OF_A_REQUEST:
        raise Refused(
            "limit", f"at most {HEADERS_OF_A_REQUEST} headers go with a request", "CLEAR HEADERS takes them back"
        )
    turn.headers[written] = given
