"""General Bots: the document's own examples, sent as they are written, at the document's times (GB-126).

`general_bots_examples.json` has the examples, and talks in which they are sent and answered: a step names its request,
what it sends (an example or an object, `with` what only the test can know), what must come back, and what of that later
steps need. `now` names the talks whose endpoints there are.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData

from tasktalk.runtime.clock import VirtualClock
from tests.bots.dialects.conftest import Answer, Api

FILE: dict[str, Any] = json.loads((Path(__file__).parent / "general_bots_examples.json").read_text("utf-8"))
EXAMPLES: dict[str, Any] = FILE["examples"]
TALKS: dict[str, list[dict[str, Any]]] = FILE["talks"]

FREE = {
    *("task_id", "comment_id", "attachment_id", "template_id", "workflow_id", "avatar_url"),
    *("total", "comments_count", "attachments_count", "attachments"),
}
"""What the example cannot fix: ids, and what is counted of things that it does not show being made."""


def assert_like(documented: Any, answered: Any, free: set[str], name: str = "answer") -> None:
    """The answer has at least the documented keys, with the documented values where they are fixed."""
    if isinstance(documented, dict):
        for key, value in documented.items():
            assert key in answered, f"{name} lacks {key}"
            if key not in free or isinstance(value, dict):
                assert_like(value, answered[key], free, f"{name}.{key}")
            elif answered[key] is not None:
                assert_same_type(value, answered[key], f"{name}.{key}")
    elif isinstance(documented, list):
        assert len(answered) == len(documented), name
        for number, (one, other) in enumerate(zip(documented, answered, strict=True)):
            assert_like(one, other, free, f"{name}[{number}]")
    else:
        assert (answered, type(answered)) == (documented, type(documented)), name


def assert_same_type(documented: Any, answered: Any, name: str) -> None:
    kinds = (int, float) if type(documented) is float else (type(documented),)  # 1.0 is written 1 by some
    assert type(answered) in kinds, name


def filled(value: Any, kept: dict[str, str]) -> Any:
    """The value with {name} replaced by what was kept under that name."""
    if isinstance(value, dict):
        return {key: filled(item, kept) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, kept) for item in value]
    return kept.get(value[1:-1], value) if isinstance(value, str) and value.startswith("{") else value


def example(value: Any) -> Any:
    return EXAMPLES[value] if isinstance(value, str) else value


async def ask(api: Api, step: dict[str, Any], kept: dict[str, str]) -> Answer:
    method, path = step["do"].format_map(kept).split(" ")
    if "upload" in step:
        name, kind, size = step["upload"]
        form = FormData()
        form.add_field("file", b"x" * size, filename=name, content_type=kind)
        return await api.send(method, path, data=form)
    sent = example(step.get("send"))
    return await api.send(method, path, filled({**sent, **step.get("with", {})}, kept) if sent is not None else None)


@pytest.mark.parametrize("base", ["/gb/api/v1", "/api/v1/tasks"])
@pytest.mark.parametrize("talk", FILE["now"])
async def test_gb_126_the_documents_examples(
    api: Api, colleague: Api, onlooker: Api, clock: VirtualClock, base: str, talk: str
) -> None:
    people = {"user123": api, "user456": colleague, "user789": onlooker}
    kept: dict[str, str] = {}
    for step in TALKS[talk]:
        if "at" in step:
            clock.advance(datetime.fromisoformat(step["at"]) - clock.now())
        person = people[step.get("as", "user123")]
        person.base = base
        answer = await ask(person, step, kept)
        assert answer.status == step.get("status", 200), (step, answer)
        if "answer" in step:
            assert_like(example(step["answer"]), answer.body, FREE | set(step.get("free", ())))
        for name, where in step.get("keep", {}).items():
            found: Any = answer.body
            for key in where.split("."):
                found = found[int(key)] if isinstance(found, list) else found[key]
            kept[name] = found


def test_gb_126_every_example_is_in_a_talk() -> None:
    used = {step.get(part) for steps in TALKS.values() for step in steps for part in ("send", "answer")
            if isinstance(step.get(part), str)}  # fmt: skip
    assert used == set(EXAMPLES)
    assert len(EXAMPLES) == 23
