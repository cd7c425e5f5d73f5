"""What follows from a change: who is told, what is sent out, and the rules that act by themselves."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from tasktalk.storage.tables.columns import Json, Moment, id_column, metadata

watcher = Table(  # a user who wants to be told what happens to a task
    "watcher",
    metadata,
    Column("task_id", String(40), primary_key=True),
    Column("user_id", String(40), primary_key=True),
    Column("created_at", Moment, nullable=False),
)

notification_setting = Table(  # of what, how and as whom a user wants to be told
    "notification_setting",
    metadata,
    id_column(),  # the user's
    Column("events", Json, nullable=False),
    Column("channels", Json, nullable=False),
    Column("recipients", Json, nullable=False),
    Column("version", Integer, nullable=False),
)

notification = Table(  # one thing that one user is told in one way
    "notification",
    metadata,
    id_column(),
    Column("organisation_id", String(40), nullable=False),
    Column("recipient", String(40), nullable=False),
    Column("channel", String(16), nullable=False),  # in_app, email
    # task_assigned, task_completed, task_overdue, comment_added, automation:<id of the rule>
    Column("kind", String(40), nullable=False),
    Column("event_id", String(40), nullable=False),
    Column("task_id", String(40)),
    Column("text", Text),  # of a rule's own
    Column("created_at", Moment, nullable=False),
    Column("read_at", Moment),
    Column("version", Integer, nullable=False),
    UniqueConstraint("event_id", "kind", "recipient", "channel"),
    Index("ix_notification_inbox", "recipient", "channel", "id"),
    Index(
        "ix_notification_unread",
        "recipient",
        "channel",
        sqlite_where=text("read_at IS NULL"),
        postgresql_where=text("read_at IS NULL"),
    ),
)

webhook = Table(  # an address that wants to be told what happens to an organisation's tasks
    "webhook",
    metadata,
    id_column(),
    Column("organisation_id", ForeignKey("organisation.id"), nullable=False, index=True),
    Column("url", Text, nullable=False),
    Column("events", Json, nullable=False),
    Column("secret", Text, nullable=False),  # what is signed with: it has to be kept as it is
    Column("created_by", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("version", Integer, nullable=False),
    Column("form", String(16), nullable=False, server_default=text("'plain'")),  # in whose words it is told
)

parcel = Table(  # what is to be brought to somebody outside; it goes when it has arrived
    "parcel",
    metadata,
    id_column(),  # by which the other side knows it again
    Column("kind", String(16), nullable=False),  # email, webhook
    Column("line", String(100), nullable=False),  # what stands in one line arrives in order
    Column("target", String(40), nullable=False),  # of a webhook its id, of a mail the notification's
    Column("subject", String(16), nullable=False),  # what it tells of: a task, a conversation, a message
    Column("subject_id", String(40), nullable=False, index=True),
    Column("sequence", Integer, nullable=False),  # of the event that it tells of
    Column("content", Json),
    Column("status", String(16), nullable=False),  # pending, dead
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Moment),
    Column("error", Text),
    Column("created_at", Moment, nullable=False),
    Index(
        "ix_parcel_pending",
        "line",
        "sequence",
        "id",
        sqlite_where=text("status = 'pending'"),
        postgresql_where=text("status = 'pending'"),
    ),
    Index(
        "ix_parcel_dead",
        "target",
        "sequence",
        sqlite_where=text("status = 'dead'"),
        postgresql_where=text("status = 'dead'"),
    ),
    Index("ix_parcel_target", "target"),
)

automation = Table(  # a rule: what is to be done when something happens
    "automation",
    metadata,
    id_column(),
    Column("organisation_id", ForeignKey("organisation.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("trigger_type", String(20), nullable=False),
    Column("trigger_value", Text, nullable=False),
    Column("action", Json, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("version", Integer, nullable=False),
    Index("ix_automation_trigger", "organisation_id", "trigger_type"),
)

automation_done = Table(  # a tagged conversation on which a rule has acted, and never acts again
    "automation_done",
    metadata,
    Column("automation_id", ForeignKey("automation.id"), primary_key=True),
    Column("conversation_id", String(40), primary_key=True, index=True),
    Column("created_at", Moment, nullable=False),
)

conversation_tag = Table(
    "conversation_tag",
    metadata,
    id_column(),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    Column("tag", Text, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("conversation_id", "tag"),
)
