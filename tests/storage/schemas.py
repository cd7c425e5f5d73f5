"""What is in a database, to be compared with what is in another."""

from sqlalchemy import Connection, inspect
from sqlalchemy.engine.interfaces import ReflectedIndex


def objects(connection: Connection) -> dict[str, object]:
    """Every table with its columns, indexes and constraints, each in a fixed order."""
    found = inspect(connection)
    return {
        table: (
            sorted((c["name"], str(c["type"]), c["nullable"], c["default"]) for c in found.get_columns(table)),
            sorted((i["name"], i["column_names"], i["unique"], _options(i)) for i in found.get_indexes(table)),
            str(found.get_pk_constraint(table)),
            sorted(map(str, found.get_foreign_keys(table))),
            sorted(map(str, found.get_unique_constraints(table))),
        )
        for table in found.get_table_names()
    }


def _options(index: ReflectedIndex) -> list[tuple[str, str]]:
    return sorted((name, str(value)) for name, value in index.get("dialect_options", {}).items())
