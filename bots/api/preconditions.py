"""ETag and If-Match: whoever has read a thing changes it only as they know it.

A tag begins with the version of the row. That of a reader goes on with a digest of what was shown, because some of it
(a name, a count) does not belong to the row; to change something, the version is enough.
"""

import hashlib
import re

from aiohttp import web

from tasktalk.bots.api.problems import Problem

_TAG = re.compile(r'"(\d{1,18})(?:-[0-9a-f]*)?"', re.ASCII)


def shown(request: web.Request, answer: web.Response, version: int) -> web.Response:
    """The answer that shows a thing, with its ETag; 304 where the reader has just this. Raises as `demand` does."""
    demand(request, version)
    digest = hashlib.sha256(answer.body if isinstance(answer.body, bytes) else b"").hexdigest()[:16]
    tag = f'"{version}-{digest}"'
    known = [each.removeprefix("W/") for each in _given(request, "If-None-Match")]
    if tag in known or "*" in known:
        return web.Response(status=304, headers={"ETag": tag})
    answer.headers["ETag"] = tag
    return answer


def changed(answer: web.Response, version: int) -> web.Response:
    """The answer to a change, with the tag by which the next one can be made."""
    answer.headers["ETag"] = f'"{version}"'
    return answer


def demand(request: web.Request, version: int) -> None:
    """Raises Problem `precondition_failed` where the request is for other versions than this.

    To be asked within the unit of work that changes the thing, of the row that it has read.
    """
    if "If-Match" not in request.headers:
        return
    for each in _given(request, "If-Match"):
        found = _TAG.fullmatch(each)
        if each == "*" or (found is not None and int(found[1]) == version):
            return
    raise Problem("precondition_failed", "It has been changed since you read it; read it again")


def _given(request: web.Request, header: str) -> list[str]:
    return [each.strip() for line in request.headers.getall(header, []) for each in line.split(",")]
