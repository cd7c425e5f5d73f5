"""Holds every answer of an interface against the OpenAPI document that it serves."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient
from jsonschema_rs import Draft202012Validator, Validator


def error_shape(*texts: str, **others: Any) -> dict[str, Any]:
    """An error that has these texts, others as they are described, and nothing else."""
    fields = {**{field: {"type": "string"} for field in texts}, **others}
    return {"type": "object", "required": list(fields), "properties": fields, "additionalProperties": False}


@dataclass(frozen=True, slots=True)
class Interface:
    """Where an interface is served, and its shape of errors."""

    prefix: str
    mounts: tuple[str, ...]
    own: tuple[str, ...]
    """Below these everything is the interface's, what is not there, too."""
    code: str
    """The field of an error that has its code."""
    holder: str | None
    """The field of an answer that has the error; None where the answer is the error."""
    no_operation: Mapping[int, str] = field(hash=False)
    """What may be answered where the document has nothing."""
    beside: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """What an error has beside its code and its message."""

    @property
    def places(self) -> tuple[str, ...]:
        """Below what it answers; a root is not its own alone, but for its tasks."""
        return tuple(mount or "/tasks" for mount in self.mounts)


GENERAL_BOTS = Interface(
    "/gb",
    ("/gb/api/v1/tasks", "/api/v1/tasks", "/gb/api/v1", "/api/v1"),
    ("/gb/", "/api/v1/tasks/"),
    "error",
    None,
    {404: "not_found", 405: "method_not_allowed"},
)
CHATBOTKIT = Interface(
    "/chatbotkit",
    ("/chatbotkit/api/v1", "/api/v1"),
    ("/chatbotkit/", "/api/v1/task/"),
    "code",
    None,
    {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED"},
)
TEAMDAY = Interface(
    "/teamday",
    ("/teamday/api/v1",),
    ("/teamday/",),
    "statusMessage",
    None,
    {404: "Not Found", 405: "Method Not Allowed"},
    {"error": {"enum": [True]}, "statusCode": {"enum": [404, 405]}},
)
COPILOTZ = Interface(
    "/copilotz",
    ("/copilotz/rest", "/rest"),
    ("/copilotz/", "/rest/"),
    "code",
    "error",
    {404: "not_found", 405: "method_not_allowed"},
)
BYTEBOT = Interface(
    "/bytebot",
    ("/bytebot", ""),
    ("/bytebot/", "/tasks/"),
    "error",
    None,
    {404: "Not Found", 405: "Method Not Allowed"},
    {"statusCode": {"type": "integer"}},
)
BYTEBOT_LIVE = Interface(
    "/bytebot-live",
    ("/bytebot-live",),
    ("/bytebot-live/",),
    "error",
    None,
    {404: "Not Found", 405: "Method Not Allowed"},
    {"statusCode": {"type": "integer"}},
)
INTERFACES = (GENERAL_BOTS, CHATBOTKIT, BYTEBOT, BYTEBOT_LIVE, TEAMDAY, COPILOTZ)
_SERVED_AT = tuple(place for interface in INTERFACES for place in interface.places)

TEXT = {"type": "string"}


class Contract:
    """What a document promises."""

    def __init__(self, text: str, interface: Interface = GENERAL_BOTS) -> None:
        self._interface = interface
        self.document: dict[str, Any] = json.loads(text)
        self._paths = [
            (re.compile(re.sub(r"{\w+}", "[^/]+", path) + r"\Z"), operations)
            # OpenAPI looks for paths without names in them first.
            for path, operations in sorted(self.document["paths"].items(), key=lambda item: item[0].count("{"))
        ]
        self._validators: dict[str, Validator] = {}

    def check(self, method: str, path: str, status: int, kind: str, body: bytes) -> None:
        """Fails when the document does not have such an answer."""
        asked = f"{method} {path} answered {status} {body[:500].decode(errors='replace')}"
        operations = self._operations(path)
        operation = None if operations is None else operations.get("get" if method == "HEAD" else method.lower())
        if operation is None and path.startswith(self._interface.own):
            if method == "OPTIONS":
                assert (status, body) == (204, b""), asked
            elif method != "HEAD":
                known, code, holder = self._interface.no_operation, self._interface.code, self._interface.holder
                told = json.loads(body)
                assert holder is None or list(told) == [holder], f"{asked}: not in its shape"
                error = told if holder is None else told[holder]
                assert status in known, f"{asked}: the document has no such operation"
                assert error[code] == known[status], f"{asked}: the document has no such operation"
                self._valid(error_shape(code, "message", **self._interface.beside), error, asked)
        if operation is None:
            return
        assert str(status) in operation["responses"], f"{asked}: no such status in its Operation"
        content: Mapping[str, Any] = operation["responses"][str(status)].get("content", {})
        if method == "HEAD":
            return
        if kind == "application/jsonl" and content.get(kind, {}).get("schema", TEXT) != TEXT:
            for line in body.splitlines():
                self._valid(content[kind]["schema"], json.loads(line), asked)
            return
        if "*/*" in content or (kind in content and kind != "application/json"):
            return  # any bytes, also none
        assert bool(content) == bool(body), f"{asked}: expected {list(content) or 'no body'}"
        if content:
            assert kind in content, f"{asked} as {kind}: expected {list(content)}"
        if kind == "application/json" and kind in content:
            self._valid(content[kind]["schema"], json.loads(body), asked)

    def _operations(self, path: str) -> dict[str, Any] | None:
        for mount in self._interface.mounts:
            if path.startswith(f"{mount}/"):
                for pattern, operations in self._paths:
                    if pattern.match(path.removeprefix(mount)):
                        return operations  # type: ignore[no-any-return]
        return None

    def _valid(self, schema: Mapping[str, Any], body: Any, asked: str) -> None:
        key = json.dumps(schema)
        if key not in self._validators:
            whole = {**schema, "components": self.document["components"]}
            self._validators[key] = Draft202012Validator(whole, validate_formats=True)
        wrong = [f"{list(error.instance_path)}: {error.message}" for error in self._validators[key].iter_errors(body)]
        assert not wrong, f"{asked}: not as its Operation says: {'; '.join(wrong)}"


contract = lru_cache(maxsize=8)(Contract)


class CheckedClient(TestClient[web.Request, web.Application]):
    """A client that takes no answer that is not in the document."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._promised: dict[Interface, Contract | None] = {}

    async def _request(self, method: str, path: Any, **options: Any) -> ClientResponse:
        asked = self.make_url(path).raw_path
        is_promised = asked.startswith(_SERVED_AT) and not asked.endswith("/openapi.json")
        # Before the request: behind one that is broken the connection may be closed.
        promises = [
            await self._promise(interface)
            for interface in INTERFACES
            if is_promised and asked.startswith((*interface.places, *interface.own))
        ]
        response = await super()._request(method, path, **options)
        for promised in filter(None, promises):
            promised.check(method, asked, response.status, response.content_type, await response.read())
        return response

    async def _promise(self, interface: Interface) -> Contract | None:
        """What its document promises; None where it is not served, for a test may serve one interface alone."""
        if interface not in self._promised:
            served = await super()._request("GET", f"{interface.prefix}/openapi.json")
            assert served.status in {200, 404}, f"{interface.prefix} has no document"
            self._promised[interface] = contract(await served.text(), interface) if served.status == 200 else None
        return self._promised[interface]
