"""The web application: the pages, the channels and the dialects over one engine, behind one set of rules for all."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from http import HTTPStatus
from time import perf_counter
from urllib.parse import quote

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware
from multidict import CIMultiDict, istr

from tasktalk.bots import page_files
from tasktalk.bots.api import cross_origin
from tasktalk.bots.api.conversations import Conversations
from tasktalk.bots.api.problems import Problem
from tasktalk.bots.api.services import Services
from tasktalk.bots.api.steering import Steering
from tasktalk.bots.api.talks import Talks
from tasktalk.bots.callers import Callers
from tasktalk.bots.channels import entrance
from tasktalk.bots.channels.web.chat import WebChat
from tasktalk.bots.channels.webhook import Webhook
from tasktalk.bots.dialects import mounting
from tasktalk.bots.dialects.mounting import Dialect, Serving
from tasktalk.bots.dialects.served import DIALECTS
from tasktalk.bots.origins import is_for_the_world, is_of_this_machine
from tasktalk.bots.watch.health import Health
from tasktalk.bots.watch.lookout import Lookout
from tasktalk.bots.watch.metrics import Metrics
from tasktalk.bots.watch.requests import Requests
from tasktalk.bots.webhooks.scripted import ScriptedWebhook
from tasktalk.storage.errors import DatabaseError

_LOG = logging.getLogger(__name__)

_HEADERS = CIMultiDict(
    {
        istr("Content-Security-Policy"): "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
        istr("X-Content-Type-Options"): "nosniff",
        istr("X-Frame-Options"): "DENY",
        istr("Referrer-Policy"): "no-referrer",
        istr("Cross-Origin-Opener-Policy"): "same-origin",
        istr("Cross-Origin-Resource-Policy"): "same-origin",
        istr("Cache-Control"): "no-store",
    }
)
"""What every answer says that says nothing else of it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the person who serves decides."""

    is_loopback: bool
    """Whether the server listens on loopback alone; a proxy may let the world in all the same."""
    webhook_secret: str | None = None
    metrics_secret: str | None = None
    answer_seconds: float = 30.0
    """How long a webhook's caller waits for the script's answer."""
    serving: Serving = field(default_factory=Serving)


def applications(
    services: Services, settings: Settings, dialects: Sequence[Dialect] = DIALECTS
) -> dict[str, web.Application]:
    """What is served at the one port, under "", and what at the ports that dialects have for themselves, under their
    names; all are counted together."""
    requests, ports = Requests(), settings.serving.ports
    of_ports = {each.name: _of_one(services, settings, each, requests) for each in dialects if each.name in ports}
    return {"": application(services, settings, dialects, requests), **of_ports}


def application(
    services: Services, settings: Settings, dialects: Sequence[Dialect] = DIALECTS, requests: Requests | None = None
) -> web.Application:
    """Everything that is served; the engine in `services` must have been started."""
    requests, lookout = requests or Requests(), Lookout(services)
    app = _empty(requests)
    app.cleanup_ctx.append(requests.look_at_loop)

    def is_private() -> bool:
        return settings.is_loopback and not is_for_the_world(services.public_url)

    index = Index(services, is_private)
    app.router.add_get("/", index.page)
    WebChat(services, settings.serving.chat_origins).add_to(app)
    callers = Callers(settings.webhook_secret, is_private)
    app.router.add_routes(Webhook(services, callers).routes())  # first: it is asked by far the most
    app.router.add_routes(ScriptedWebhook(services, callers, settings.answer_seconds).routes())
    if services.channels is not None:
        app.router.add_routes(entrance.routes(services.channels, services.sent_files))
    app.router.add_routes(Conversations(services).routes())
    app.router.add_routes(Steering(services).routes())
    app.router.add_routes(Talks(services).routes())
    app.router.add_routes(Health(services, lookout).routes())
    readers = Callers(settings.metrics_secret, is_private, "metrics")
    app.router.add_routes(Metrics(services, readers, lookout, requests).routes())
    app.add_routes(mounting.routes(services, settings.serving.of(dialects), settings.serving))
    return app


def _of_one(services: Services, settings: Settings, dialect: Dialect, requests: Requests) -> web.Application:
    """What is served at the port that a dialect has for itself: the dialect, and what its page `docs` needs."""
    app = _empty(requests)
    app.add_routes(mounting.own_routes(services, dialect, settings.serving))
    return app


def _empty(requests: Requests) -> web.Application:
    app = web.Application(middlewares=[_door(requests)])
    app.on_response_prepare.append(_complete)
    app.add_routes(page_files.routes())
    return app


class Index:
    """The first page: which bots there are and where to talk to them."""

    def __init__(self, services: Services, is_private: Callable[[], bool]) -> None:
        self._services, self._is_private = services, is_private

    async def page(self, request: web.Request) -> web.Response:
        """The list of bots. The mistakes in their scripts are shown to nobody but this machine's own users."""
        bots = self._services.bots
        origin = self._services.public_url or f"{request.scheme}://{request.host}"
        is_own = self._is_private() and is_of_this_machine(request)
        found = "".join(self._bot(name, origin, is_own=is_own) for name in bots.names())
        nothing = "<p>There is no bot yet: a bot is a folder with a script start.bas in it.</p>"
        return html(
            "TaskTalk", "Bots", "Choose whom to talk to.", f'<ul class="bots">{found}</ul>' if found else nothing
        )

    def _bot(self, name: str, origin: str, *, is_own: bool) -> str:
        shown, link = escape(name), escape(quote(name, safe=""))
        problems = [problem for bot, problem in self._services.bots.problems() if bot == name]
        wrong = "\n".join(
            finding.render(problem.name, problem.source) for problem in problems for finding in problem.diagnostics
        )
        if wrong and not is_own:
            wrong = "A script of this bot has mistakes; the server's log has them."
        tag = f'<script src="{origin}/widget.js" data-bot="{shown}"></script>'
        return (
            f'<li><span class="face" aria-hidden="true">{escape(name[:1].upper())}</span><h2>{shown}</h2>'
            f"<p>Webhook: <code>POST {escape(origin)}/webhook/{link}</code></p>"
            f"<details><summary>Put it on your site</summary><code>{escape(tag)}</code></details>"
            f'<a class="talk" href="/chat/{link}">Talk<span class="unseen"> to {shown}</span></a>'
            + (f'<pre class="wrong">{escape(wrong)}</pre>' if wrong else "")
            + "</li>"
        )


