"""Where providers reach the channels of tasktalk.toml: /channels/NAME."""

from aiohttp import web

from tasktalk.bots.api.problems import Problem
from tasktalk.bots.api.routing import Endpoint, mounted, plain_answer, unknown
from tasktalk.bots.channels.configured import PATH, Channels


def routes(channels: Channels) -> list[web.RouteDef]:
    """Every channel that there is at the time of a request."""

    async def ask(request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        adapter = channels.adapter(name)
        if adapter is None:
            raise Problem("not_found", f"There is no channel {name}")
        return await adapter.receive(request)

    endpoint = Endpoint("/{name}", {"GET": ask, "POST": ask})
    return [*mounted([PATH], [endpoint], plain_answer), unknown(PATH, plain_answer)]
