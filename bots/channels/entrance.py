"""Where providers reach the channels of tasktalk.toml: /channels/NAME; and where the files are that people sent."""

from typing import Final

from aiohttp import web

from tasktalk.bots.api.problems import Problem
from tasktalk.bots.api.routing import Endpoint, mounted, plain_answer, unknown
from tasktalk.bots.channels import downloads
from tasktalk.bots.channels.configured import Channels
from tasktalk.bots.channels.links import PATH
from tasktalk.bots.channels.sent_files import SentFiles

_LIKELY: Final = (
    "Unless it was a stranger's or a trial: the secret at the provider is another one than that of tasktalk.toml, "
    "public_url is not the address that it calls, or a clock is wrong"
)


def routes(channels: Channels, files: SentFiles | None) -> list[web.RouteDef]:
    """Every channel that there is at the time of a request."""

    async def ask(request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        adapter = channels.adapter(name)
        if adapter is None:
            raise Problem("not_found", f"There is no channel {name}")
        try:
            return await adapter.receive(request)
        except Problem as problem:
            if problem.code == "unauthorized":
                adapter.warn_once(f"a call was refused (401): {problem.message}. {_LIKELY}")
            raise

    endpoints = [Endpoint("/{name}", {"GET": ask, "POST": ask})]
    if files is not None:
        endpoints.append(downloads.endpoint(files))
    return [*mounted([PATH], endpoints, plain_answer), unknown(PATH, plain_answer)]
