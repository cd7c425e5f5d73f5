"""Whether the server lives and whether it can work, for what starts it and what sends it its callers.

`/healthz` answers as long as the process does. `/readyz` answers 503 while something keeps turns from being taken, and
names it in words that give nothing away: anybody may ask.
"""

from collections.abc import Mapping
from typing import TypeAlias

from aiohttp import web

from tasktalk.bots.api.services import Services
from tasktalk.bots.watch.lookout import Lookout

LATE_SECONDS = 30.0
"""By how much the timekeeper may be late."""
WRITING_SECONDS = 10.0
"""How long a commit may take."""
LAG_SECONDS = 60.0
"""How long the eldest message may wait to be heard, and the eldest timer to be taken up, by whichever process."""

Check: TypeAlias = Mapping[str, bool | str | float]


class Health:
    """The two routes."""

    def __init__(self, services: Services, lookout: Lookout) -> None:
        self._services, self._lookout = services, lookout

    def routes(self) -> list[web.RouteDef]:
        """Both of them."""
        return [web.get("/healthz", self._lives), web.get("/readyz", self._works)]

    async def _lives(self, request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def _works(self, request: web.Request) -> web.Response:
        checks = await self.checks()
        is_ready = all(check["is_ok"] for check in checks.values())
        body = {"status": "ready" if is_ready else "not_ready", "checks": checks}
        return web.json_response(body, status=200 if is_ready else 503)

    async def checks(self) -> dict[str, Check]:
        """Each thing that turns need, and whether it is there."""
        engine, sight = self._services.engine, await self._lookout.look()
        load, writing = engine.load, self._services.database.writing_seconds
        checks = {
            "database": _check(sight is not None, "it does not answer"),
            "writer": _check(
                writing <= WRITING_SECONDS and self._lookout.can_write(),
                "a commit takes too long"
                if writing > WRITING_SECONDS
                else "the database takes nothing that is written",
                seconds=writing,
            ),
            "scheduler": _check(
                load.is_time_kept and load.late_seconds <= LATE_SECONDS,
                "it does not keep the time" if load.is_time_kept else "it is not running",
                late_seconds=load.late_seconds,
            ),
        }
        if sight is not None:
            now, outbox, timers = self._services.clock.now(), sight.outbox, sight.due["timer"]
            age, late = sight.inbox.age_seconds(now), timers.age_seconds(now)
            wait = "messages wait too long"
            checks["inbox"] = _check(age <= LAG_SECONDS, wait, pending=sight.inbox.count, oldest_seconds=age)
            # Told only: what keeps messages from being delivered is mostly their provider, which no other server helps.
            checks["outbox"] = _check(True, "", pending=outbox.count, oldest_seconds=outbox.age_seconds(now))
            wait = "what scripts WAIT for is not taken up"
            checks["timers"] = _check(late <= LAG_SECONDS, wait, due=timers.count, oldest_seconds=late)
            checks["migrations"] = _check(sight.is_newest, "the tables are not those of this version")
        return checks


def _check(is_ok: bool, problem: str, **figures: float) -> Check:
    shown = {name: round(value, 3) for name, value in figures.items()}
    return {"is_ok": is_ok, **({} if is_ok else {"problem": problem}), **shown}
