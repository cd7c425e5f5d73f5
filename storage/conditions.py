"""Conditions of which a partial index has the rows. They are written out: with parameters no index is used."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, literal_column

from tasktalk.storage.tables import conversation, message, run, session

IS_PENDING = message.c.status == literal_column("'pending'")
"""A message that is to be heard or delivered."""
IS_STUCK = message.c.status.in_([literal_column(f"'{status}'") for status in ("dead", "parked", "withheld")])
"""A message that goes on only when a person says so."""
IS_WAITING = session.c.status == literal_column("'waiting'")
IS_QUEUED = and_(run.c.status == literal_column("'queued'"), run.c.begins_at.is_(None))
"""A run whose turn is to be taken; one with a time to begin stands in the line of its task before that."""
IS_CALL = conversation.c.channel == literal_column("'call'")


def answers(answer: Any, question: Any) -> Sequence[ColumnElement[bool]]:
    """The two ways, each with an index, in which a message is found to belong to the answer to another one."""
    right_behind = question.c.sequence + literal_column("1")
    is_answer = and_(answer.c.conversation_id == question.c.conversation_id, answer.c.answers == question.c.sequence)
    is_elsewhere = answer.c.answers != answer.c.sequence - literal_column("1")
    return and_(is_answer, answer.c.sequence == right_behind), and_(is_answer, is_elsewhere)


def in_buckets(buckets: Collection[int] | None, query: Select[Any], conversation_id: ColumnElement[Any]) -> Select[Any]:
    """The query's rows of conversations in these buckets; all of them for None."""
    if buckets is None:
        return query
    # Of its own name: the query may join the conversation, too, and would take this one for the same.
    owner = conversation.alias("owner")
    found = exists().where(owner.c.id == conversation_id, owner.c.bucket.in_(sorted(buckets)))
    return query.where(found)


def is_of_task(runs: Any) -> ColumnElement[bool]:
    """Handlers of events run about a task, and not for it."""
    found: ColumnElement[bool] = runs.c.cause.not_in([literal_column("'event'"), literal_column("'call'")])
    return found
