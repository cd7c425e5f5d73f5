"""Changes who may do what. Each change is one write set with its event; an organisation always keeps an owner."""

from collections.abc import Mapping
from typing import Any

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.accounts import Organisation, User
from tasktalk.runtime.clock import Clock
from tasktalk.runtime.roles import ROLES, is_role
from tasktalk.runtime.schedules import zone_named
from tasktalk.runtime.tasks.sla import Sla
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import accounts
from tasktalk.storage.database import Database, Reader
from tasktalk.storage.writes import Conflict, Row

_ATTEMPTS = 20
_SOURCE = "administration"


class Administration:
    """The organisations, users and tokens of one database, as `actor` changes them."""

    def __init__(self, database: Database, clock: Clock, actor: str) -> None:
        self._database, self._clock, self._actor = database, clock, actor

    async def organisations(self) -> list[Organisation]:
        """Every organisation, eldest first."""
        async with self._database.read() as reader:
            rows = await accounts.organisations(reader)
        shown = ("id", "name", "has_directory", "runs_a_day", "timezone")
        return [Organisation(**{name: row[name] for name in shown}, sla=row["sla"] or {}) for row in rows]

    async def users(self, organisation_id: str) -> list[User]:
        """Every user of the organisation, eldest first. Raises Refused `organisation_not_found`."""
        async with self._database.read() as reader:
            await _organisation(reader, organisation_id)
            return [User.of(row) for row in await accounts.users(reader, organisation_id)]

    async def set_directory(self, organisation_id: str, *, has_directory: bool) -> None:
        """Whether tasks can be assigned to users alone from now on. Raises Refused `organisation_not_found`."""
        await self._set(organisation_id, {"has_directory": has_directory})

    async def set_timezone(self, organisation_id: str, timezone: str) -> None:
        """The time zone in which its days end and its automations act from now on; schedules that are there stay.

        Raises Refused `organisation_not_found` and `invalid-timezone`.
        """
        zone_named(timezone)
        await self._set(organisation_id, {"timezone": timezone})

    async def set_sla(self, organisation_id: str, wanted: Sla) -> None:
        """By when tasks are due from now on that nobody has given a due date; those that are there stay as they are.

        Raises Refused `organisation_not_found`.
        """
        await self._set(organisation_id, {"sla": dict(wanted) or None})

    async def sla(self, organisation_id: str) -> Sla:
        """What `set_sla` has said. Raises Refused `organisation_not_found`."""
        async with self._database.read() as reader:
            return (await _organisation(reader, organisation_id))["sla"] or {}

    async def _set(self, organisation_id: str, values: Mapping[str, Any]) -> None:
        work = self._unit()
        async with work.read() as reader:
            row = await _organisation(reader, organisation_id)
        await self._change(work, "organisation", row, organisation_id, values)

    async def set_runs_a_day(self, organisation_id: str, most: int | None) -> None:
        """How many runs the organisation's tasks may have in any 24 hours from now on; None is as many as they like.

        Raises Refused `organisation_not_found`.
        """
        work = self._unit()
        async with work.read() as reader:
            row = await _organisation(reader, organisation_id)
        await self._change(work, "organisation", row, organisation_id, {"runs_a_day": most})

    async def change_role(self, name: str, organisation_id: str, role: str) -> User:
        """Gives the user with this id, name or e-mail address another role.

        Raises Refused `invalid_role`, `user_not_found`, and `last_owner` where nobody would be one any more.
        """
        if not is_role(role):
            raise Refused("invalid_role", f"A role must be one of: {', '.join(ROLES)}, got {role}")
        return await self._change_user(name, organisation_id, {"role": role})

    async def disable(self, name: str, organisation_id: str) -> User:
        """Lets the user in no more; their tokens come back with them. Raises Refused as `change_role` does."""
        return await self._change_user(name, organisation_id, {"is_disabled": True})

    async def enable(self, name: str, organisation_id: str) -> User:
        """Lets a disabled user in again. Raises Refused `user_not_found`."""
        return await self._change_user(name, organisation_id, {"is_disabled": False})

    async def revoke(self, token_id: str) -> None:
        """Ends a token at once and for good. Raises Refused `token_not_found`."""
        work = self._unit()
        async with work.read() as reader:
            row = await accounts.token_by_id(reader, token_id)
        if row is None:
            raise Refused("token_not_found", f"There is no token {token_id}", "tasktalk token list shows them")
        work.writes.delete("token", {"id": token_id})
        self._record(work, "token_revoked", "token", row, row["organisation_id"], {"user": (row["user_id"], None)})
        await work.commit()

    async def _change_user(self, name: str, organisation_id: str, values: Mapping[str, Any]) -> User:
        for _ in range(_ATTEMPTS):
            work = self._unit()
            async with work.read() as reader:
                row = await accounts.user_named(reader, organisation_id, name)
                others = await accounts.users(reader, organisation_id) if row else []
            if row is None:
                raise Refused("user_not_found", f"There is no user {name}", "tasktalk user list shows them")
            after = {**row, **values}
            if _owns(row) and not _owns(after):
                heir = next((other for other in others if other["id"] != row["id"] and _owns(other)), None)
                if heir is None:
                    raise Refused("last_owner", f"{row['name']} is the only owner", "make somebody else an owner first")
                # Two owners who take each other's role away at the same time must not both succeed.
                work.writes.expect("user", {"id": heir["id"], "role": "owner", "is_disabled": False})
            try:
                await self._change(work, "user", row, organisation_id, values)
            except Conflict:
                continue
            return User.of(after)
        raise Refused("conflict", f"User {name} is being changed by too many others", "try again")

    async def _change(
        self, work: UnitOfWork, table: str, row: Row, organisation_id: str, values: Mapping[str, Any]
    ) -> None:
        changes = {field: (row[field], value) for field, value in values.items() if row[field] != value}
        if not changes:
            return
        written = {field: values[field] for field in changes}
        before = {field: row[field] for field in changes}
        if table == "organisation":
            before, written = {"version": row["version"]}, {**written, "version": row["version"] + 1}
        work.writes.update(table, {"id": row["id"], **before}, written)
        self._record(work, f"{table}_changed", table, row, organisation_id, changes)
        await work.commit()

    def _record(
        self,
        work: UnitOfWork,
        kind: str,
        subject: str,
        row: Row,
        organisation_id: str,
        changes: Mapping[str, tuple[object, object]],
    ) -> None:
        work.record(
            kind,
            subject,
            row["id"],
            organisation_id=organisation_id,
            actor=self._actor,
            source=_SOURCE,
            changes=changes,
        )

    def _unit(self) -> UnitOfWork:
        return UnitOfWork(self._database, self._clock.now())


async def _organisation(reader: Reader, organisation_id: str) -> Row:
    row = await accounts.organisation_by_id(reader, organisation_id)
    if row is None:
        raise Refused(
            "organisation_not_found", f"There is no organisation {organisation_id}", "tasktalk org list shows them"
        )
    return row


def _owns(row: Row) -> bool:
    return row["role"] == "owner" and not row["is_disabled"]
