"""What hangs on a task: comments, messages, attachments; files, also of talks; and templates to make tasks from."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from tasktalk.storage.tables.columns import Id, Json, Moment, id_column, metadata, packed_id_column

comment = Table(
    "comment",
    metadata,
    id_column(),
    Column("task_id", ForeignKey("task.id"), nullable=False),
    Column("text", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("mentions", Json, nullable=False),  # ids of users
    Column("attachments", Json, nullable=False),  # ids of the task's attachments, also of those that are gone by now
    Column("created_at", Moment, nullable=False),
    Index("ix_comment_task", "task_id", "created_at", "id"),
)

task_message = Table(  # what was said to whoever does a task, outside of the conversations of its runs
    "task_message",
    metadata,
    packed_id_column(),
    Column("organisation_id", ForeignKey("organisation.id"), nullable=False),
    Column("task_id", ForeignKey("task.id"), nullable=False),
    Column("role", String(9), nullable=False),  # user, assistant
    Column("author", Text, nullable=False),
    Column("content", Json, nullable=False),  # a list of blocks, kept as they came
    Column("created_at", Moment, nullable=False),
    Index("ix_task_message_task", "task_id", "created_at", "id"),
)

file = Table(  # bytes that are kept outside of the database, once for all that have the same
    "file",
    metadata,
    id_column(),
    Column("digest", String(64), nullable=False, index=True),  # SHA-256, in hexadecimal digits
    Column("size_bytes", BigInteger, nullable=False),
    # coming: not stored yet, kept: stored, and others may refer to it, going: being removed
    Column("status", String(8), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("version", Integer, nullable=False),  # grows with each that refers to it, so that none comes to what goes
)

attachment = Table(
    "attachment",
    metadata,
    id_column(),
    Column("task_id", ForeignKey("task.id"), nullable=False),
    Column("file_id", ForeignKey("file.id"), nullable=False, index=True),
    Column("filename", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("mime_type", Text, nullable=False),
    Column("uploaded_by", Text, nullable=False),
    Column("uploaded_at", Moment, nullable=False),
    Index("ix_attachment_task", "task_id", "uploaded_at", "id"),
)

message_file = Table(  # a file of which a message tells; it is needed for as long as that message is there
    "message_file",
    metadata,
    Column("message_id", Id(40), primary_key=True),
    Column("file_id", ForeignKey("file.id"), primary_key=True, index=True),
)

template = Table(
    "template",
    metadata,
    id_column(),
    Column("organisation_id", ForeignKey("organisation.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("description_template", Text, nullable=False),
    Column("default_priority", String(8), nullable=False),
    Column("default_tags", Json, nullable=False),
    Column("checklist", Json, nullable=False),  # texts, in their order
    Column("created_by", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Index("ix_template_organisation", "organisation_id", "id"),
)
