"""How SQLite keeps a moment: our own text is SQLAlchemy's."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis.strategies import datetimes, just
from sqlalchemy import DateTime
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from tasktalk.storage.tables.columns import Moment


@given(datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=just(UTC)))  # noqa: DTZ001 - the bounds have none
def test_sqlite_has_a_moment_as_sqlalchemy_writes_it(moment: datetime) -> None:
    dialect = SQLiteDialect_pysqlite()
    of_sqlalchemy = DateTime().dialect_impl(dialect).bind_processor(dialect)
    ours: Any = Moment().dialect_impl(dialect).bind_processor(dialect)
    assert of_sqlalchemy is not None
    assert ours(moment) == ours(moment.astimezone(timezone(timedelta(hours=1)))) == of_sqlalchemy(moment)


def test_the_hour_that_comes_twice_is_kept_as_two_hours() -> None:
    """Moments of one zone are equal for Python wherever its clocks show the same."""
    ours: Any = Moment().dialect_impl(dialect := SQLiteDialect_pysqlite()).bind_processor(dialect)
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    second = first.replace(fold=1)
    assert first == second
    assert [ours(first), ours(second)] == ["2026-10-25 00:30:00.000000", "2026-10-25 01:30:00.000000"]
