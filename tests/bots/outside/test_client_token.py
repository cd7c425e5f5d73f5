"""The token by which a service knows this server: asked for once, whoever waits for it, and whatever comes of it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from pydantic import SecretStr

from tasktalk.bots.outside.client_token import ClientToken
from tasktalk.bots.outside.provider import Answered, Provider
from tasktalk.runtime.clock import VirtualClock

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RIGHT = {"access_token": "abc", "expires_in": 3600}
NOBODY = {"error": "invalid_client"}


class Login:
    """A token endpoint that answers when the test says so."""

    def __init__(self) -> None:
        self.asked, self.is_open, self.value = 0, asyncio.Event(), cast(Any, RIGHT)

    async def ask(self, who: str, url: str, **what: Any) -> Answered:
        self.asked += 1
        await self.is_open.wait()
        if self.value is None:
            raise ConnectionError("Login cannot be asked")
        return Answered(200 if "access_token" in self.value else 401, {}, self.value)


def token_of(login: Login, clock: VirtualClock) -> ClientToken:
    return ClientToken(cast(Provider, login), clock, "Login", "https://x", "app", SecretStr("s"), "all")


@pytest.mark.parametrize("value", [RIGHT, NOBODY, None])
async def test_all_who_wait_share_one_answer(value: Any) -> None:
    login, clock = Login(), VirtualClock(NOW)
    token, login.value = token_of(login, clock), value
    waiting = [asyncio.create_task(token.headers()) for _ in range(20)]
    await asyncio.sleep(0)
    login.is_open.set()
    found = await asyncio.gather(*waiting, return_exceptions=True)
    assert login.asked == 1
    if value is RIGHT:
        assert found == [{"Authorization": "Bearer abc"}] * 20
    else:
        assert len({str(each) for each in found if isinstance(each, ConnectionError)}) == 1


async def test_a_failure_holds_for_some_seconds() -> None:
    login, clock = Login(), VirtualClock(NOW)
    token, login.value = token_of(login, clock), NOBODY
    login.is_open.set()
    for seconds, asked in [(0, 1), (4, 1), (1, 2)]:
        clock.advance(timedelta(seconds=seconds))
        with pytest.raises(ConnectionError, match="gave no token, it answered 401: invalid_client"):
            await token.headers()
        assert login.asked == asked
    clock.advance(timedelta(seconds=5))
    login.value = RIGHT
    assert await token.headers() == {"Authorization": "Bearer abc"}


@pytest.mark.parametrize(
    ("told", "lasts"),
    [
        (float("inf"), timedelta(hours=23, minutes=55)),
        (10**40, timedelta(hours=23, minutes=55)),
        (float("nan"), timedelta(minutes=55)),
        ("soon", timedelta(minutes=55)),
        (60, timedelta(seconds=30)),
    ],
)
async def test_a_token_lasts_for_a_time_whatever_is_told(told: Any, lasts: timedelta) -> None:
    login, clock = Login(), VirtualClock(NOW)
    token, login.value = token_of(login, clock), {**RIGHT, "expires_in": told}
    login.is_open.set()
    await token.headers()
    clock.advance(lasts - timedelta(seconds=1))
    await token.headers()
    assert login.asked == 1
    clock.advance(timedelta(seconds=1))
    await token.headers()
    assert login.asked == 2
