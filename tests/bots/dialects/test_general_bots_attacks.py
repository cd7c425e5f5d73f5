"""The General Bots interface under what nobody sends by mistake: it is refused, and nothing of it is kept."""

import asyncio
import io
import json
from collections.abc import Iterator
from typing import Any, Final

import pytest
from aiohttp.test_utils import TestServer
from sqlalchemy import select

from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects import general_bots
from tasktalk.runtime.tasks.automations import ACTIONS, TRIGGERS
from tasktalk.runtime.tasks.workflow_plan import STEP_FIELDS
from tasktalk.storage import tables
from tests.bots.dialects.conftest import Api

WRITTEN: Final = ("task", "event", "comment", "attachment", "template", "workflow", "automation", "webhook", "watcher")
HUGE: Final = "9" * 400
DEEP: Final = '{"a":' * 50_000 + "1" + "}" * 50_000

BODIES: Final[dict[str, bytes]] = {
    "ten megabytes": b'{"title": "' + b"x" * 10_000_000 + b'"}',
    "deep": DEEP.encode(),
    "deep list": b"[" * 200_000,
    "deep in a field": b'{"title": "a", "context": ' + DEEP.encode() + b"}",
    "101 deep": b'{"title": "a", "name": "a", "text": "a", "context": ' + b'{"a":' * 101 + b"1" + b"}" * 101 + b"}",
    "no UTF-8": b'{"title": "\xff\xfe"}',
    "half of UTF-8": b'{"title": "a", "text": "\xe2\x82"}',
    "UTF-16": '{"title": "a"}'.encode("utf-16"),
    "surrogate": b'{"title": "\\ud800", "name": "\\udfff", "text": "\\ud800"}',
    "surrogate as a name": b'{"\\ud800": 1}',
    "NUL": b'{"title": "a\\u0000b", "name": "\\u0000", "text": "\\u0000"}',
    "NUL as a name": b'{"\\u0000": 1}',
    "raw NUL": b'{"title": "a\x00b"}',
    "not a number": b'{"title": "a", "context": {"n": NaN}}',
    "infinite": b'{"title": "a", "context": {"n": 1e999}}',
    "too many digits": b'{"title": "a", "context": {"n": ' + b"9" * 5000 + b"}}",
    "list": b"[]",
    "text": b'"title"',
    "null": b"null",
    "half": b'{"title": "a"',
    "two": b'{"title": "a"}{"title": "b"}',
}
"""What is wrong whatever it is sent to."""

VALUES: Final[dict[str, str]] = {
    "huge integer": HUGE,
    "negative huge integer": "-" + HUGE,
    "2 to the 63": str(2**63),
    "2 to the 64": str(2**64),
    "huge float": "1e308",
    "fraction": "0.1",
    "true": "true",
    "null": "null",
    "empty text": '""',
    "NUL": '"\\u0000"',
    "surrogate": '"\\ud800"',
    "blank": '" \\t"',
    "long": '"' + "x" * 100_000 + '"',
    "list": "[]",
    "list of lists": "[[[]]]",
    "list of all": '[null, true, 1, "\\u0000", {}, []]',
    "record": "{}",
    "record of records": '{"": {"": {"\\u0000": "\\ud800"}}}',
    "year zero": '"0000-00-00T00:00:00Z"',
    "last year": '"9999-12-31T23:59:59-23:59"',
    "list of a surrogate": '["\\udfff"]',
    "record of a surrogate": '{"type": "call_webhook", "webhook": "\\ud800", "template": "\\ud800", "user": "\\ud800"}',
    "path": '"../../etc/passwd"',
    "sql": '"\'; DROP TABLE task; --"',
}

IDS: Final = (
    *("%00", "%FF%FE", "%ED%A0%80", "..%2F..%2Fetc%2Fpasswd", "%2e%2e", "tsk_" + "x" * 5000, "tsk_%0d%0aSet-Cookie:x"),
    *(HUGE, "-1", "%27%20OR%201=1--", "tsk_", "%20", "*", "null", "%F0%9F%92%A9", "tsk_01hm5g6r7s8t9v0w1x2y3z4a5b"),
)


