"""What `serve` would refuse at its start, tried without serving: its options together, its sockets, its database."""

import json
import urllib.request
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import click

from tasktalk.bots.cli._config import Configured
from tasktalk.bots.cli._listening import CannotListen, listening
from tasktalk.bots.cli.serve import url_of, with_server
from tasktalk.storage.database import demand_place
from tasktalk.storage.errors import DatabaseError

if TYPE_CHECKING:
    from tasktalk.bots.dialects.mounting import Serving

_PATIENCE_SECONDS = 2


class WouldNotStart(Exception):
    """Why the server would end before it serves anybody."""


def attempt(configured: Configured) -> list[str]:
    """What is worth knowing about a server that this file and the environment tell what to do. Raises WouldNotStart."""
    try:
        defaults = configured.defaults(_attempted)
        return list(_attempted.main([], "serve", standalone_mode=False, default_map=defaults))
    except (CannotListen, DatabaseError) as problem:
        raise WouldNotStart(str(problem)) from None
    except click.ClickException as problem:
        raise WouldNotStart(problem.message) from None


@click.command("serve")
@with_server
def _attempted(db: str, host: str, port: int, serving: "Serving", **_: Any) -> list[str]:
    demand_place(db)
    notes = []
    with ExitStack() as stack:
        for option, each in [
            ("--port", port),
            *((f"--port-of {name}=", own) for name, own in serving.ports.items()),
        ]:
            try:
                stack.enter_context(listening(host, each, option))
            except CannotListen as problem:
                if not (problem.is_taken and _is_ours(url_of(host, each))):
                    raise
                notes.append(f"A server of TaskTalk runs at {url_of(host, each)}: channels change while it does.")
    return notes


def _is_ours(url: str) -> bool:
    """Whether a server of this program answers there."""
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=_PATIENCE_SECONDS) as answer:  # noqa: S310 - our own
            return bool(json.loads(answer.read(1000)) == {"status": "ok"})
    except (OSError, ValueError):
        return False
