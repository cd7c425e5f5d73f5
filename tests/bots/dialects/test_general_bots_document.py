"""General Bots: the page about it names every code there is, with its status, and no other; and what it shows works."""

import json
import re
from pathlib import Path

from tasktalk.bots import api
from tasktalk.bots.api.problems import Problem
from tasktalk.bots.dialects import general_bots, vocabulary
from tasktalk.runtime import tasks
from tests.bots.dialects.conftest import Api

HERE = Path(general_bots.__file__).parent
# what scripts or other interfaces alone come to
NOT_SERVED = (
    *("arguments.py", "blocks.py", "control.py"),
    *("pipeline.py", "pipeline_fields.py", "pipelines.py", "stages.py"),
)
SOURCES = [
    *Path(api.__file__).parent.glob("*.py"),
    *(file for file in Path(tasks.__file__).parent.glob("*.py") if file.name not in NOT_SERVED),
    *HERE.glob("*.py"),
    Path(vocabulary.__file__),
]
RAISED = re.compile(r'(?:Refused|Problem|\b(?:plain)?_?text|Vocabulary\[\w+\])\(\s*(?:\w+\.?\w*\(?\)?,\s*)?"([a-z_]+)"')
NAMES = ("page", "limit", "sort", "order", "due_before", "due_after", "unread", "keep_good")
QUERY = {f"invalid_{name}" for name in NAMES}


def test_the_table_of_errors_is_complete() -> None:
    text = (HERE / "README.md").read_text("utf-8")
    rows = [line.split("|")[1:3] for line in text.splitlines() if line.startswith("| `")]
    documented = {code: int(status) for codes, status in rows for code in re.findall(r"`(\w+)`", codes)}
    raised = {code for source in SOURCES for code in RAISED.findall(source.read_text("utf-8"))} | QUERY
    assert set(documented) == raised
    assert documented == {code: Problem(code, "").status for code in documented}


async def test_every_request_that_is_shown_is_taken(api: Api) -> None:
    text = (HERE / "README.md").read_text("utf-8")
    shown = re.findall(r"```http\n *(POST) (\S+)\n *(\{.*\})\n", text)
    assert len(shown) == text.count("```http")
    assert shown
    template_id = ""
    for method, path, body in shown:
        answer = await api.send(method, path, json.loads(body.replace("tpl_…", template_id)))
        assert answer.status == 201, (path, answer.body)
        template_id = answer.body.get("template_id", template_id)
