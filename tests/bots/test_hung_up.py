"""Somebody asks and hangs up in the middle of what they send: that is no failure of the server."""

import logging
from collections.abc import Mapping
from typing import Any
from unittest.mock import Mock

import pytest
from aiohttp import web
from aiohttp.base_protocol import BaseProtocol
from aiohttp.streams import StreamReader
from aiohttp.test_utils import make_mocked_request

from tasktalk.bots.api.body import json_object
from tasktalk.bots.api.routing import Endpoint, mounted, plain_answer


def asked(payload: StreamReader, *, is_gone: bool) -> web.Request:
    """A request whose connection is there or gone."""
    transport = Mock(is_closing=lambda: is_gone, get_extra_info=lambda name, default=None: default)
    return make_mocked_request("POST", "/x", {"Content-Length": "100"}, payload=payload, transport=transport)


async def answered(request: web.Request) -> web.StreamResponse:
    """What an endpoint answers that reads the body."""

    async def read(request: web.Request) -> web.StreamResponse:
        found: Mapping[str, Any] = await json_object(request)
        return web.json_response(found)

    [route] = mounted(["/x"], [Endpoint("", {"POST": read})], plain_answer)
    return await route.handler(request)


def cut() -> StreamReader:
    """A body that breaks off."""
    payload = StreamReader(Mock(spec=BaseProtocol), 2**16)
    payload.feed_data(b'{"title": "x"')
    payload.set_exception(ConnectionResetError("Connection lost"))
    return payload


async def test_it_is_told_as_a_bad_request_without_a_traceback(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        assert (await answered(asked(cut(), is_gone=True))).status == 400
    assert [(record.levelname, record.exc_info) for record in caplog.records] == [("INFO", None)]


async def test_a_connection_to_others_that_breaks_is_a_failure(caplog: pytest.LogCaptureFixture) -> None:
    assert (await answered(asked(cut(), is_gone=False))).status == 500
    assert [record.levelname for record in caplog.records] == ["ERROR"]
