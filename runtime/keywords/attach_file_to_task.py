"""ATTACH FILE TO TASK."""

from collections.abc import AsyncIterator

from tasktalk.interpreter import values
from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.files import received
from tasktalk.runtime.tasks.attachments import Attachments, Storing
from tasktalk.runtime.tasks.references import task_id
from tasktalk.runtime.turn import Turn


@keyword("ATTACH FILE TO TASK <task>, <name>, <content>", returns="text")
async def attach_file_to_task(turn: Turn, task: Value, name: Value, content: Value) -> str:
    """Hangs a file on a task: a text that the script has made, under a name. Gives the attachment's id.

    Those who work on the task find the file in the task API. The text is written as UTF-8; the end of the name, such as
    .txt or .csv, says what it is.

    Errors: task_not_found, file_too_large, no_file_store (whoever runs the server gave it no place for files).

    Example:
        id = CREATE TASK "Check the prices"
        ATTACH FILE TO TASK id, "prices.csv", CSV([{fruit: "fig", price: 2}])
        task = GET TASK id
        TALK task.attachments_count             ' bot: 1
    """
    wanted, store = task_id(task), turn.tasks.files
    await turn.tasks.get(wanted)  # before anything is stored
    async with received(store, _whole(values.text(content).encode(errors="replace"))) as found:
        storing = Storing(store, found)
        return (await Attachments(turn.tasks).add(wanted, storing, values.text(name), None)).id


async def _whole(data: bytes) -> AsyncIterator[bytes]:
    yield data