def html(title: str, heading: str, lead: str, body: str = "", status: int = 200) -> web.Response:
    """A page in the house's look; `body` is HTML, the rest is text."""
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{escape(title)}</title>"
        '<link rel="icon" href="/web/icon.svg" type="image/svg+xml"><link rel="stylesheet" href="/web/theme.css">'
        '<link rel="stylesheet" href="/web/pages.css"></head>'
        f'<body><main class="page"><h1>{escape(heading)}</h1><p>{escape(lead)}</p>{body}</main></body></html>'
    )
    return web.Response(text=text, content_type="text/html", status=status)


def _door(requests: Requests) -> Middleware:
    """What every request goes through: it is counted, and answered whatever goes wrong."""

    @web.middleware
    async def door(request: web.Request, handler: Handler) -> web.StreamResponse:
        began = perf_counter()
        try:
            answer = await handler(request)
        except Exception as error:
            if isinstance(error, web.HTTPException) and error.status < 400:
                raise
            answer = _told(request, error)
        requests.take(request, answer, perf_counter() - began)
        return answer

    return door


def _told(request: web.Request, error: Exception) -> web.Response:
    """What went wrong, in the way that the caller reads: JSON for programs, a page for people."""
    match error:
        case web.HTTPException():
            answer = _problem(request, error.status, error.text or error.reason)
            if "Allow" in error.headers:
                answer.headers["Allow"] = error.headers["Allow"]
            return answer
        case DatabaseError():
            _LOG.warning("%s %s is to come back later: %s", request.method, request.path, error)
            problem = Problem.while_away(error)
            answer = _problem(request, problem.status, problem.message)
            answer.headers.update(problem.headers)
            return answer
        case _:
            _LOG.error("%s %s failed", request.method, request.path, exc_info=error)
            return _problem(request, 500, "Something went wrong here; the log has it.")


_SENTENCES = {404: "There is nothing at this address.", 405: "This address does not take that method."}


def _problem(request: web.Request, status: int, message: str) -> web.Response:
    if message.startswith(f"{status}: "):
        message = _SENTENCES.get(status, message)
    if "text/html" in request.headers.get("Accept", ""):
        return html("TaskTalk", "Sorry", message, '<p><a href="/">All bots</a></p>', status)
    code = HTTPStatus(status).phrase.lower().replace(" ", "_").replace("-", "_")
    return web.json_response({"error": code, "message": message}, status=status)


async def _complete(request: web.Request, response: web.StreamResponse) -> None:
    """Adds the headers that every answer has."""
    headers = response.headers
    headers.merge(_HEADERS)
    headers.pop(hdrs.SERVER, None)
    cross_origin.tell(request, response)
