"""Which talk a task comes from is what scripts did, and nothing that programs say."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.bots.dialects.consequences.conftest import House
from tests.bots.dialects.crossing.asking import Asking
from tests.bots.dialects.crossing.faces import FACES
from tests.bots.dialects.crossing.faces.face import Face

_MAKER = """
id = CREATE TASK "Mend the roof" CONTEXT #{"house": 7}
TALK id
ON TASK COMPLETED
  TALK "Completed: ${task.title}"
END ON
HEAR x
"""


async def heard(house: House, conversation_id: str) -> list[str]:
    """What the bot has said there."""
    return [m.text for m in await house.services.engine.messages(conversation_id) if m.direction == "out"]


async def maker(house: House) -> tuple[str, str]:
    """A talk in which a script has made a task, and the task's id."""
    (house.folder / "bots" / "support" / "start.bas").write_text(_MAKER)
    await house.close()
    await house.open()
    talk = await house.say("Hello")
    [task_id] = await heard(house, talk)
    return talk, task_id


@pytest.mark.parametrize("changed", [{}, {"a": 1}, {"conversation_id": "cnv_1", "bot_id": "nobody"}])
@pytest.mark.parametrize("face", [face for face in FACES if face.sets() & {"context", "metadata"}])
async def test_a_task_whose_context_programs_change_stays_with_its_talk(
    house: House, face: Face, changed: Mapping[str, Any]
) -> None:
    talk, task_id = await maker(house)
    ana = await house.person("ana")
    field = "context" if "context" in face.sets() else "metadata"
    asked = face.change(task_id.removeprefix("tsk_"), {field: changed})
    assert asked is not None
    await Asking(house.client, ana.token).done(face, asked)
    got = await ana.send("GET", f"/tasks/{task_id}")
    assert got.body["context"] == {"conversation_id": talk, "bot_id": "support", **changed}
    await ana.send("POST", f"/tasks/{task_id}/complete", json={})
    await house.settle()
    assert await heard(house, talk) == [task_id, "Completed: Mend the roof"]


async def test_writing_back_the_context_that_was_read_changes_nothing(house: House) -> None:
    _, task_id = await maker(house)
    ana = await house.person("ana")
    got = await ana.send("GET", f"/tasks/{task_id}")
    before = len(await house.rows("event"))
    await ana.send("PATCH", f"/tasks/{task_id}", json={"context": got.body["context"]})
    assert (await ana.send("GET", f"/tasks/{task_id}")).body["context"] == got.body["context"]
    assert len(await house.rows("event")) == before


@pytest.mark.parametrize("who", ["jane", "eve"])
async def test_a_program_cannot_speak_in_the_talk_of_somebody_else(house: House, who: str) -> None:
    talk, task_id = await maker(house)
    somebody = await house.person(who, "default" if who == "jane" else "other")
    context = {"conversation_id": talk, "bot_id": "support"}
    made = await somebody.send("POST", "/tasks", json={"title": "Not yours", "context": context})
    assert made.status == 201
    got = await somebody.send("GET", f"/tasks/{made.body['task_id']}")
    assert got.body["context"] == context
    await somebody.send("POST", f"/tasks/{made.body['task_id']}/complete", json={})
    await house.settle()
    assert await heard(house, talk) == [task_id]


async def test_a_rule_makes_its_task_where_what_it_acts_on_happened(house: House) -> None:
    talk, task_id = await maker(house)
    ana = await house.person("ana")
    rule = {"name": "Look again", "trigger": {"type": "conversation_tag", "value": "roof"}}
    action = {"type": "create_task", "title": "Look at it"}
    assert (await ana.send("POST", "/tasks/automations", json={**rule, "action": action})).status == 201
    assert await house.tag(ana, talk, "roof") == 200
    [made] = [row for row in await house.rows("task") if row["title"] == "Look at it"]
    await ana.send("PATCH", f"/tasks/{made['id']}", json={"context": {}})
    await ana.send("POST", f"/tasks/{made['id']}/complete", json={})
    await house.settle()
    assert await heard(house, talk) == [task_id, "Completed: Look at it"]
