"""Bytebot, as its document has it, as the tests across the interfaces know it."""

from collections.abc import Mapping
from typing import Any, ClassVar

from tasktalk.bots.dialects.bytebot import words
from tasktalk.runtime.tasks.statuses import TERMINAL
from tests.bots.dialects.crossing.faces.face import Ask, Face, Known


class Bytebot(Face):
    name = "bytebot"
    mount = "/bytebot"
    status = words.DOCUMENT.status
    priority = words.PRIORITY
    code: ClassVar[Mapping[str, Any]] = {
        "unauthorized": (401, "Unauthorized"),
        "bad_json": (400, "Bad Request"),
        "not_found": (404, "Not Found"),
        "bad_word": (400, "Bad Request"),
        "bad_method": (405, "Method Not Allowed"),
        "too_large": (413, "Payload Too Large"),
        "too_often": (429, "Too Many Requests"),
        "internal": (500, "Internal Server Error"),
        "no_path": (404, "Not Found"),
    }

    def told(self, body: dict[str, Any]) -> Any:
        assert set(body) == {"statusCode", "message", "error"}
        assert isinstance(body["message"], str)
        return body["statusCode"], body["error"]

    def create(self, title: str, **fields: Any) -> Ask:
        return Ask("POST", "/tasks", {"description": _text(title, fields)})

    def made(self, title: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        return {**_written(_text(title, fields)), "tags": [], "context": {}}

    def id_in(self, body: dict[str, Any]) -> str:
        return str(body["id"])

    def get(self, spelled: str) -> Ask:
        return Ask("GET", f"/tasks/{spelled}")

    def delete(self, spelled: str) -> Ask:
        return Ask("DELETE", f"/tasks/{spelled}")

    def large(self, spelled: str) -> Ask:
        return Ask("PATCH", f"/tasks/{spelled}")  # a new one may come with files

    def page(self, *, with_scheduled: bool = False) -> Ask:
        return Ask("GET", "/tasks", query={"limit": "100"} | ({"include": "scheduled"} if with_scheduled else {}))

    def ids_in(self, body: Any) -> list[str]:
        return [row["id"] for row in body]

    def seen(self, body: dict[str, Any]) -> dict[str, Any]:
        return {name: body[name] for name in ("id", "description", "status", "priority", "createdAt")}

    def view(self, known: Known) -> dict[str, Any]:
        return {
            "id": known.id,
            "description": _described(known),
            "status": words.DOCUMENT.status.show(known.status),
            "priority": words.PRIORITY.show(known.priority),
            "createdAt": known.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }

    def change(self, spelled: str, fields: Mapping[str, Any]) -> Ask | None:
        said = {"description": fields["description"] or "Again"} if "description" in fields else {}
        return Ask("PATCH", f"/tasks/{spelled}", {**fields, **said})

    def becomes(self, known: Known, fields: Mapping[str, Any]) -> dict[str, Any]:
        text = fields["description"] or "Again"
        return {} if text == _described(known) else _written(text)

    def sets(self) -> frozenset[str]:
        return frozenset({"description", "status", "priority"})

    def may_become(self, before: Any, after: Any) -> bool:
        return before not in TERMINAL

    def bad_word(self) -> Ask:
        return Ask("GET", "/tasks", query={"status": "done"})


def _text(title: str, fields: Mapping[str, Any]) -> str:
    return f"{title}\n{fields['description']}" if fields.get("description") else title


def _written(text: str) -> dict[str, str]:
    title = text.partition("\n")[0][:200]
    return {"title": title, "description": "" if title == text else text}


def _described(known: Known) -> str:
    if known.description.startswith(known.title):
        return known.description
    return f"{known.title}\n{known.description}" if known.description else known.title
