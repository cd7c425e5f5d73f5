"""GET."""

from tasktalk.interpreter import values
from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.turn import Turn


def is_web_address(text: str) -> bool:
    """Whether GET is asked for something from the web, which it cannot fetch."""
    return text.lower().startswith(("http://", "https://"))


@keyword("GET <name>", returns="any", is_open=True)
async def get(turn: Turn, name: Value) -> Value:
    """What is known of this conversation, `"session.…"`, or of the person in it, `"user.…"`.

    `session.id`, `session.channel`, `session.bot` and what SET CONTEXT noted; `user.id`, `user.name`, `user.email`,
    `user.language`, `user.channel` and what was remembered about the person. What is not there is NULL.

    Errors: not-readable.

    Example:
        SET USER NAME "Ana"
        REMEMBER "town" = "Recife"
        TALK GET "user.name"                    ' bot: Ana
        TALK GET "user.town"                    ' bot: Recife
        TALK GET("session.plan") IS NULL        ' bot: true
    """
    written = values.text(name).strip()
    whose, _, key = written.partition(".")
    if not key or whose.lower() not in {"session", "user"}:
        hint = 'write GET "session.plan" or GET "user.name"'
        if is_web_address(written):
            hint = f"GET of a web address is a keyword of General Bots that TaskTalk does not have yet; {hint}"
        raise Refused("not-readable", f'GET cannot read "{written[:80]}"', hint)
    if whose.lower() == "session":
        known = {"id": turn.conversation_id, "channel": turn.channel, "bot": turn.bot}
        return known[key.lower()] if key.lower() in known else await turn.conversation_memory.get(key)
    person = {
        "id": turn.contact,
        "name": turn.predefined("username"),
        "email": turn.predefined("useremail"),
        "language": turn.profile.language,
        "channel": turn.channel,
    }
    return person[key.lower()] if key.lower() in person else await turn.user_memory.get(key)
