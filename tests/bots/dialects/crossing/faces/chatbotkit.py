"""ChatBotKit, as the tests across the interfaces know it."""

from collections.abc import Mapping
from typing import Any, ClassVar

from tests.bots.dialects.crossing.faces.face import Ask, Face, Known

_SHOWN = {
    "pending": ("idle", "pending"),
    "completed": ("idle", "success"),
    "failed": ("idle", "failure"),
    "cancelled": ("canceled", "failure"),
}
_AT_WORK = ("running", "pending")
_NAMES = {"title": "name", "description": "description", "metadata": "meta"}


class ChatBotKit(Face):
    name = "chatbotkit"
    mount = "/chatbotkit/api/v1"
    lists_scheduled = True
    code: ClassVar[Mapping[str, Any]] = {
        "unauthorized": "NOT_AUTHENTICATED",
        "bad_json": "BAD_REQUEST",
        "not_found": "NOT_FOUND",
        "bad_word": "BAD_REQUEST",
        "bad_method": "METHOD_NOT_ALLOWED",
        "too_large": "CONTENT_TOO_LARGE",
        "too_often": "TOO_MANY_REQUESTS",
        "internal": "INTERNAL_SERVER_ERROR",
        "no_path": "NOT_FOUND",
    }

    def told(self, body: dict[str, Any]) -> Any:
        assert set(body) == {"code", "message"}
        assert isinstance(body["message"], str)
        return body["code"]

    def create(self, title: str, **fields: Any) -> Ask:
        meta = {**fields.get("context", {}), **({"tags": fields["tags"]} if fields.get("tags") else {})}
        said = {"description": fields["description"]} if "description" in fields else {}
        return Ask("POST", "/task/create", {"name": title, "meta": meta, **said})

    def made(self, title: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        return {"is_scheduled": True, "priority": "medium"}

    def id_in(self, body: dict[str, Any]) -> str:
        return str(body["id"])

    def get(self, spelled: str) -> Ask:
        return Ask("GET", f"/task/{spelled}/fetch")

    def delete(self, spelled: str) -> Ask:
        return Ask("POST", f"/task/{spelled}/delete", {})

    def page(self, *, with_scheduled: bool = False) -> Ask:
        return Ask("GET", "/task/list", query={"take": "100"})

    def ids_in(self, body: Any) -> list[str]:
        return [row["id"] for row in body["items"]]

    def seen(self, body: dict[str, Any]) -> dict[str, Any]:
        names = ("id", "name", "description", "meta", "createdAt", "status", "outcome")
        return {name: body[name] for name in names}

    def view(self, known: Known) -> dict[str, Any]:
        status, outcome = _SHOWN.get(known.status, _AT_WORK)
        return {
            "id": f"task_{known.id}",
            "name": known.title,
            "description": known.description,
            "meta": known.metadata,
            "createdAt": int(known.created_at.timestamp() * 1000),
            "status": status,
            "outcome": outcome,
        }

    def change(self, spelled: str, fields: Mapping[str, Any]) -> Ask | None:
        return Ask("POST", f"/task/{spelled}/update", {_NAMES[name]: value for name, value in fields.items()})

    def sets(self) -> frozenset[str]:
        return frozenset(_NAMES)

    def bad_word(self) -> Ask:
        return Ask("GET", "/task/list", query={"status": "done"})
