"""What an API answers when it does not do what was asked: a status, a stable code and a sentence.

How that is spelled on the wire is the dialect's.
"""

from collections.abc import Mapping

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.engine import Stopped
from tasktalk.runtime.files import FilesAway
from tasktalk.storage.errors import DatabaseError

RETRY_SECONDS = 5
"""After how long a caller should come back; by then work that met no database is tried again, too."""

STATUS_OF_CODE: Mapping[str, int] = {
    "unauthorized": 401,
    "permission_denied": 403,
    "not_found": 404,
    "task_not_found": 404,
    "attachment_not_found": 404,
    "checklist_item_not_found": 404,
    "template_not_found": 404,
    "bot_not_found": 404,
    "workflow_not_found": 404,
    "step_not_found": 404,
    "contact_not_found": 404,
    "conversation_not_found": 404,
    "message_not_found": 404,
    "automation_not_found": 404,
    "notification_not_found": 404,
    "webhook_not_found": 404,
    "run_not_found": 404,
    "session_not_found": 404,
    "unknown_form": 404,
    "method_not_allowed": 405,
    "not_acceptable": 406,
    "blocked_by_dependency": 409,
    "conflict": 409,
    "invalid_transition": 409,
    "message_not_stuck": 409,
    "nobody_there": 409,
    "opted_out": 409,
    "session_over": 409,
    "step_in_use": 409,
    "task_claimed": 409,
    "with_bot": 409,
    "workflow_in_use": 409,
    "file_gone": 410,
    "file_too_large": 413,
    "precondition_failed": 412,
    "request_too_large": 413,
    "unsupported_media_type": 415,
    "idempotency_key_reused": 422,
    "limits_reached": 429,
    "rate_limit_exceeded": 429,
    "internal": 500,
    "no_file_store": 501,
    "unavailable": 503,
}
"""Codes that are not answered with 400, which all others are."""

_PASSING = frozenset({"unauthorized", "conflict", "limits_reached", "rate_limit_exceeded"})


class Problem(Exception):
    """An answer that is an error."""

    def __init__(
        self, code: str, message: str, headers: Mapping[str, str] | None = None, hint: str | None = None
    ) -> None:
        """`hint` is the way out, where there is one to tell."""
        super().__init__(message)
        self.code, self.message, self.headers, self.hint = code, message, dict(headers or {}), hint

    @classmethod
    def of(cls, refused: Refused) -> "Problem":
        """The answer for what the domain refused."""
        # The language spells its codes with hyphens, every task interface with underscores.
        return cls(refused.code.replace("-", "_"), refused.message, hint=refused.hint)

    @staticmethod
    def while_away(error: DatabaseError | FilesAway | Stopped) -> "Problem":
        """The answer while nothing can be written. The reason is for the log: anybody may ask."""
        headers = {"Retry-After": str(RETRY_SECONDS)}
        if isinstance(error, FilesAway):
            return Problem("unavailable", "Files cannot be stored or read at this moment; try it again", headers)
        what = "The server stops" if isinstance(error, Stopped) else "The database cannot be used at this moment"
        # Whether it was stored before that, nobody knows here.
        way_out = "send the same again, with the same id: it is done once, whether it came in now or not"
        return Problem("unavailable", f"{what}; {way_out}", headers)

    @property
    def sentence(self) -> str:
        """What is wrong, and the way out where there is one to tell."""
        return f"{self.message}; {self.hint}" if self.hint else self.message

    @property
    def is_passing(self) -> bool:
        """Whether the same request may well be answered otherwise the next time."""
        return self.status >= 500 or self.code in _PASSING

    @property
    def status(self) -> int:
        """The HTTP status."""
        return status_of(self.code)


def status_of(code: str) -> int:
    """The HTTP status of what is refused with a code."""
    return STATUS_OF_CODE.get(code, 400)
