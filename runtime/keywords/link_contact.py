"""LINK CONTACT."""

from tasktalk.interpreter import values
from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime import linking
from tasktalk.runtime.turn import Turn


@keyword("LINK CONTACT [<code>]", returns="any")
async def link_contact(turn: Turn, code: Value = None) -> Value:
    """Makes one person of two contacts of this bot, such as somebody's Telegram and their e-mail.

    Without a code it gives one, which the person is told in one talk. In the other talk they say it, and with it the
    keyword gives true, and false for any other: a code is good once and for ten minutes. From then on `username`, what
    SET USER notes and what REMEMBER keeps are the same in both. Where both knew something, that of the talk where the
    code was made stays. Talks, and STOP, stay apart. UNLINK CONTACT takes it back.

    Errors: too-many-attempts (five codes within an hour), unknown-contact (where nobody talks).

    Example:
        code = LINK CONTACT
        TALK LEN(code)                              ' bot: 11
        TALK IIF(LINK CONTACT("ABCDE-FGHJK"), "That is you.", "That code is not right.")
        ' bot: That code is not right.
    """
    return await linking.make_code(turn) if code is None else await linking.redeem(turn, values.text(code))
