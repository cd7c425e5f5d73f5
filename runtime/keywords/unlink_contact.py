"""UNLINK CONTACT."""

from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime import linking
from tasktalk.runtime.turn import Turn


@keyword("UNLINK CONTACT", returns="boolean")
async def unlink_contact(turn: Turn) -> Value:
    """Parts the contact of this talk from those that LINK CONTACT has made one person of; false where there are none.

    What is known of the person stays with the other contacts. This one begins anew: no name, no memory.

    Errors: unknown-contact (where nobody talks).

    Example:
        TALK UNLINK CONTACT                         ' bot: false
    """
    return await linking.unlink(turn)
