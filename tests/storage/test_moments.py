"""How SQLite keeps a moment: our own text is SQLAlchemy's."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

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