NO_BODY: Final = ("/tasks/{task_id}/watchers", "/webhooks/{webhook_id}/retry")
"""Here nobody reads one."""


async def kept(services: Services) -> dict[str, int]:
    """How many rows there are of each kind."""
    async with services.database.read() as reader:
        return {name: len(await reader.rows(select(tables.metadata.tables[name]))) for name in WRITTEN}


def operations(services: Services, *methods: str) -> Iterator[tuple[str, str]]:
    for endpoint in general_bots.endpoints(services):
        for method in endpoint.methods:
            if method in methods:
                yield method, endpoint.path


async def things(api: Api) -> dict[str, str]:
    """One of each that a path can name."""
    task_id = await api.made()
    form = {"file": io.BytesIO(b"data")}
    rule = {
        "name": "r",
        "trigger": {"type": "conversation_tag", "value": "urgent"},
        "action": {"type": "create_task"},
    }
    hook = {"url": "https://example.com", "events": ["task_created"]}
    made = {
        "attachment_id": await api.send("POST", f"/tasks/{task_id}/attachments", data=form),
        "template_id": await api.send("POST", "/templates", {"name": "t", "checklist": ["a"]}),
        "workflow_id": await api.send("POST", "/workflows", {"name": "w", "steps": [{"name": "s"}]}),
        "automation_id": await api.send("POST", "/automations", rule),
        "webhook_id": await api.send("POST", "/webhooks", hook),
    }
    return {"task_id": task_id, "number": "1", **{name: answer.body[name] for name, answer in made.items()}}


async def test_no_body_that_is_wrong_anywhere_changes_anything(api: Api, services: Services) -> None:
    named = await things(api)
    before = await kept(services)
    for method, path in operations(services, "POST", "PUT", "PATCH"):
        if path.endswith("/attachments") or path in NO_BODY:
            continue
        for what, body in BODIES.items():
            if path == "/tasks/import" and what == "list":
                continue  # a file of no tasks
            headers = {"Content-Type": "application/json"}
            answer = await api.send(method, path.format_map(named), data=io.BytesIO(body), headers=headers)
            assert 400 <= answer.status < 500, (method, path, what, answer)
    assert await kept(services) == before


def fields_of(services: Services, method: str, path: str) -> list[str]:
    [operation] = [
        endpoint.operations[method] for endpoint in general_bots.endpoints(services) if endpoint.path == path
    ]
    return list((operation.body or {}).get("properties", {}))


async def test_no_value_of_any_field_is_a_fault_of_ours(api: Api, services: Services) -> None:
    named = await things(api)
    faults = []
    for method, path in operations(services, "POST", "PUT", "PATCH"):
        fields = fields_of(services, method, path)
        if path.endswith("/attachments"):
            continue
        for field in fields:
            for what, value in VALUES.items():
                others = {"title": '"a"', "name": '"a"', "text": '"a"', "steps": '[{"name": "s"}]'}
                given = {other: spelled for other, spelled in others.items() if other in fields} | {field: value}
                body = "{" + ", ".join(f'"{name}": {spelled}' for name, spelled in given.items()) + "}"
                before = await kept(services)
                answer = await api.send(method, path.format_map(named), data=io.BytesIO(body.encode()))
                if answer.status >= 500 or (answer.status >= 400 and await kept(services) != before):
                    faults.append((method, path, field, what, answer.status))
    assert faults == []


_EVERY_HOUR: Final = {"type": "schedule", "value": "every 1 hours"}
_MAKE: Final = {"type": "create_task", "title": "a"}
RULES: Final = [
    *(({"type": kind, "value": "task_created"}, _MAKE) for kind in ("conversation_tag", "task_event", "message_text")),
    *((_EVERY_HOUR, action) for action in (_MAKE, {"type": "notify", "user": "ana", "text": "a"})),
    (_EVERY_HOUR, {"type": "run_script", "bot": "support", "script": "start.bas"}),
    (_EVERY_HOUR, {"type": "call_webhook", "webhook": "whk_a"}),
]


