"""SET USER."""

from tasktalk.interpreter import values
from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.answers import KINDS
from tasktalk.runtime.turn import Turn


@keyword("SET USER [<name>[, <email>]] [NAME <full_name>] [EMAIL <address>]", returns="nothing")
def set_user(
    turn: Turn, name: Value = None, email: Value = None, full_name: Value = None, address: Value = None
) -> None:
    """Notes who the person is: `username` is that name then, `useremail` and `user` are that e-mail address.

    It holds in all further talks with this contact. An e-mail address that stands first is taken for one. Nobody has
    checked that the person is who they say: do not open doors by it.

    Errors: invalid-email, missing-argument.

    Example:
        SET USER "Ana Souza", "ana@example.com"
        TALK "${username}, ${useremail}"        ' bot: Ana Souza, ana@example.com
        SET USER NAME "Ana"
        TALK username                           ' bot: Ana
    """
    said_name, said_email = full_name if full_name is not None else name, address if address is not None else email
    if full_name is None and said_email is None and "@" in values.text(said_name):
        said_name, said_email = None, said_name
    if said_name is None and said_email is None:
        raise Refused("missing-argument", "SET USER needs a name or an e-mail address", 'write SET USER NAME "Ana"')
    if said_email is not None:
        found = KINDS["EMAIL"].read(values.text(said_email).strip(), turn.now())
        if found is None:
            raise Refused("invalid-email", f'"{values.text(said_email)[:80]}" is no e-mail address', None)
        turn.profile.email = values.text(found)
    if said_name is not None:
        turn.profile.name = values.text(said_name).strip()[:200] or None
