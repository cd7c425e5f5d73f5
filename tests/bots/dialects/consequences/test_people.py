"""Of a person who is removed nothing stays in what others were to be told."""

from tasktalk.runtime.people import People
from tests.bots.dialects.conftest import Api
from tests.bots.dialects.consequences.conftest import House


async def test_what_others_were_to_be_told_of_a_person_goes_with_them(house: House, ana: Api) -> None:
    webhook = await ana.send("POST", "/webhooks", {"url": house.hook_url, "events": ["task_created"]})
    action = {"type": "call_webhook", "webhook": webhook.body["webhook_id"]}
    for kind, value in (("conversation_tag", "urgent"), ("message_text", "zitherspiel")):
        trigger = {"type": kind, "value": value}
        assert (
            await ana.send("POST", "/automations", {"name": "r", "trigger": trigger, "action": action})
        ).status == 201
    await house.settle()
    house.receiver.statuses = [500] * 9
    talk = await house.say("I play the zitherspiel", "quendelkraut")
    await house.tag(ana, talk, "urgent")
    await ana.made(title="Listen to quendelkraut", assignee="quendelkraut")
    await ana.made(title="Listen to others")
    await house.settle()
    assert len(await house.rows("parcel")) == 4
    assert await People(house.services.database).delete("test", "quendelkraut")
    [left] = await house.rows("parcel")
    assert "Listen to others" in left["content"]["body"]
    for table in ("parcel", "conversation_tag", "notification", "event", "automation_done"):
        told = str(await house.rows(table))
        assert "quendelkraut" not in told
        assert "I play the zitherspiel" not in told
    assert await house.rows("conversation_tag") == await house.rows("automation_done") == []
