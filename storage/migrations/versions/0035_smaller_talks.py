"""One index finds the sessions of a conversation, and those of them that wait; all that wait a far smaller one.

Programs are known by half of the hash, and a message knows the turn that said it until it has gone out.
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


_DIGITS = 32
_PROGRAM = sa.table("program", *(sa.column(name) for name in ("id", "bot", "name", "source", "created_at")))
_MESSAGE = sa.table("message", *(sa.column(name) for name in ("turn_id", "direction", "status")))


def upgrade() -> None:
    _indexes()
    # Half of a hash says which program it is as surely; states that have all of it are read as if they had the half.
    is_whole = sa.func.length(_PROGRAM.c.id) > _DIGITS
    half = sa.func.substr(_PROGRAM.c.id, 1, _DIGITS)
    _, *others = _PROGRAM.c
    op.execute(_PROGRAM.insert().from_select(list(_PROGRAM.c), sa.select(half, *others).where(is_whole)))
    for name in ("session", "run_start"):
        table = sa.table(name, sa.column("program_id"))
        op.execute(table.update().values(program_id=sa.func.substr(table.c.program_id, 1, _DIGITS)))
    op.execute(_PROGRAM.delete().where(is_whole))
    is_done = (_MESSAGE.c.direction == "in") | (_MESSAGE.c.status == "delivered")
    op.execute(_MESSAGE.update().where(is_done, _MESSAGE.c.turn_id.is_not(None)).values(turn_id=None))


def _indexes() -> None:
    op.drop_index("ix_session_open", "session")
    op.drop_index("ix_session_conversation_id", "session")
    op.create_index("ix_session_conversation", "session", ["conversation_id", "status"], unique=False)
    is_waiting = sa.text("status = 'waiting'")
    op.create_index(
        "ix_session_waiting",
        "session",
        ["run_id"],
        unique=False,
        sqlite_where=is_waiting,
        postgresql_where=is_waiting,
    )


def downgrade() -> None:
    raise NotImplementedError("keep a copy of the database before an upgrade instead")
