"""The addresses that want to be told."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from tasktalk.storage.many import rows_of
from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import webhook
from tasktalk.storage.writes import Row

_WEBHOOKS = select(webhook).order_by(webhook.c.created_at, webhook.c.id)


async def by_id(reader: Reader, webhook_id: str) -> Row | None:
    """The row, whichever organisation it belongs to."""
    return await reader.row(select(webhook).where(webhook.c.id == webhook_id))


async def of_organisations(reader: Reader, organisation_ids: Collection[str]) -> Sequence[Row]:
    """All of these organisations, the eldest first."""
    return await rows_of(reader, _WEBHOOKS, webhook.c.organisation_id, organisation_ids)
