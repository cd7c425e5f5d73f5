"""GET."""

from tasktalk.interpreter import values
from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.asking import ask, is_web_address
from tasktalk.runtime.turn import Turn


@keyword("GET <name>", returns="any", is_open=True)
async def get(turn: Turn, name: Value) -> Value:
    """What another service has at a web address; or what is known here, `"session.plan"` or `"user.name"`.

    From a web address JSON comes back as the value that it spells, anything else as a text, nothing as NULL.

    `session.id`, `session.channel`, `session.bot` and what SET CONTEXT noted; `user.id`, `user.name`, `user.email`,
    `user.language`, `user.channel` and what was remembered about the person. What is not there is NULL.

    Errors: not-readable; for a web address forbidden-address, http-error, invalid-url, limit, no-connection, timeout.

    Example:
        SET USER NAME "Ana"
        REMEMBER "town" = "Recife"
        TALK GET "user.name"                    ' bot: Ana
        TALK GET "user.town"                    ' bot: Recife
        TALK GET("session.plan") IS NULL        ' bot: true
        ' service: GET https://api.example.com/rates -> {"EUR": 5.4}
        rates = GET "https://api.example.com/rates"
        TALK rates.EUR                          ' bot: 5.4
    """
    written = values.text(name).strip()
    if is_web_address(written):
        return await ask(turn, "GET", written)
    whose, _, key = written.partition(".")
    if not key or whose.lower() not in {"session", "user"}:
        hint = 'write GET "https://example.com/prices", GET "session.plan" or GET "user.name"'
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
