"""What the columns of all tables are made of. Times are aware UTC; ids are texts that the application makes."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    Dialect,
    MetaData,
    String,
    TypeDecorator,
)

from tasktalk.storage.packed_ids import packed, unpacked

KEPT = "kept"
"""Under which a column's `info` says that of two numbers the lesser (<) or the greater one (>) is kept where others are
added up (`writes.Add`)."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_TWO_DIGITS = [f"{number:02}" for number in range(60)]


class Moment(TypeDecorator[datetime]):
    """An aware UTC time on every database; SQLite keeps it as text that sorts by time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else _in_utc(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)

    def bind_processor(self, dialect: Dialect) -> Any:
        """SQLite's text is made in one call, as it is read: SQLAlchemy's own takes ten times as long."""
        return _as_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Of SQLite's text the time is read in one call: rows have so many that it is seen in every list."""
        return _of_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _as_text(value: datetime | None) -> str | None:
    if value is None:
        return None
    return _text_of(value if value.tzinfo is UTC else _in_utc(value))


@lru_cache(maxsize=256)
def _text_of(moment: datetime) -> str:
    """Of a moment in UTC, which is all that makes equal ones the same: most of what a turn writes is of one moment.

    As `isoformat(" ", "microseconds")` has it, without the zone; that takes twice as long.
    """
    day = f"{moment.year:04}-{_TWO_DIGITS[moment.month]}-{_TWO_DIGITS[moment.day]}"
    hour, minute, second = _TWO_DIGITS[moment.hour], _TWO_DIGITS[moment.minute], _TWO_DIGITS[moment.second]
    return f"{day} {hour}:{minute}:{second}.{moment.microsecond:06}"


def _in_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"a time without a zone cannot be stored: {value}")
    return value.astimezone(UTC)


def _of_text(stored: str | None) -> datetime | None:
    return None if stored is None else datetime.fromisoformat(stored + "Z")


class Id(TypeDecorator[str]):
    """An id that talks are full of: a text like every id, which SQLite keeps in fewer bytes.

    It equals no column of another type, so whatever is compared with such a column must be one, too.
    """

    impl = String
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Any:
        return _as_bytes if dialect.name == "sqlite" else None

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        return _of_bytes if dialect.name == "sqlite" else None


def _as_bytes(value: str | None) -> bytes | str | None:
    return None if value is None else packed(value)


def _of_bytes(stored: bytes | str | None) -> str | None:
    return unpacked(stored) if stored.__class__ is bytes else stored  # type: ignore[return-value]


Json = JSON(none_as_null=True)


def id_column() -> Column[str]:
    """The primary key that the application makes."""
    return Column("id", String(40), primary_key=True)


def packed_id_column(length: int = 40) -> Column[str]:
    """The same, of which there are so many that their bytes count."""
    return Column("id", Id(length), primary_key=True)