@pytest.mark.parametrize(("trigger", "action"), RULES, ids=lambda part: part["type"])
async def test_no_value_within_a_rule_is_a_fault_of_ours(
    api: Api, trigger: dict[str, str], action: dict[str, str]
) -> None:
    rule = {"trigger": trigger, "action": action}
    within = {
        *(("trigger", field) for field in TRIGGERS[trigger["type"]]),
        *(("action", field) for field in ("type", *ACTIONS[action["type"]])),
    }
    for part, field in sorted(within):
        for what, value in VALUES.items():
            body = json.dumps({"name": "a", **rule, part: {**rule[part], field: "VALUE"}}).replace('"VALUE"', value)
            answer = await api.send("POST", "/automations", data=io.BytesIO(body.encode()))
            assert answer.status < 500, (part, field, what, answer)
            if answer.status != 201:
                continue
            shown = f"/automations/{answer.body['automation_id']}"
            made = answer.body["trigger"], answer.body["action"]
            answer = await api.send("GET", shown)
            assert (answer.body["trigger"], answer.body["action"]) == made, (part, field, what)
            assert (await api.send("DELETE", shown)).status == 200


async def test_no_value_within_a_step_is_a_fault_of_ours(api: Api) -> None:
    for field in (*STEP_FIELDS, "more"):
        for what, value in VALUES.items():
            steps = [{"name": "a", field: "VALUE"}, {"name": "b"}]
            body = json.dumps({"name": "a", "steps": steps}).replace('"VALUE"', value)
            answer = await api.send("POST", "/workflows", data=io.BytesIO(body.encode()))
            assert answer.status < 500, (field, what, answer)


async def test_no_id_is_a_fault_of_ours(api: Api, services: Services) -> None:
    named = await things(api)
    before = await kept(services)
    for method, path in operations(services, "GET", "POST", "PUT", "PATCH", "DELETE"):
        for parameter in named:
            if f"{{{parameter}}}" not in path:
                continue
            for wrong in IDS:
                asked = path.format_map({**named, parameter: wrong})
                options: dict[str, Any] = {} if method in ("GET", "DELETE") else {"json": {}}
                answer = await api.send(method, asked, **options)
                assert 400 <= answer.status < 500, (method, asked, answer)
    assert await kept(services) == before


async def test_no_query_is_a_fault_of_ours(api: Api, services: Services) -> None:
    named = await things(api)
    wrong = ["%00", "%FF", "%ED%A0%80", HUGE, "-" + HUGE, "1e9", "%20", "x" * 4000, ",", "%2C%2C", "'", "[]", "0x10"]
    for endpoint in general_bots.endpoints(services):
        for method, operation in endpoint.operations.items():
            for parameter in operation.parameters:
                for value in wrong:
                    asked = f"{endpoint.path.format_map(named)}?{parameter.name}={value}&{parameter.name}={value}"
                    answer = await api.send(method, asked, **({} if method == "GET" else {"data": io.BytesIO(b"[]")}))
                    assert answer.status < 500, (method, asked, answer)


HEADERS: Final = {
    "Idempotency-Key": ["", " ", "x" * 256, "\u00fc", "a\tb"],
    "If-Match": ["", "x", '"' + HUGE + '"', "W/", ",,,", '"1', "\u00fc"],
    "If-None-Match": ["", ",", '"' + HUGE + '"', "\u00fc"],
    "Accept": ["", ",", ";q=", "a/b;q=" + HUGE, "\u00fc", "*/*" + ";q=1" * 500],
    "Content-Type": [
        "",
        ";",
        "application/json; charset=nonsense",
        "multipart/form-data",
        "\u00fc/\u00fc",
        "a/b" * 500,
    ],
    "Authorization": ["", "Bearer", "Bearer \u00fc", "Bearer " + "x" * 7000, "Basic eDp5", "bearer  "],
    "Content-Encoding": ["gzip", "nonsense", "deflate"],
}


