"""General Bots: who may ask for watchers, notifications, webhooks, rules and figures."""

import pytest

from tasktalk.runtime.accounts import READ, WRITE
from tests.bots.dialects.conftest import Api
from tests.bots.dialects.consequences.conftest import House

PATHS = [
    *(("GET", "/tasks/notifications"), ("PUT", "/tasks/notifications")),
    *(("GET", "/tasks/notifications/inbox"), ("POST", "/tasks/notifications/read")),
    *((method, "/tasks/tsk_x/watchers") for method in ("GET", "POST", "DELETE")),
    *(("GET", "/webhooks"), ("POST", "/webhooks"), ("DELETE", "/webhooks/whk_x")),
    *(("GET", "/webhooks/whk_x/failed"), ("POST", "/webhooks/whk_x/retry")),
    *(("GET", "/automations"), ("POST", "/automations")),
    *(("GET", "/automations/aut_x"), ("DELETE", "/automations/aut_x")),
    ("GET", "/tasks/analytics"),
    *((method, "/conversations/cnv_x/tags") for method in ("GET", "POST")),
    ("DELETE", "/conversations/cnv_x/tags/urgent"),
]


@pytest.mark.parametrize(("method", "path"), PATHS)
async def test_gb_03_every_endpoint_needs_a_token_that_may(house: House, method: str, path: str) -> None:
    base = "/api/v1"
    for token in (None, "tt_unknown"):
        answer = await Api(house.client, token, base).send(method, path, {} if method in {"POST", "PUT"} else None)
        assert (answer.status, answer.code) == (401, "unauthorized")
    accounts = house.services.accounts
    user = await accounts.create_user("Kim")
    scope = WRITE if method == "GET" else READ
    token, _ = await accounts.create_token(user, "t", scopes=[scope])
    answer = await Api(house.client, token, base).send(method, path, {} if method in {"POST", "PUT"} else None)
    assert (answer.status, answer.code) == (403, "permission_denied")


READ_BODIES = [each for each in PATHS if each[0] in {"POST", "PUT"} and not each[1].endswith(("watchers", "retry"))]


@pytest.mark.parametrize(("method", "path"), READ_BODIES)
async def test_gb_11_what_is_no_json_object_is_refused(ana: Api, method: str, path: str) -> None:
    ana.base = "/api/v1"
    for data in (b"[]", b"{", b"\xff", b'"x"', b""):
        answer = await ana.send(method, path, data=data)
        assert (answer.status, answer.code) == (400, "invalid_request")
