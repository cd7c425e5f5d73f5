"""Somebody who asks through any interface, and takes no answer that is not in its document."""

from dataclasses import dataclass
from typing import Any

from tests.bots.dialects.conftest import Client
from tests.bots.dialects.crossing.faces.face import Ask, Face


@dataclass(slots=True)
class Asking:
    """One user, with one token for all."""

    client: Client
    token: str | None

    async def send(self, face: Face, ask: Ask, **options: Any) -> tuple[int, Any]:
        """The status of the answer and its JSON, None without a body."""
        headers = {**({"Authorization": f"Bearer {self.token}"} if self.token else {}), **ask.headers}
        headers |= options.pop("headers", {})
        if ask.body is not None and "data" not in options:
            options["json"] = ask.body
        address = face.mount + ask.path
        async with self.client.request(
            ask.method, address, params=dict(ask.query), headers=headers, **options
        ) as answer:
            raw = await answer.read()
            assert not raw or answer.content_type == "application/json", (address, raw)
            return answer.status, await answer.json() if raw else None

    async def done(self, face: Face, ask: Ask) -> Any:
        """The JSON of an answer that is none of an error."""
        status, body = await self.send(face, ask)
        assert 200 <= status < 300, (face.name, ask, status, body)
        return body
