"""TeamDay, as the tests across the interfaces know it."""

from collections.abc import Mapping
from typing import Any, ClassVar

from tasktalk.bots.dialects.teamday import words
from tests.bots.dialects.crossing.faces.face import Ask, Face, Known

_NAMES = {
    "title": "title",
    "description": "description",
    "metadata": "metadata",
    "status": "status",
    "priority": "priority",
}
_NEXT = {
    "pending": {"in_progress", "completed", "cancelled"},
    "in_progress": {"pending", "completed", "cancelled"},
    "completed": set(),
    "cancelled": set(),
}


class TeamDay(Face):
    name = "teamday"
    mount = "/teamday/api/v1"
    status = words.STATUS
    priority = words.PRIORITY
    code: ClassVar[Mapping[str, Any]] = {
        "unauthorized": (401, "Unauthorized"),
        "bad_json": (400, "Bad Request"),
        "not_found": (404, "Not Found"),
        "bad_word": (400, "Bad Request"),
        "bad_method": (405, "Method Not Allowed"),
        "too_large": (413, "Content Too Large"),
        "too_often": (429, "Too Many Requests"),
        "internal": (500, "Internal Server Error"),
        "no_path": (404, "Not Found"),
    }

    def told(self, body: dict[str, Any]) -> Any:
        assert set(body) == {"error", "statusCode", "statusMessage", "message"}
        assert body["error"] is True
        assert isinstance(body["message"], str)
        return body["statusCode"], body["statusMessage"]

    def create(self, title: str, **fields: Any) -> Ask:
        metadata = {**fields.get("context", {}), **({"tags": fields["tags"]} if fields.get("tags") else {})}
        said = {"description": fields["description"]} if "description" in fields else {}
        return Ask("POST", "/tasks", {"title": title, "metadata": metadata, **said})

    def id_in(self, body: dict[str, Any]) -> str:
        return str(body["id"])

    def get(self, spelled: str) -> Ask:
        return Ask("GET", f"/tasks/{spelled}")

    def delete(self, spelled: str) -> Ask:
        return Ask("DELETE", f"/tasks/{spelled}")

    def page(self, *, with_scheduled: bool = False) -> Ask:
        return Ask("GET", "/tasks", query={"limit": "100"} | ({"include": "scheduled"} if with_scheduled else {}))

    def ids_in(self, body: Any) -> list[str]:
        return [row["id"] for row in body]

    def seen(self, body: dict[str, Any]) -> dict[str, Any]:
        names = ("id", "title", "description", "status", "priority", "metadata", "createdAt")
        return {name: body[name] for name in names}

    def view(self, known: Known) -> dict[str, Any]:
        return {
            "id": f"task_{known.id}",
            "title": known.title[:200],
            "description": known.description,
            "status": words.STATUS.show(known.status),
            "priority": words.PRIORITY.show(known.priority),
            "metadata": known.metadata,
            "createdAt": known.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }

    def change(self, spelled: str, fields: Mapping[str, Any]) -> Ask | None:
        return Ask("PATCH", f"/tasks/{spelled}", {_NAMES[name]: value for name, value in fields.items()})

    def sets(self) -> frozenset[str]:
        return frozenset(_NAMES)

    def may_become(self, before: Any, after: Any) -> bool:
        return words.STATUS.show(after) in _NEXT[words.STATUS.show(before)]

    def events_of(self, before: Any, after: Any) -> int:
        return 2 if (before, after) == ("pending", "completed") else 1

    def bad_word(self) -> Ask:
        return Ask("GET", "/tasks", query={"status": "done"})
