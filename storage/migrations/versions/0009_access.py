"""Users have roles, organisations may have a directory, and what users do is counted and answered once.

The eldest user of each organisation becomes its owner, all others members; tokens stay good.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    off = sa.text("false")
    op.add_column("organisation", sa.Column("has_directory", sa.Boolean(), server_default=off, nullable=False))
    role = sa.Column("role", sa.String(length=8), server_default=sa.text("'member'"), nullable=False)
    op.add_column("user", role)
    op.add_column("user", sa.Column("is_disabled", sa.Boolean(), server_default=off, nullable=False))
    op.execute(_ELDEST_OWN)
    op.create_index("ix_token_user_id", "token", ["user_id"], unique=False)
    op.add_column("token", sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "budget",
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_budget_user_id")),
        sa.PrimaryKeyConstraint("user_id", "kind", name=op.f("pk_budget")),
    )
    op.create_index("ix_budget_begun_at", "budget", ["begun_at"], unique=False)
    op.create_table(
        "kept_answer",
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_kept_answer_user_id")),
        sa.PrimaryKeyConstraint("user_id", "key", name=op.f("pk_kept_answer")),
    )
    op.create_index("ix_kept_answer_created_at", "kept_answer", ["created_at"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("keep a copy of the database before an upgrade instead")


_user = sa.table("user", sa.column("id"), sa.column("organisation_id"), sa.column("created_at"), sa.column("role"))
_elder = _user.alias("elder")
_ELDEST_OWN = (
    sa.update(_user)
    .values(role="owner")
    .where(
        ~sa.exists().where(
            _elder.c.organisation_id == _user.c.organisation_id,
            sa.or_(
                _elder.c.created_at < _user.c.created_at,
                sa.and_(_elder.c.created_at == _user.c.created_at, _elder.c.id < _user.c.id),
            ),
        )
    )
)
