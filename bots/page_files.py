"""What the pages are made of, at /web: styles, scripts and pictures."""

from pathlib import Path
from typing import Final

from aiohttp import web

PAGES: Final = Path(__file__).parent / "web"


def routes() -> list[web.RouteDef]:
    """Every file by its name."""
    files = {path.name: path for path in PAGES.rglob("*") if path.suffix in (".css", ".js", ".svg")}

    async def file(request: web.Request) -> web.StreamResponse:
        path = files.get(request.match_info["name"])
        if path is None:
            raise web.HTTPNotFound
        return web.FileResponse(path)

    return [web.get("/web/{name}", file)]
