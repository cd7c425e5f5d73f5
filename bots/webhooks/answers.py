"""What a webhook's script returns, as the answer to the call.

A record of `status` with `body` and `headers`, and of nothing else, is the whole answer; every other value is the body
of an answer with 200.
"""

import json
import logging
import re
from typing import Any

from aiohttp import web

from tasktalk.interpreter import values
from tasktalk.runtime.calls import Outcome

_PARTS = frozenset({"status", "body", "headers"})
_HEADERS = frozenset(
    {
        "cache-control",
        "content-disposition",
        "content-language",
        "content-type",
        "etag",
        "expires",
        "last-modified",
        "link",
        "location",
        "retry-after",
        "vary",
    }
)
"""What scripts may say of their answers, beside X-…; the others are the server's, and keep its pages safe."""
_SERVERS_OWN = frozenset({"x-content-type-options", "x-frame-options"})
_NAME = re.compile(r"[a-z0-9-]{1,100}", re.ASCII)
_UNPRINTABLE = re.compile(r"[^\t\x20-\x7e]", re.ASCII)
_SHOWN, _LONGEST = 3, 100

_log = logging.getLogger("tasktalk.webhook")


def answer(run_id: str, outcome: Outcome, script: str) -> web.Response:
    """The answer to a call whose run stands like this; the log says `script` where what it returned looks mistaken."""
    if outcome.status == "failed":
        reference = (outcome.error or {}).get("reference")
        message = f"The script failed; the server's log tells why under {reference}"
        return web.json_response({"error": "script_failed", "message": message, "run_id": run_id}, status=500)
    if not outcome.is_end:
        return web.json_response({"run_id": run_id, "status": outcome.status}, status=202)
    value = outcome.value
    if not isinstance(value, dict) or "status" not in value:
        return _body(value, 200)
    if (slip := _slip(value)) is None:
        return _said(value, script)
    if "body" in value:
        _log.warning(
            "%s: what the script returned has a status and a body, and was sent as it stands, with 200: %s",
            script,
            slip,
        )
    return _body(value, 200)


def _slip(value: dict[str, Any]) -> str | None:
    """Why a record with a status is no whole answer."""
    if others := [name for name in value if name not in _PARTS]:
        listed = ", ".join(map(repr, others[:_SHOWN]))[:_LONGEST]
        return f"{listed} is none of status, body and headers"
    status: Any = value["status"]
    if type(status) in {int, float} and 200 <= status <= 599 and status == int(status):
        return None
    return f"the status {values.text(status)[:_LONGEST]!r} is no number from 200 to 599"


def _said(value: dict[str, Any], script: str) -> web.Response:
    response = _body(value.get("body"), int(value["status"]))
    headers = value.get("headers")
    for name, given in headers.items() if isinstance(headers, dict) else ():
        known, text = name.strip().lower(), values.text(given)
        is_free = known in _HEADERS or (known.startswith("x-") and known not in _SERVERS_OWN)
        if not is_free or not _NAME.fullmatch(known) or _UNPRINTABLE.search(text):
            _log.warning(
                "%s: a script cannot set the header %r of its answer to %r: it is left out",
                script,
                name,
                text[:_LONGEST],
            )
            continue
        response.headers[known] = text
    return response


def _body(value: Any, status: int) -> web.Response:
    if value is None:
        return web.Response(status=204 if status == 200 else status)
    if status in {204, 304}:  # answers that have no body
        return web.Response(status=status)
    if isinstance(value, str):
        raw = value.encode("utf-8", "replace")
        return web.Response(body=raw, status=status, content_type="text/plain", charset="utf-8")
    return web.json_response(
        value, status=status, dumps=lambda found: json.dumps(found, ensure_ascii=False, allow_nan=False)
    )
