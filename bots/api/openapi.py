"""The OpenAPI document of an interface, made of what its endpoints say of themselves, and the page that shows it."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from aiohttp import web

from tasktalk import __version__
from tasktalk.bots.api.problems import status_of
from tasktalk.bots.api.routing import Endpoint, Operation, Parameter, Shape, mounted, plain_answer
from tasktalk.bots.api.schemas import TEXT, Schema, answer, one_of, untitled

ALWAYS: Final = ("unauthorized", "permission_denied", "internal", "unavailable")
"""The codes that every operation may answer."""

WITH_BODY: Final = ("invalid_request", "request_too_large")
"""The codes that every operation with a JSON body may answer besides."""

OF_POST: Final = (*WITH_BODY, "invalid_idempotency_key", "idempotency_key_reused", "conflict")
"""The codes that every POST may answer, which may be sent again with the same key."""

_KEY: Final = Parameter(
    "Idempotency-Key", TEXT, "The same request with the same key within a day gets the first answer again.", "header"
)
_VERSIONS: Final = Parameter("If-Match", TEXT, "The ETags that this is for; with others it is 412.", "header")
_KNOWN: Final = Parameter("If-None-Match", TEXT, "The ETags that are known; with the newest it is 304.", "header")

_PAGE = Path(__file__).parent.parent / "web" / "openapi.html"
_REFERENCE = "#/components/schemas/"


def error_of(codes: Iterable[str]) -> Schema:
    """The body of an answer that is an error, with one of these codes, in the shape that all have."""
    found = answer("Error", {"error": one_of(sorted(codes)), "message": TEXT})
    return untitled(found)


class Document(dict[str, Any]):
    """What is served, of which nothing is changed any more."""

    @cached_property
    def text(self) -> str:
        """The document as JSON."""
        return json.dumps(self, ensure_ascii=False)


def document(
    title: str,
    description: str,
    mounts: Sequence[str],
    endpoints: Sequence[Endpoint],
    error: Callable[[Iterable[str]], Schema] = error_of,
    status_of: Callable[[str], int] = status_of,
) -> Document:
    """OpenAPI 3.1 for the endpoints; `error` gives the schema of an error in the interface's own shape, and `status_of`
    with what a code is answered there.

    The same operations give the same document again, without making it anew.
    """
    told = [
        _Told(endpoint.path, tuple(endpoint.operations.items()), frozenset(endpoint.spends)) for endpoint in endpoints
    ]
    return _document(title, description, tuple(mounts), tuple(told), error, status_of)


class _Told(NamedTuple):
    """What an endpoint says of itself."""

    path: str
    operations: tuple[tuple[str, Operation], ...]
    spending: frozenset[str]
    """The methods that take from a budget."""


@lru_cache(maxsize=32)
def _document(
    title: str,
    description: str,
    mounts: Sequence[str],
    endpoints: Sequence[_Told],
    error: Callable[[Iterable[str]], Schema],
    status_of: Callable[[str], int],
) -> Document:
    components: dict[str, Any] = {}
    paths = {
        endpoint.path: {
            **_parameters_of(endpoint.path),
            **{
                method.lower(): _operation(endpoint, method, operation, error, status_of)
                for method, operation in endpoint.operations
            },
        }
        for endpoint in endpoints
    }
    made = {
        "openapi": "3.1.0",
        "info": {"title": title, "version": __version__, "description": description},
        "servers": [{"url": mount} for mount in mounts],
        "security": [{"token": []}],
        "paths": _shared(paths, components),
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }
    return Document(made)


def routes(prefix: str, made: Document, shape: Shape = plain_answer) -> list[web.RouteDef]:
    """`openapi.json` and the page `docs` below the prefix; neither needs a token, for they tell of no one's data."""

    async def served(request: web.Request) -> web.StreamResponse:
        return web.Response(text=made.text, content_type="application/json")

    async def page(request: web.Request) -> web.StreamResponse:
        return web.FileResponse(_PAGE)

    found = [Endpoint("/openapi.json", {"GET": served}), Endpoint("/docs", {"GET": page})]
    return mounted([prefix], found, shape)


def _parameters_of(path: str) -> dict[str, Any]:
    names = re.findall(r"{(\w+)}", path)
    if not names:
        return {}
    return {"parameters": [{"name": name, "in": "path", "required": True, "schema": TEXT} for name in names]}


def _operation(
    endpoint: _Told,
    method: str,
    operation: Operation,
    error: Callable[[Iterable[str]], Schema],
    status_of: Callable[[str], int],
) -> dict[str, Any]:
    path, body = endpoint.path, operation.body
    codes = [*ALWAYS, *operation.errors, *(WITH_BODY if body is not None else ())]
    codes += OF_POST if method == "POST" else ()
    codes += ["rate_limit_exceeded"] if method in endpoint.spending else []
    parameters = [*operation.parameters, *([_KEY] if method == "POST" else [])]
    if operation.is_versioned:
        codes.append("precondition_failed")
        parameters += [_VERSIONS, *([_KNOWN] if method == "GET" else [])]
    by_status: dict[int, list[str]] = {}
    for code in dict.fromkeys(codes):
        by_status.setdefault(status_of(code), []).append(code)
    found: dict[str, Any] = {
        "operationId": re.sub(r"\W+", "_", method.lower() + path).strip("_"),
        "summary": operation.summary,
        "tags": [path.split("/")[1]],
        "responses": {
            **{
                str(status): {
                    "description": operation.summary,
                    **_content(operation.answer_type, schema, operation.other_types),
                }
                for status, schema in operation.answers.items()
            },
            **({"304": {"description": "It is as it was"}} if operation.is_versioned and method == "GET" else {}),
            **{
                str(status): {"description": ", ".join(named), **_content("application/json", error(named))}
                for status, named in sorted(by_status.items())
            },
        },
    }
    if operation.description:
        found["description"] = operation.description
    if parameters:
        found["parameters"] = [_parameter(parameter) for parameter in parameters]
    if body is not None:
        found["requestBody"] = {
            "required": operation.needs_body,
            **_content(operation.body_type, body, operation.other_bodies),
        }
    return found


def _parameter(parameter: Parameter) -> dict[str, Any]:
    # Lists are written with commas: status=pending,completed.
    spelling = {"style": "form", "explode": False} if parameter.schema.get("type") == "array" else {}
    told = {"description": parameter.description} if parameter.description else {}
    return {"name": parameter.name, "in": parameter.place, **told, **spelling, "schema": parameter.schema}


def _content(kind: str, schema: Schema | None, others: Mapping[str, Schema] | None = None) -> dict[str, Any]:
    if schema is None:
        return {}
    return {"content": {name: {"schema": each} for name, each in {kind: schema, **(others or {})}.items()}}


def _shared(value: Any, components: dict[str, Any]) -> Any:
    """The value with a reference for each schema that has a title; the schema itself goes to the components."""
    if isinstance(value, Mapping):
        made = {key: _shared(item, components) for key, item in value.items()}
        title = value.get("title")
        if not isinstance(title, str):
            return made
        if components.setdefault(title, made) != made:
            raise ValueError(f"two schemas have the title {title}")
        return {"$ref": _REFERENCE + title}
    return [_shared(item, components) for item in value] if isinstance(value, list) else value
