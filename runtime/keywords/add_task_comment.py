"""ADD TASK COMMENT."""

from tasktalk.interpreter import values
from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.tasks.comments import Comments
from tasktalk.runtime.tasks.references import tag_list, task_id
from tasktalk.runtime.turn import Turn


@keyword("ADD TASK COMMENT <task>, <text> [MENTION <users>]", returns="text")
async def add_task_comment(turn: Turn, task: Value, text: Value, users: Value = None) -> str:
    """Says something about a task, for all who work on it. Gives the comment's id.

    Who is to be told of it stands behind MENTION: the id of a user, or a list of them. What happens then in other
    scripts is theirs: ON TASK COMMENTED.

    Errors: task_not_found, missing_text, invalid_mentions.

    Example:
        id = CREATE TASK "Call Ana back", "bob"
        ADD TASK COMMENT id, "She is in after five" MENTION "bob"
        task = GET TASK id
        TALK task.comments_count                ' bot: 1
    """
    said = values.text_or_none(text)
    mentions = None if users is None else tag_list(users)
    return (await Comments(turn.tasks).add(task_id(task), said, mentions)).id
