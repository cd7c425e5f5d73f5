"""Which fields a request may have: one that nobody reads is a mistake that would go unseen."""

from collections.abc import Collection, Iterable

from tasktalk.interpreter.errors import Refused


def refuse_unknown(
    sent: Iterable[str], known: Collection[str], read_only: Collection[str] = (), passed_over: Collection[str] = ()
) -> None:
    """Refuses `unknown_field` for what a request has and nobody reads, `read_only_field` for what nobody can set. What
    is passed over may be sent back as it was read."""
    for field in sent:
        if field in known or field in passed_over:
            continue
        if field in read_only:
            raise Refused("read_only_field", f"Field {field} cannot be changed")
        told = f"the fields are: {', '.join(known)}" if known else "nothing is to be said here"
        raise Refused("unknown_field", f"There is no field {field[:100]}; {told}")
