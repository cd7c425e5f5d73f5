"""The bodies of Copilotz' own document are taken as they are written, and its walkthrough is gone through."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.bots.dialects.copilotz.conftest import Pilot

EXAMPLES: dict[str, Any] = json.loads((Path(__file__).parent / "copilotz_examples.json").read_text("utf-8"))


async def support(pilot: Pilot) -> None:
    """Workflow 2 with the steps 1 and 2, which the examples are about."""
    await pilot.workflow(name="Billing")
    assert await pilot.workflow("Look into it", "Tell the customer", name="Support") == (2, [1, 2])


@pytest.mark.parametrize("body", EXAMPLES["create"], ids=["sample", "createTask"])
async def test_cz_01_and_04_to_09_what_is_created(pilot: Pilot, body: dict[str, Any]) -> None:
    await support(pilot)
    made = await pilot.made(**body)
    assert {name: made[name] for name in body} == body
    assert await pilot.get(made["_id"]) == made


async def test_cz_02_and_18_and_22_what_is_updated(pilot: Pilot) -> None:
    await support(pilot)
    before = await pilot.made(**EXAMPLES["create"][1])
    [body] = EXAMPLES["update"]
    after = await pilot.changed(before["_id"], **body)
    context = {**before["context"], **body["context"]}
    assert after == {**before, **body, "context": context}


async def test_cz_23_the_walkthrough_of_three_steps(pilot: Pilot) -> None:
    number, [first, second, third] = await pilot.workflow(
        "Gather User Information", "Send Confirmation Email", "Complete Onboarding"
    )
    assert (first, second, third) == (1, 2, 3)
    made = await pilot.made(
        name="Onboard Jane", workflow=number, status="active", context={"name": "Jane", "contact": "jane@example.com"}
    )
    assert (made["status"], made["currentStep"]) == ("active", first)
    sent = await pilot.changed(made["_id"], currentStep=second, status="pending", context={"confirmation": "sent"})
    assert (sent["status"], sent["currentStep"]) == ("pending", second)
    last = await pilot.changed(made["_id"], currentStep=third, status="active", context={"plan": "pro"})
    assert (last["status"], last["currentStep"], last["_id"]) == ("active", third, made["_id"])
    assert last["context"] == {
        "name": "Jane",
        "contact": "jane@example.com",
        "confirmation": "sent",
        "plan": "pro",
    }
