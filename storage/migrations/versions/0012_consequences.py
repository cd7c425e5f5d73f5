"""What follows from a change: watchers, notifications, webhooks, automations, tags of conversations."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_JSON = sa.JSON(none_as_null=True)
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "watcher",
        sa.Column("task_id", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("task_id", "user_id", name=op.f("pk_watcher")),
    )
    op.create_table(
        "notification_setting",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("events", _JSON, nullable=False),
        sa.Column("channels", _JSON, nullable=False),
        sa.Column("recipients", _JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_setting")),
    )
    op.create_table(
        "notification",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.String(length=40), nullable=False),
        sa.Column("recipient", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("event_id", sa.String(length=40), nullable=False),
        sa.Column("task_id", sa.String(length=40), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("read_at", _MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        sa.UniqueConstraint(
            "event_id", "kind", "recipient", "channel", name=op.f("uq_notification_event_id_kind_recipient_channel")
        ),
    )
    op.create_index("ix_notification_inbox", "notification", ["recipient", "channel", "id"])
    is_unread = sa.text("read_at IS NULL")
    op.create_index(
        "ix_notification_unread",
        "notification",
        ["recipient", "channel"],
        sqlite_where=is_unread,
        postgresql_where=is_unread,
    )
    op.create_table(
        "webhook",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.String(length=40), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("events", _JSON, nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_webhook_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    op.create_index(op.f("ix_webhook_organisation_id"), "webhook", ["organisation_id"])
    op.create_table(
        "parcel",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("line", sa.String(length=100), nullable=False),
        sa.Column("target", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("content", _JSON, nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", _MOMENT, nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parcel")),
    )
    is_pending, is_dead = sa.text("status = 'pending'"), sa.text("status = 'dead'")
    op.create_index(
        "ix_parcel_pending",
        "parcel",
        ["line", "sequence", "id"],
        sqlite_where=is_pending,
        postgresql_where=is_pending,
    )
    op.create_index("ix_parcel_dead", "parcel", ["target", "sequence"], sqlite_where=is_dead, postgresql_where=is_dead)
    op.create_index(op.f("ix_parcel_subject_id"), "parcel", ["subject_id"])
    op.create_index("ix_parcel_target", "parcel", ["target"])
    op.create_table(
        "automation",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("trigger_type", sa.String(length=20), nullable=False),
        sa.Column("trigger_value", sa.Text(), nullable=False),
        sa.Column("action", _JSON, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_automation_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_automation")),
    )
    op.create_index("ix_automation_trigger", "automation", ["organisation_id", "trigger_type"])
    op.create_table(
        "automation_done",
        sa.Column("automation_id", sa.String(length=40), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["automation_id"], ["automation.id"], name=op.f("fk_automation_done_automation_id")),
        sa.PrimaryKeyConstraint("automation_id", "conversation_id", name=op.f("pk_automation_done")),
    )
    op.create_index(op.f("ix_automation_done_conversation_id"), "automation_done", ["conversation_id"])
    op.create_table(
        "conversation_tag",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_conversation_tag_conversation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation_tag")),
        sa.UniqueConstraint("conversation_id", "tag", name=op.f("uq_conversation_tag_conversation_id_tag")),
    )


def downgrade() -> None:
    raise NotImplementedError("keep a copy of the database before an upgrade instead")
