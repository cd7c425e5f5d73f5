"""One field of a task under the name that each interface has for it."""

from typing import Any

import pytest

from tests.bots.dialects.chatbotkit.conftest import Kit
from tests.bots.dialects.conftest import Api, Client
from tests.bots.dialects.crossing.asking import Asking
from tests.bots.dialects.crossing.faces.bytebot import Bytebot
from tests.bots.dialects.crossing.faces.copilotz import Copilotz
from tests.bots.dialects.crossing.faces.face import Ask
from tests.bots.dialects.crossing.faces.teamday import TeamDay


@pytest.fixture
def kit(client: Client, api: Api) -> Kit:
    """The same user, at ChatBotKit's interface."""
    return Kit(client, api.token)


async def test_x_13_a_context_is_a_meta(api: Api, kit: Kit) -> None:
    context = {"order": 4711, "deep": {"list": [1, None, "ü"]}}
    made = await kit.made(name="Report", meta=context)
    assert (await api.get(made))["context"] == context
    assert (await api.patch(made, context={"order": 4712})).status == 200
    assert (await kit.fetch(made))["meta"] == {"order": 4712}
    assert (await kit.updated(made, meta=None))["meta"] == (await api.get(made))["context"] == {}


async def test_x_13_tags_are_in_the_meta(api: Api, kit: Kit) -> None:
    made = (await kit.made(name="Report", meta={"tags": ["a", "b"], "order": 1})).replace("task_", "tsk_")
    found = await api.get(made)
    assert (found["tags"], found["context"]) == (["a", "b"], {"order": 1})
    assert await api.titles(tags="b") == []  # it is a scheduled one of that interface
    assert (await api.patch(made, tags=["c"])).body["updated_fields"] == ["tags"]
    assert (await kit.fetch(made))["meta"] == {"order": 1, "tags": ["c"]}
    assert (await kit.updated(made.replace("tsk_", "task_"), meta={"order": 2}))["meta"] == {"order": 2}
    assert (await api.get(made))["tags"] == []


@pytest.mark.parametrize("tags", [[], [1], [" "], "a", None, {"a": 1}, ["x" * 256], ["a"] * 101])
async def test_x_13_what_cannot_be_tags_stays_in_the_context(api: Api, kit: Kit, tags: Any) -> None:
    made = await kit.made(name="Report", meta={"tags": tags})
    found = await api.get(made)
    assert (found["tags"], found["context"]) == ([], {"tags": tags})
    assert (await kit.fetch(made))["meta"] == {"tags": tags}


async def test_x_13_a_meta_that_is_sent_back_changes_nothing(api: Api, kit: Kit) -> None:
    made = await kit.made(name="Report")
    assert (await api.patch(made, tags=["a"], context={"tags": ["hidden"], "n": 1})).status == 200
    before = await api.get(made)
    shown = (await kit.fetch(made))["meta"]
    assert shown == {"tags": ["a"], "n": 1}
    await kit.updated(made, meta=shown)
    assert await api.get(made) == before


async def test_x_13_a_title_is_a_name(api: Api, kit: Kit) -> None:
    made = await kit.made(name="Report", description="All of it")
    found = await api.get(made)
    assert (found["title"], found["description"]) == ("Report", "All of it")
    assert (await api.patch(made, title="Other")).status == 200
    assert (await kit.fetch(made))["name"] == "Other"


async def test_x_13_tags_are_in_the_context_that_is_merged(api: Api, asking: Asking) -> None:
    made = await api.made(tags=["a"], context={"n": 1, "empty": None})
    copilotz = Copilotz()

    async def put(**context: Any) -> Any:
        return (await asking.done(copilotz, Ask("PUT", f"/tasks/{made}", {"context": context})))["context"]

    assert await put(m=2) == {"n": 1, "empty": None, "m": 2, "tags": ["a"]}
    assert await put(tags=["b", "c"], n=None) == {"empty": None, "m": 2, "tags": ["b", "c"]}
    found = await api.get(made)
    assert (found["tags"], found["context"]) == (["b", "c"], {"empty": None, "m": 2})
    assert await put(tags=None) == {"empty": None, "m": 2}
    assert (await api.get(made))["tags"] == []


@pytest.mark.parametrize("line", ["x" * 5000, "ü" * 201, "👍" * 300, "  " + "a b " * 200])
async def test_x_14_what_has_no_title_is_called_by_its_first_line_up_to_200_characters(
    api: Api, asking: Asking, line: str
) -> None:
    bytebot, teamday = Bytebot(), TeamDay()
    made = await asking.done(bytebot, Ask("POST", "/tasks", {"description": f"{line}\nand more"}))
    title = (await asking.done(teamday, teamday.get(made["id"])))["title"]
    assert title == line.strip()[:200].strip()
    found = await api.get(made["id"])
    assert (found["title"], found["description"]) == (title, f"{line}\nand more")
    assert made["description"] == f"{line}\nand more"


async def test_x_14_a_title_that_is_longer_elsewhere_is_cut_where_it_is_shown(api: Api, asking: Asking) -> None:
    teamday = TeamDay()
    made = await api.made(title="x" * 500)
    shown = await asking.done(teamday, teamday.get(made))
    assert shown["title"] == "x" * 200
    ask = teamday.change(made, {"title": shown["title"]})
    assert ask is not None
    await asking.done(teamday, ask)
    assert (await api.get(made))["title"] == "x" * 500
