"""What the pages are made of, at /web: styles, scripts and pictures.

What is in the folder `widget` is for the pages of every site: nothing in it is secret, and the server says to each page
whether it may talk. Its first script is at /widget.js, too.
"""

from pathlib import Path
from typing import Final

from aiohttp import web

PAGES: Final = Path(__file__).parent / "web"
_FOR_ALL: Final = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


def routes() -> list[web.RouteDef]:
    """Every file by its name."""
    files = {path.name: path for path in PAGES.rglob("*") if path.suffix in (".css", ".js", ".svg")}
    widget = PAGES / "widget"

    async def file(request: web.Request) -> web.StreamResponse:
        path = files.get(request.match_info.get("name", "widget.js"))
        if path is None:
            raise web.HTTPNotFound
        headers = {"Cache-Control": "no-cache", **(_FOR_ALL if path.is_relative_to(widget) else {})}
        return web.FileResponse(path, headers=headers)

    return [web.get("/web/{name}", file), web.get("/widget.js", file)]
