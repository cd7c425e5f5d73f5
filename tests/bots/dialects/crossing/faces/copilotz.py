"""Copilotz, as the tests across the interfaces know it."""

from collections.abc import Mapping
from typing import Any, ClassVar

from tasktalk.bots.dialects.copilotz import words
from tests.bots.dialects.crossing.faces.face import Ask, Face, Known

_NAMES = {"title": "name", "description": "description", "metadata": "context", "status": "status"}


class Copilotz(Face):
    name = "copilotz"
    mount = "/copilotz/rest"
    status = words.STATUS
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
        assert set(body) == {"error"}
        assert set(body["error"]) == {"message", "code"}
        assert isinstance(body["error"]["message"], str)
        return body["error"]["code"]

    def create(self, title: str, **fields: Any) -> Ask:
        context = {**fields.get("context", {}), **({"tags": fields["tags"]} if fields.get("tags") else {})}
        said = {"description": fields["description"]} if "description" in fields else {}
        return Ask("POST", "/tasks", {"name": title, "status": "pending", "context": context, **said})

    def id_in(self, body: dict[str, Any]) -> str:
        return str(body["_id"])

    def get(self, spelled: str) -> Ask:
        return Ask("GET", f"/tasks/{spelled}")

    def delete(self, spelled: str) -> Ask:
        return Ask("DELETE", f"/tasks/{spelled}")

    def page(self, *, with_scheduled: bool = False) -> Ask:
        return Ask("GET", "/tasks", query={"limit": "100"} | ({"include": "scheduled"} if with_scheduled else {}))

    def ids_in(self, body: Any) -> list[str]:
        return [str(row["_id"]) for row in body["data"]]

    def seen(self, body: dict[str, Any]) -> dict[str, Any]:
        return {name: body[name] for name in ("_id", "name", "description", "status", "context", "createdAt")}

    def view(self, known: Known) -> dict[str, Any]:
        return {
            "_id": known.number,
            "name": known.title,
            "description": known.description,
            "status": words.STATUS.show(known.status),
            "context": known.metadata,
            "createdAt": known.created_at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        }

    def change(self, spelled: str, fields: Mapping[str, Any]) -> Ask | None:
        sent = {_NAMES[name]: value for name, value in fields.items()}
        return Ask("PUT", f"/tasks/{spelled}", sent, headers={"X-Context-Mode": "replace"})

    def sets(self) -> frozenset[str]:
        return frozenset(_NAMES)

    def may_become(self, before: Any, after: Any) -> bool:
        return True

    def bad_word(self) -> Ask:
        return Ask("GET", "/tasks", query={"status": "done"})
