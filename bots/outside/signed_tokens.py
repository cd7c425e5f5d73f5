"""Tokens by which a service shows who calls (JWT), signed with a key that it publishes."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from tasktalk.bots.outside.published_keys import PublishedKeys
from tasktalk.runtime.clock import Clock

_SKEW: Final = timedelta(minutes=5)
"""By how much the clocks of both may differ."""


class WrongToken(Exception):
    """Raised for a token that the service has not signed for this receiver and for now."""


class SignedTokens:
    """The tokens of one service for one receiver."""

    def __init__(self, keys: PublishedKeys, clock: Clock, issuer: str, audience: str) -> None:
        self._keys, self._clock, self._issuer, self._audience = keys, clock, issuer, audience

    async def read(self, token: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """What a token says, and the key that signed it.

        Raises WrongToken, and ConnectionError while no keys are known.
        """
        import jwt  # an extra, and slow to load

        if not token.isascii():
            raise WrongToken("it is no token")
        try:
            key_id = jwt.get_unverified_header(token).get("kid")
            key = await self._keys.find(key_id) if isinstance(key_id, str) else None
            if key is None:
                raise WrongToken("it is signed with no key that is published")
            said: Mapping[str, Any] = jwt.decode(
                token,
                jwt.PyJWK(dict(key), algorithm="RS256"),
                algorithms=["RS256"],
                audience=self._audience,
                issuer=self._issuer,
                # The time is looked at below, on this server's clock.
                options={"require": ["exp", "nbf"], "verify_exp": False, "verify_nbf": False, "verify_iat": False},
            )
        except (jwt.PyJWTError, RecursionError):
            raise WrongToken("it is not signed as it should be, or for somebody else") from None
        begins, ends, now = said["nbf"], said["exp"], self._clock.now().timestamp()
        if not isinstance(begins, int | float) or not isinstance(ends, int | float):
            raise WrongToken("it says no time")
        if not begins - _SKEW.total_seconds() <= now <= ends + _SKEW.total_seconds():
            raise WrongToken("it is of another time")
        return said, key
