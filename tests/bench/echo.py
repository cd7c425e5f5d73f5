"""A server that gives back what it gets, and keeps nothing: what HTTP and JSON alone cost. Started by `serving.py`."""

from aiohttp import web

from tests.bench.standing import listen


async def echo(request: web.Request) -> web.Response:
    """The answer has the form that a bot's answer has."""
    body = await request.json()
    return web.json_response({"replies": [{"text": f"You said {body['text']}"}]})


def main() -> None:
    """Serves until it is killed."""
    app = web.Application()
    app.router.add_post("/webhook/{bot}", echo)
    listen(app)


if __name__ == "__main__":
    main()
