"""What is remembered of the requests of users, as it is read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, select

from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import budget, kept_answer
from tasktalk.storage.writes import Row

_USER: BindParameter[Any] = bindparam("user_id", None)
_BEFORE: BindParameter[Any] = bindparam("before", None)
_LIMIT: BindParameter[Any] = bindparam("limit", None)

_BUDGET = select(budget).where(budget.c.user_id == _USER, budget.c.kind == bindparam("kind", None))
_ANSWER = select(kept_answer).where(kept_answer.c.user_id == _USER, kept_answer.c.key == bindparam("key", None))
_OLD_BUDGETS = (
    select(budget.c.user_id, budget.c.kind, budget.c.begun_at)
    .where(budget.c.begun_at < _BEFORE)
    .order_by(budget.c.begun_at)
    .limit(_LIMIT)
)
_OLD_ANSWERS = (
    select(kept_answer.c.user_id, kept_answer.c.key, kept_answer.c.created_at)
    .where(kept_answer.c.created_at < _BEFORE)
    .order_by(kept_answer.c.created_at)
    .limit(_LIMIT)
)


async def budget_of(reader: Reader, user_id: str, kind: str) -> Row | None:
    """What the user has spent of this kind, or None."""
    return await reader.glance(_BUDGET, {"user_id": user_id, "kind": kind})


async def answer(reader: Reader, user_id: str, key: str) -> Row | None:
    """The answer that is kept under the user's key, or None."""
    return await reader.glance(_ANSWER, {"user_id": user_id, "key": key})


async def old_budgets(reader: Reader, before: datetime, limit: int) -> Sequence[Row]:
    """The keys of budgets whose window began before then, each with the time."""
    return await reader.rows(_OLD_BUDGETS, {"before": before, "limit": limit})


async def old_answers(reader: Reader, before: datetime, limit: int) -> Sequence[Row]:
    """The keys of answers that were kept before then, each with the time."""
    return await reader.rows(_OLD_ANSWERS, {"before": before, "limit": limit})
