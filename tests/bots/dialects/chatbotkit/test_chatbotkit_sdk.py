"""ChatBotKit's own client, npm's @chatbotkit/sdk as it is, drives a running server (CBK-99)."""

import json
import shutil
import sys
from pathlib import Path

from tests.bots.dialects.others import MODULES, needs_node
from tests.system.commands import out_of, token
from tests.system.server import serving

DRIVER = Path(__file__).parents[3] / "node" / "chatbotkit.mjs"


async def test_cbk_98_and_99_the_client_of_others_does_all_it_can(tmp_path: Path) -> None:
    node = needs_node("@chatbotkit/sdk")
    (tmp_path / "node_modules").symlink_to(MODULES)
    driver = Path(shutil.copy(DRIVER, tmp_path))
    async with serving(tmp_path, {"reporter/start.bas": 'TALK "Report."\nWAIT 1 HOUR\n'}) as server:
        await out_of(sys.executable, "-m", "tasktalk.bots.cli", "org", "create", "other", "--db", str(server.database))
        mine, theirs = await token(server), await token(server, "--org", "other")
        said = json.loads(await out_of(node, str(driver), server.url, mine, "reporter", theirs, cwd=tmp_path))

    task_id, other_id = said["created"]["id"], said["other"]["id"]
    assert said["fetched"]["meta"] == {"customer": "acme", "deep": {"list": [1, "yes"]}}
    assert (said["fetched"]["botId"], said["fetched"]["schedule"]) == ("reporter", "daily")
    assert said["fetched"]["nextRunAt"] == said["fetched"]["createdAt"] + 86_400_000
    assert [item["id"] for item in said["listed"]["items"]] == [other_id, task_id]
    assert [item["id"] for item in said["page"]["items"]] == [task_id]
    assert [item["id"] for item in said["next"]["items"]] == [other_id]
    assert [item["id"] for item in said["byMeta"]["items"]] == [task_id]
    assert said["byNoMeta"] == {"items": [], "cursor": ""}
    for stream in ("streamed", "exported"):
        assert [(line["type"], line["data"]["id"]) for line in said[stream]] == [("item", other_id), ("item", task_id)]
    assert (said["updated"], said["triggered"]) == ({"id": task_id}, {"id": task_id})
    assert (said["after"]["name"], said["after"]["schedule"]) == ("Weekly Report", "0 9 * * 1")
    (execution,) = said["executions"]["items"]
    assert execution["taskId"] == task_id
    assert [line["data"]["id"] for line in said["executionLines"]] == [execution["id"]]
    assert said["executionCancelled"] == {"id": execution["id"], "taskId": task_id}
    assert (said["cancelled"], said["deleted"]) == ({"id": task_id}, {"id": task_id})
    assert said["left"] == [other_id]
    assert said["codes"] == {
        "gone": "NOT_FOUND",
        "goneTrigger": "NOT_FOUND",
        "badSchedule": "BAD_REQUEST",
        "noBot": "NOT_FOUND",
        "badTake": "BAD_REQUEST",
        "noToken": "NOT_AUTHENTICATED",
        "noSecret": "NOT_AUTHENTICATED",
        "ofAnother": "NOT_FOUND",
        "noContact": "NOT_FOUND",
    }
