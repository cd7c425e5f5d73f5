"""What followers leave to be brought outside because of an event; `post.py` brings it."""

from datetime import datetime
from typing import Any, Literal

from tasktalk.storage.writes import Row, WriteSet


def leave(
    writes: WriteSet,
    event: Row,
    now: datetime,
    *,
    parcel_id: str,
    kind: Literal["email", "webhook"],
    line: str,
    target: str,
    content: Any = None,
) -> None:
    """Adds a parcel. Those of a line arrive in the order of their events; all of a target can be dropped together.

    `parcel_id` is what the other side knows it by, however often it is sent.
    """
    writes.insert(
        "parcel",
        {
            "id": parcel_id,
            "kind": kind,
            "line": line,
            "target": target,
            "subject": event["subject"],
            "subject_id": event["subject_id"],
            "sequence": event["sequence"],
            "content": content,
            "status": "pending",
            "attempts": 0,
            "next_attempt_at": None,
            "error": None,
            "created_at": now,
        },
    )
