"""General Bots, as the tests across the interfaces know it."""

from collections.abc import Mapping
from typing import Any, ClassVar

from tasktalk.bots.dialects.general_bots import words
from tests.bots.dialects.crossing.faces.face import Ask, Face, Known


class GeneralBots(Face):
    name = "general_bots"
    mount = "/gb/api/v1"
    status = words.STATUS
    priority = words.PRIORITY
    code: ClassVar[Mapping[str, Any]] = {
        "unauthorized": "unauthorized",
        "bad_json": "invalid_request",
        "not_found": "task_not_found",
        "bad_word": "invalid_status",
        "bad_method": "method_not_allowed",
        "too_large": "request_too_large",
        "too_often": "rate_limit_exceeded",
        "internal": "internal",
        "no_path": "not_found",
    }

    def told(self, body: dict[str, Any]) -> Any:
        assert set(body) == {"error", "message"}
        assert isinstance(body["message"], str)
        return body["error"]

    def create(self, title: str, **fields: Any) -> Ask:
        return Ask("POST", "/tasks", {"title": title, **fields})

    def id_in(self, body: dict[str, Any]) -> str:
        return str(body["task_id"])

    def get(self, spelled: str) -> Ask:
        return Ask("GET", f"/tasks/{spelled}")

    def delete(self, spelled: str) -> Ask:
        return Ask("DELETE", f"/tasks/{spelled}")

    def page(self, *, with_scheduled: bool = False) -> Ask:
        return Ask("GET", "/tasks", query={"limit": "100"} | ({"include": "scheduled"} if with_scheduled else {}))

    def ids_in(self, body: Any) -> list[str]:
        return [row["task_id"] for row in body["tasks"]]

    def seen(self, body: dict[str, Any]) -> dict[str, Any]:
        names = ("task_id", "title", "description", "status", "priority", "tags", "context", "created_at")
        return {name: body[name] for name in names}

    def view(self, known: Known) -> dict[str, Any]:
        return {
            "task_id": f"tsk_{known.id}",
            "title": known.title,
            "description": known.description,
            "status": words.STATUS.show(known.status),
            "priority": words.PRIORITY.show(known.priority),
            "tags": known.tags,
            "context": known.context,
            "created_at": known.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }

    def change(self, spelled: str, fields: Mapping[str, Any]) -> Ask | None:
        return Ask("PATCH", f"/tasks/{spelled}", dict(fields))

    def sets(self) -> frozenset[str]:
        return frozenset({"title", "description", "tags", "context", "status", "priority"})

    def complete(self, spelled: str) -> Ask | None:
        return Ask("POST", f"/tasks/{spelled}/complete", {"resolution": "done"})

    def comment(self, spelled: str, text: str) -> Ask | None:
        return Ask("POST", f"/tasks/{spelled}/comments", {"text": text})

    def bad_word(self) -> Ask:
        return Ask("GET", "/tasks", query={"status": "done"})
