"""Whom a task is given to: a bot's name behind `agent_` is the id of an agent, every other id is what it is."""

from collections.abc import Callable
from typing import Final, TypeAlias

IsBot: TypeAlias = Callable[[str], bool]

AGENT: Final = "agent_"


def read(said: str, is_bot: IsBot) -> str:
    """The assignee that an id names."""
    name = said.removeprefix(AGENT)
    return name if name != said and is_bot(name) and not is_bot(said) else said


def shown(assignee: str, is_bot: IsBot) -> str:
    """The id, which names the same assignee when it comes back."""
    named = AGENT + assignee
    is_agent = not assignee.startswith(AGENT) and is_bot(assignee) and not is_bot(named)
    return named if is_agent else assignee


def kind(assignee: str | None, said: str | None, is_bot: IsBot) -> str:
    """Whether the assignee is an agent or a user: as somebody said, or as there is such a bot."""
    if said is not None:
        return said
    return "agent" if assignee is not None and is_bot(assignee) else "user"
