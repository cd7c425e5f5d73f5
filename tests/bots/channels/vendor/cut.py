"""Cuts what channels call out of a vendor's whole description of its interface, and writes it beside this file.

    python -m tests.bots.channels.vendor.cut discord ~/discord-api-spec/specs/openapi.json

What says how a request has to be stays as it is; answers are cut down to an example, and words for people are left out.
README.md says where the whole descriptions are.
"""

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent
WHOLE: Final = "TASKTALK_TEST_VENDORS"
"""Names a folder with whole descriptions, of which the tests then use the parts, instead of those that are here."""
_FILES: Final[Mapping[str, str]] = {"telegram": "telegram-bot-api.json"}
RANGE: Final = re.compile(r"\b(\d+)-(\d+) (characters|bytes)\b")
"""How Telegram says, in words, how long a text may be."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A request that a channel makes, and an example of what it is answered."""

    path: str
    answer: Mapping[str, Any]
    method: str = "post"


_ID = {"id": "1130000000000000000"}
OPERATIONS: Final[Mapping[str, tuple[Operation, ...]]] = {
    "discord": (
        Operation("/channels/{channel_id}/messages", _ID),
        Operation("/channels/{channel_id}/typing", {}),
        Operation("/webhooks/{webhook_id}/{webhook_token}", _ID),
        Operation("/webhooks/{webhook_id}/{webhook_token}/messages/@original", _ID, "patch"),
        Operation("/users/@me/channels", _ID),
    ),
    "slack": (Operation("/chat.postMessage", {"ok": True, "channel": "C1", "ts": "1503435956.000247"}),),
    "twilio": (Operation("/2010-04-01/Accounts/{AccountSid}/Messages.json", {"sid": "SM" + "0" * 32}),),
}
METHODS: Final = ("answerCallbackQuery", "getFile", "sendChatAction", "sendDocument", "sendMessage", "sendPhoto")

_WORDS: Final = frozenset(
    ("description", "example", "examples", "externalDocs", "summary", "title", "x-twilio", "x-maturity")
)
_NAMES: Final = frozenset(("definitions", "parameters", "paths", "properties", "schemas"))
"""What has names of the vendor's, any of which may be one of _WORDS."""


def described(name: str) -> Any:
    """The part of a vendor's description that channels need."""
    if folder := os.environ.get(WHOLE):
        return _part(name, Path(folder, _FILES.get(name, f"{name}.json")))
    return json.loads(FOLDER.joinpath(f"{name}.json").read_text(encoding="utf-8"))


def cut(whole: Mapping[str, Any], operations: tuple[Operation, ...]) -> Mapping[str, Any]:
    """An OpenAPI description of these operations alone."""
    about = ("openapi", "swagger", "servers", "host", "basePath", "schemes", "securityDefinitions")
    found: dict[str, Any] = {name: whole[name] for name in about if name in whole}
    found["info"] = {name: whole["info"][name] for name in ("title", "version", "license") if name in whole["info"]}
    found["paths"] = {each.path: _operation(whole, each) for each in operations}
    if "securitySchemes" in whole.get("components", {}):
        found["components"] = {"securitySchemes": whole["components"]["securitySchemes"]}
    todo, seen = [found["paths"]], set[str]()
    while todo:
        for reference in set(_references(todo.pop())) - seen:
            seen.add(reference)
            *place, name = reference.removeprefix("#/").split("/")
            there, here = whole, found
            for part in place:
                there, here = there[part], here.setdefault(part, {})
            here[name] = _wordless(there[name])
            todo.append(here[name])
    return found


def cut_methods(whole: Mapping[str, Any]) -> Mapping[str, Any]:
    """A description of METHODS and of what goes with them, as Telegram's is."""
    methods = {name: _fields(whole["methods"][name]) for name in METHODS}
    todo, types = list(methods.values()), dict[str, Any]()
    while todo:
        for name in _types(todo.pop()):
            if name in whole["types"] and name not in types:
                types[name] = _fields(whole["types"][name])
                todo.append(types[name])
    return {"version": whole["version"], "methods": methods, "types": dict(sorted(types.items()))}


def _operation(whole: Mapping[str, Any], operation: Operation) -> Mapping[str, Any]:
    there = whole["paths"][operation.path]
    what = dict(_wordless(there[operation.method]))
    content = {"application/json": {"schema": {"type": "object"}, "example": operation.answer}}
    answer = {"content": content} if "openapi" in whole else {"examples": {"application/json": operation.answer}}
    status = min(what["responses"])
    what["responses"] = {status: {"description": "", **answer}}
    return {**({"parameters": there["parameters"]} if "parameters" in there else {}), operation.method: what}


def _wordless(node: Any, *, are_names: bool = False) -> Any:
    if isinstance(node, dict):
        kept = {name: value for name, value in node.items() if are_names or name not in _WORDS}
        return {name: _wordless(value, are_names=name in _NAMES and not are_names) for name, value in kept.items()}
    return [_wordless(value) for value in node] if isinstance(node, list) else node


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _fields(described: Mapping[str, Any]) -> Mapping[str, Any]:
    fields = [
        {
            **{name: field[name] for name in ("name", "types", "required")},
            "description": " ".join(found[0] for found in RANGE.finditer(field["description"])),
        }
        for field in described.get("fields", ())
    ]
    return {"fields": fields, **({"subtypes": described["subtypes"]} if "subtypes" in described else {})}


def _types(described: Mapping[str, Any]) -> Iterator[str]:
    yield from described.get("subtypes", ())
    for field in described["fields"]:
        for name in field["types"]:
            yield name.rpartition(" ")[2]


def _part(name: str, path: Path) -> Any:
    whole = json.loads(path.read_text(encoding="utf-8"))
    return cut_methods(whole) if name == "telegram" else cut(whole, OPERATIONS[name])


def main(name: str, path: str) -> None:
    """Writes the file of one vendor."""
    written = json.dumps(_part(name, Path(path)), indent=1, ensure_ascii=False)
    FOLDER.joinpath(f"{name}.json").write_text(f"{written}\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
