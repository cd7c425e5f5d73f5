"""What a notification says, in the app and as a mail."""

from tasktalk.runtime.ports import Letter
from tasktalk.runtime.tasks.model import spelled
from tasktalk.storage import accounts, notices
from tasktalk.storage.database import Reader
from tasktalk.storage.writes import Row

_MOST_OF_A_COMMENT = 500


def sentence(told: Row, actor: str | None = None) -> str:
    """What has happened, in a sentence; `actor` is the name of whoever did it, if it is known."""
    title, who = told["title"] or "a task that is gone", actor or told["actor"] or "Somebody"
    if told["actor"] and told["actor"].startswith("aut_"):
        who = "An automation"
    match told["kind"]:
        case "task_assigned":
            return f"{who} assigned to you: {title}"
        case "task_completed":
            return f"{who} completed: {title}"
        case "task_overdue":
            return f"Overdue: {title}"
        case "sla_warning":
            return f"Due soon: {title}"
        case "comment_added":
            return f"{who} commented on: {title}"
        case _:
            return told["text"] or title


def comment(told: Row) -> str | None:
    """The beginning of the comment that it tells of; None when it tells of something else."""
    pair = (told["changes"] or {}).get("text")
    if told["kind"] != "comment_added" or not pair:
        return None
    text = str(pair[1])
    return text if len(text) <= _MOST_OF_A_COMMENT else text[: _MOST_OF_A_COMMENT - 1] + "…"


async def letter_of(reader: Reader, notification_id: str) -> Letter | None:
    """The mail for a notification; None when it, or the recipient's address, is gone."""
    told = await notices.told(reader, notification_id)
    recipient = told and await accounts.user_by_id(reader, told["recipient"])
    if not told or not recipient or not recipient["email"]:
        return None
    actor = await accounts.user_by_id(reader, told["actor"]) if told["actor"] else None
    said = sentence(told, actor["name"] if actor else None)
    lines = [f"Hello {recipient['name']},", "", said + ("" if said.endswith((".", "!", "?")) else ".")]
    if text := comment(told):
        lines += ["", *(f"> {line}" for line in text.splitlines())]
    if told["task_id"]:
        lines += ["", f"Task {spelled(told['task_id'])}"]
    subject = " ".join(said.split())[:200]
    return Letter(told["id"], told["created_at"], recipient["email"], subject, "\n".join(lines) + "\n")
