"""Mounts the endpoints of a dialect: every answer under its paths, an error too, is in the dialect's own shape."""

import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from aiohttp import web

from tasktalk.bots.api.body import LIMIT_BYTES, MOST_BYTES
from tasktalk.bots.api.gate import Gate
from tasktalk.bots.api.problems import Problem
from tasktalk.bots.api.repeats import PASSING, Handler, OwnKey
from tasktalk.bots.api.schemas import Schema
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.engine import Stopped
from tasktalk.runtime.files import FilesAway
from tasktalk.storage.errors import DatabaseError

Shape: TypeAlias = Callable[[Problem], web.Response]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parameter:
    """What may be given in the query or in a header."""

    name: str
    schema: Schema
    description: str = ""
    place: Literal["query", "header"] = "query"


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """What a method does at a path, for those who call it: `bots/api/openapi.py` makes a document of it.

    `answers` has the schema of the body for each status of success, None where there is no body; `errors` the codes
    besides those that every operation has (ALWAYS, WITH_BODY).
    """

    summary: str
    answers: Mapping[int, Schema | None]
    body: Schema | None = None
    parameters: Sequence[Parameter] = ()
    errors: Sequence[str] = ()
    description: str = ""
    needs_body: bool = True
    is_versioned: bool = False
    """Whether the answer has an ETag, and the request may name the versions that it is for (`preconditions.py`)."""
    body_type: str = "application/json"
    answer_type: str = "application/json"
    other_bodies: Mapping[str, Schema] = field(default_factory=dict)
    other_types: Mapping[str, Schema] = field(default_factory=dict)
    """What else the body and the answers may be, by type (`exports.py`)."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One path below a mount and what each method does there; HEAD comes with GET, OPTIONS with all.

    `spends` has the kind of the budget (see `runtime/budgets.py`) from which a method takes one.
    """

    path: str
    methods: Mapping[str, Handler]
    operations: Mapping[str, Operation] = field(default_factory=dict)
    """What the methods do, told to those who call them; every endpoint of a dialect has all."""
    spends: Mapping[str, str] = field(default_factory=dict)
    most_bytes: int = LIMIT_BYTES
    """How large a body may be."""
    own_key: OwnKey | None = None
    """What stands for an Idempotency-Key in a POST that has none."""


def mounted(
    mounts: Sequence[str], endpoints: Sequence[Endpoint], shape: Shape, gate: Gate | None = None
) -> list[web.RouteDef]:
    """Routes for the endpoints below every mount, behind the gate where users are asked for. The more particular path
    has to come before the general one."""
    return [
        web.route("*", mount + endpoint.path, _dispatcher(endpoint, shape, gate))
        for mount in mounts
        for endpoint in endpoints
    ]


def unknown(prefix: str, shape: Shape) -> web.RouteDef:
    """The route for every path below `prefix` that no earlier route has: not found, in the dialect's shape."""

    async def not_found(request: web.Request) -> web.StreamResponse:
        return shape(Problem("not_found", f"There is nothing at {request.path}"))

    return web.route("*", prefix + r"{rest:(?:/.*)?}", not_found)


def plain_answer(problem: Problem) -> web.Response:
    """The shape of all that is no dialect: {"error": code, "message": sentence}."""
    body = {"error": problem.code, "message": problem.sentence}
    return web.json_response(body, status=problem.status, headers=problem.headers)


def _dispatcher(endpoint: Endpoint, shape: Shape, gate: Gate | None) -> Handler:
    # Behind a gate they turn what goes wrong into answers by themselves: it keeps those for who asks the same again.
    methods = {method: _answering(handler, shape) if gate else handler for method, handler in endpoint.methods.items()}
    allowed = ", ".join([*methods, *(["HEAD"] if "GET" in methods else []), "OPTIONS"])

    async def tell(request: web.Request) -> web.StreamResponse:
        return web.Response(status=204, headers={"Allow": allowed})

    def dispatch(request: web.Request) -> Awaitable[web.StreamResponse]:
        if request.method == "OPTIONS":
            return tell(request)
        method = "GET" if request.method == "HEAD" else request.method
        handler = methods.get(method)
        if handler is None:
            raise Problem("method_not_allowed", f"Here one can {allowed}", {"Allow": allowed})
        request[MOST_BYTES] = endpoint.most_bytes
        if gate is None:
            return handler(request)
        return gate.through(request, handler, endpoint.spends.get(method), endpoint.own_key)

    return _answering(dispatch, shape)


def _answering(handler: Handler, shape: Shape) -> Handler:
    """The handler, with an answer for whatever goes wrong in it."""

    async def answering(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except Problem as problem:
            return told(problem)
        except Refused as refused:
            return told(Problem.of(refused))
        except (DatabaseError, FilesAway, Stopped) as away:
            _log.warning("%s %s is to come back later: %s", request.method, request.path, away or "the server stops")
            return told(Problem.while_away(away))
        except web.HTTPException:
            raise
        except Exception as error:
            if isinstance(error, ConnectionError) and (request.transport is None or request.transport.is_closing()):
                _log.info("%s %s: who asked has hung up", request.method, request.path)
                return told(Problem("invalid_request", "The connection ended before the body did"))
            reference = secrets.token_hex(4)
            _log.exception("%s %s failed, reference %s", request.method, request.path, reference)
            return told(Problem("internal", f"Something went wrong here, reference {reference}"))

    def told(problem: Problem) -> web.StreamResponse:
        answer = shape(problem)
        answer[PASSING] = problem.is_passing
        return answer

    return answering
