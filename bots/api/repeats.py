"""A POST with an Idempotency-Key has its effect once: the same again, within a day, gets the first answer again.

The answer is committed together with what the request changes through `units.working`, so no kill can come between
them, and of several at once one has the effect. What changes the store in another way is committed before its answer.
"""

import hashlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypeAlias

from aiohttp import web

from tasktalk.bots.api import units
from tasktalk.bots.api.body import read_bytes
from tasktalk.bots.api.problems import Problem
from tasktalk.bots.api.services import Services
from tasktalk.runtime.accounts import Identity
from tasktalk.runtime.retention import OF_REQUESTS
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import requests
from tasktalk.storage.writes import Conflict, Row

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]
OwnKey: TypeAlias = Callable[[web.Request], Awaitable["Key | None"]]

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"
LONGEST_KEY: Final = 255
KEPT_FOR: Final[timedelta] = OF_REQUESTS["answers"]
PASSING: Final = web.ResponseKey("is_passing", bool)
"""Set in an answer that the next attempt may well not get: it is not kept."""

_KEPT_HEADERS = ("Content-Type", "ETag", "Location")


@dataclass(frozen=True, slots=True)
class Key:
    """By what a request is known again, and where it says so."""

    value: str
    name: str = HEADER


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked under a user's key; the digest is of all that must be the same the next time."""

    user_id: str
    key: Key
    digest: str


KEPT: Final = web.ResponseKey("kept_under", Question)
"""Under what an answer is kept."""


async def question(request: web.Request, identity: Identity, own_key: OwnKey | None = None) -> Question | None:
    """What a POST with a key asks; None without one, which may be one of the interface's own.

    Raises Problem `invalid_idempotency_key`, and as `read_bytes`.
    """
    if request.method != "POST":
        return None
    key = _header_key(request)
    if key is None and own_key is not None:
        key = await own_key(request)
    if key is None:
        return None
    digest = hashlib.sha256(f"{request.method} {request.raw_path}\n".encode("utf-8", "surrogatepass"))
    if not _is_upload(request):  # each attempt writes its parts in another way, and it may be too large to be read here
        digest.update(await read_bytes(request))
    return Question(identity.user_id, key, digest.hexdigest())


def key_of_token(request: web.Request, name: str, said: str) -> Key:
    """The key that a field of the body is, for whoever has the request's token; no header can have the same one."""
    digest = hashlib.sha256(f"{request.headers.get('Authorization', '')}\n{said}".encode("utf-8", "surrogatepass"))
    return Key(f"{name}\n{digest.hexdigest()}", name)


def _header_key(request: web.Request) -> Key | None:
    key = request.headers.get(HEADER)
    if key is None:
        return None
    key = key.strip()
    if not key or len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise Problem("invalid_idempotency_key", f"{HEADER} must be 1 to {LONGEST_KEY} characters of plain text")
    return Key(key)


async def answered(services: Services, asked: Question) -> web.Response | None:
    """The answer that the same got before, or None. Raises Problem where the key was for something else."""
    row = await _kept(services, asked)
    if row is None or _is_old(services, row):
        return None
    if row["digest"] != asked.digest:
        raise Problem("idempotency_key_reused", f"This {asked.key.name} was used for another request; take a new one")
    headers = {**row["headers"], REPLAYED: "true"}
    answer = web.Response(status=row["status"], headers=headers, body=row["body"])
    answer[KEPT] = asked
    return answer


async def once(services: Services, asked: Question, request: web.Request, handler: Handler) -> web.StreamResponse:
    """The handler's answer, kept under the key; that of another attempt, where one was quicker.

    An answer that says to come back is not kept, and then nothing has been changed. Raises Problem.
    """
    for _ in range(units.ATTEMPTS):
        with units.holding() as held:
            answer = await handler(request)
        if not isinstance(answer, web.Response) or answer.status >= 500 or answer.get(PASSING):
            return answer
        if answer.status >= 400 and asked.key.name != HEADER:
            return answer  # nothing was made under the key
        work = held.work if answer.status < 400 else None
        work = work or UnitOfWork(services.database, services.clock.now())
        await _keep(services, asked, answer, work)
        try:
            await units.commit(services, work)
        except Conflict:
            if (before := await answered(services, asked)) is not None:
                return before
            if _is_upload(request):
                break  # it has been read, and cannot be read again
            continue
        answer[KEPT] = asked
        return answer
    raise units.too_many_others()


async def keep_as_told(services: Services, answer: web.Response) -> None:
    """Lets the same get this body from now on, where the answer is kept and has another one since."""
    if (asked := answer.get(KEPT)) is None:
        return
    work = UnitOfWork(services.database, services.clock.now())
    key = {"user_id": asked.user_id, "key": asked.key.value, "digest": asked.digest}
    work.writes.update("kept_answer", key, {"body": _body(answer)})
    with suppress(Conflict):  # it has been kept for long enough, just now
        await units.commit(services, work)


async def _keep(services: Services, asked: Question, answer: web.Response, work: UnitOfWork) -> None:
    row = await _kept(services, asked)
    if row is not None and _is_old(services, row):
        work.writes.delete("kept_answer", {name: row[name] for name in ("user_id", "key", "created_at")})
    work.writes.insert(
        "kept_answer",
        {
            "user_id": asked.user_id,
            "key": asked.key.value,
            "digest": asked.digest,
            "status": answer.status,
            "headers": {name: answer.headers[name] for name in _KEPT_HEADERS if name in answer.headers},
            "body": _body(answer),
            "created_at": services.clock.now(),
        },
    )


async def _kept(services: Services, asked: Question) -> Row | None:
    async with services.database.read() as reader:
        return await requests.answer(reader, asked.user_id, asked.key.value)


def _is_old(services: Services, row: Row) -> bool:
    is_old: bool = row["created_at"] + KEPT_FOR <= services.clock.now()
    return is_old


def _is_upload(request: web.Request) -> bool:
    return request.content_type.startswith("multipart/")


def _body(answer: web.Response) -> bytes:
    body: Any = answer.body
    return bytes(body) if body else b""
