"""The web address of a provider's interface in tasktalk.toml, without a / at the end."""

from typing import Annotated, TypeAlias

from pydantic import AfterValidator, StrictStr

from tasktalk.bots.outside.addresses import checked
from tasktalk.interpreter.errors import Refused


def _checked(written: str) -> str:
    try:
        if written != written.strip() or "?" in written or "#" in written:
            raise Refused("invalid-url", "something would stand behind its end")
        checked(written)
    except Refused:
        raise ValueError('expected an address such as "https://api.example.com"') from None
    return written.rstrip("/")


Service: TypeAlias = Annotated[StrictStr, AfterValidator(_checked)]