@pytest.mark.parametrize("header", HEADERS)
async def test_no_header_is_a_fault_of_ours(api: Api, services: Services, header: str) -> None:
    named = await things(api)
    server = api.client.server
    assert isinstance(server, TestServer)
    for value in HEADERS[header]:
        for method, path in operations(services, "GET", "POST", "PATCH"):
            lines = {"Host": "x", "Authorization": f"Bearer {api.token}", "Connection": "close", "Content-Length": "2"}
            lines[header] = value
            head = "".join(f"{name}: {each}\r\n" for name, each in lines.items())
            status = await asked(server, f"{method} /gb/api/v1{path.format_map(named)} HTTP/1.1\r\n{head}\r\n{{}}")
            assert status < 500, (method, path, value)


LYING: Final = {
    "longer than it is": "Content-Length: 500\r\n\r\n{BODY}",
    "shorter than it is": "Content-Length: 5\r\n\r\n{BODY}",
    "negative": "Content-Length: -1\r\n\r\n{BODY}",
    "no number": "Content-Length: many\r\n\r\n{BODY}",
    "huge": "Content-Length: " + HUGE + "\r\n\r\n{BODY}",
    "two": "Content-Length: 5\r\nContent-Length: 17\r\n\r\n{BODY}",
    "with chunks": "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{BODY}\r\n0\r\n\r\n",
    "a broken chunk": "Transfer-Encoding: chunked\r\n\r\nzz\r\n{BODY}\r\n0\r\n\r\n",
    "chunks without an end": "Transfer-Encoding: chunked\r\n\r\n11\r\n{BODY}\r\n",
    "a huge chunk": "Transfer-Encoding: chunked\r\n\r\nffffffffffff\r\n{BODY}\r\n0\r\n\r\n",
    "gzip that is none": "Content-Encoding: gzip\r\nContent-Length: 17\r\n\r\n{BODY}",
}


@pytest.mark.parametrize("what", LYING)
async def test_a_length_that_is_a_lie_makes_nothing(api: Api, services: Services, what: str) -> None:
    named = await things(api)
    before = await kept(services)
    server = api.client.server
    assert isinstance(server, TestServer)
    for method, path in operations(services, "POST", "PUT", "PATCH"):
        if path in NO_BODY or path.endswith("/complete"):
            continue
        head = f"{method} /gb/api/v1{path.format_map(named)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        head += f"Authorization: Bearer {api.token}\r\nContent-Type: application/json\r\n"
        status = await asked(server, head + LYING[what].replace("{BODY}", json.dumps({"title": "abcd"})))
        assert status == 0 or 400 <= status < 500, (method, path, what)
    assert await kept(services) == before


async def asked(server: TestServer, text: str) -> int:
    """The status of the answer; 0 where the connection was closed without one."""
    reader, writer = await asyncio.open_connection(server.host, server.port)
    writer.write(text.encode())
    writer.write_eof()
    answered = await reader.read()
    writer.close()
    await writer.wait_closed()
    return int(answered.split(b" ", 2)[1]) if answered.startswith(b"HTTP/1.") else 0


async def test_no_path_leads_elsewhere(api: Api) -> None:
    server = api.client.server
    assert isinstance(server, TestServer)
    for path in (
        *("/gb/api/v1/tasks/../../../../etc/passwd", "/gb/api/v1/tasks/%2e%2e/%2e%2e", "/gb/api/v1//tasks"),
        *("/gb/api/v1/tasks/%", "/gb/api/v1/tasks/%zz", "/gb/api/v1/tasks/\u00fc", "//gb/api/v1/tasks", "*"),
        *("/gb/api/v1/tasks;x=y", "/gb/api/v1/tasks/x/attachments/..%2f..", "http://[/gb/api/v1/tasks", "/gb/\\..\\"),
    ):
        status = await asked(
            server, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {api.token}\r\n\r\n"
        )
        assert status == 0 or 400 <= status < 500, path
