"""ATTACH FILE TO TASK."""

from collections.abc import AsyncIterator
from typing import Any

from tasktalk.interpreter import values
from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.asking import is_web_address
from tasktalk.runtime.files import received
from tasktalk.runtime.ports import Fetched, Request
from tasktalk.runtime.tasks.attachments import Attachments, Stored, Storing
from tasktalk.runtime.tasks.references import task_id
from tasktalk.runtime.turn import Turn


@keyword(
    "ATTACH FILE TO TASK <task>, <name>, <content>",
    "ATTACH FILE TO TASK <task>, <address> [AS <called>]",
    returns="text",
)
async def attach_file_to_task(
    turn: Turn, task: Value, name: Value = None, content: Value = None, address: Value = None, called: Value = None
) -> str:
    """Hangs a file on a task: a text that the script has made, under a name, or what a web address has. Gives its id.

    Those who work on the task find the file in the task API. The text is written as UTF-8; the end of the name, such as
    .txt or .csv, says what it is.

    A file that somebody sent (HEAR AS FILE) is attached by its link. A file from the web keeps its name unless AS gives
    it another. Headers that SET HEADER has set go with the question, as with GET; a file has no limit but that of the
    server for files.

    Errors: task_not_found, file_too_large, no_file_store (whoever runs the server gave it no place for files), and
    for a web address forbidden-address, http-error, invalid-url, no-connection, timeout.

    Example:
        ' service: GET https://example.com/photos/fig.txt -> A fig, from the side
        id = CREATE TASK "Check the prices"
        ATTACH FILE TO TASK id, "prices.csv", CSV([{fruit: "fig", price: 2}])
        ATTACH FILE TO TASK id, "https://example.com/photos/fig.txt" AS "photo.txt"
        task = GET TASK id
        TALK task.attachments_count             ' bot: 2
    """
    wanted, store = task_id(task), turn.tasks.files
    await turn.tasks.get(wanted)  # before anything is stored
    if address is not None:
        return await _fetched(turn, wanted, values.text(address).strip(), called)
    async with received(store, _whole(values.text(content).encode(errors="replace"))) as found:
        storing = Storing(store, found)
        return (await Attachments(turn.tasks).add(wanted, storing, values.text(name), None)).id


async def _fetched(turn: Turn, wanted: str, address: str, called: Value) -> str:
    """Fetches once: a turn that is taken again finds the file where the first attempt stored it."""
    if not is_web_address(address):
        hint = 'write ATTACH FILE TO TASK id, "https://example.com/a.pdf", or a name and a text'
        raise Refused("invalid-url", "this is no web address", hint)
    headers, store = dict(turn.headers), turn.tasks.files

    async def take(fetched: Fetched) -> dict[str, Any]:
        with turn.taking(fetched.chunks) as chunks:
            async with received(store, chunks) as found:
                row = await Storing(store, found).stored(turn.work)
        return {"file_id": row["id"], "name": fetched.name, "mime_type": fetched.mime_type}

    async def call(key: str) -> dict[str, Any]:
        if turn.outside is None:
            raise Refused("no-connection", "other services cannot be asked here")
        return await turn.outside.fetch(Request("GET", address, headers, None, key), take)

    found: Any = await turn.step("file", ["GET", address, headers], call)
    name = found["name"] if called is None else values.text(called)
    kind = found["mime_type"] if called is None else None
    return (await Attachments(turn.tasks).add(wanted, Stored(found["file_id"]), name, kind)).id


async def _whole(data: bytes) -> AsyncIterator[bytes]:
    yield data
