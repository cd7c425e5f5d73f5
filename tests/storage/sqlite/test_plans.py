"""The statements of every turn and tick find their rows by an index, however many rows there are."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Select

from tasktalk.storage import (
    accounts,
    analytics,
    attachments,
    automations,
    calls,
    coming,
    comments,
    conversations,
    deliveries,
    events,
    explaining,
    listing,
    memory,
    messages,
    notices,
    numbers,
    parcels,
    pipelines,
    queues,
    requests,
    runs,
    scheduled_tasks,
    schedules,
    sessions,
    steps,
    suspects,
    tags,
    takeovers,
    tasks,
    templates,
    watchers,
    webhooks,
    workflows,
)
from tasktalk.storage.database import Database
from tasktalk.storage.pipelines import PipelineFilter
from tasktalk.storage.reading import Question, Reader, _compiled
from tasktalk.storage.scheduled_tasks import ScheduledFilter, Standing

NOW = datetime(2026, 1, 5, tzinfo=UTC)


class Explaining(Reader):
    """Gives no rows, and notes how SQLite would find them."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader._backend, reader.connection)
        self.plan: list[str] = []

    async def rows_of_each(self, *asked: Question) -> list[list[dict[str, Any]]]:
        for statement, values in asked:
            compiled, given = _compiled(statement, self.connection.dialect)
            sql, parameters = compiled.asking(given, values)
            self.plan += [row[3] for row in await self.connection.fetch(f"EXPLAIN QUERY PLAN {sql}", parameters)]
        return [[] for _ in asked]

    async def glance(self, statement: Select[Any], values: Mapping[str, Any]) -> dict[str, Any] | None:
        return await self.row(statement, values)


def listed(reader: Reader, after: str | None = None, **asked: Any) -> Awaitable[object]:
    """A list of scheduled tasks."""
    return scheduled_tasks.page(reader, "x", ScheduledFilter(**asked), order="desc", after=after, limit=9)


@pytest.mark.parametrize(
    ("read", "index"),
    [
        (lambda r: conversations.of_contact(r, "b", "c", "a"), "contact_2"),
        (lambda r: conversations.of_contact(r, "b", "c", "a"), "conversation_2"),
        (lambda r: conversations.by_id(r, "x"), "conversation_1"),
        (lambda r: conversations.last_sequence(r, "x"), "message_2"),
        (lambda r: conversations.message_by_provider_id(r, "x", "y"), "uq_message_provider_id"),
        (lambda r: conversations.messages(r, "x", 0, 10), "message_2"),
        (lambda r: conversations.message_and_answer(r, "x"), "message_2"),
        (lambda r: conversations.message_and_answer(r, "x"), "ix_message_answers"),
        (lambda r: conversations.undelivered(r, "x", 10), "ix_message_pending"),
        (lambda r: conversations.unheard(r, "x", 10), "ix_message_pending"),
        (lambda r: conversations.open_sessions(r, "x"), "ix_session_conversation"),
        (lambda r: conversations.at_hand(r, "x", NOW), "ix_message_pending"),
        (lambda r: conversations.at_hand(r, "x", NOW), "ix_run_queued"),
        (lambda r: conversations.at_hand(r, "x", NOW), "ix_timer_conversation"),
        (conversations.with_input, "ix_message_pending"),
        (lambda r: conversations.runs(r, "x"), "ix_run_conversation"),
        (lambda r: conversations.awaiting(r, "x"), "ix_awaited_task_id"),
        (lambda r: conversations.held(r, "x"), "ix_run_conversation"),
        (lambda r: conversations.held(r, "x"), "ix_timer_conversation"),
        (lambda r: conversations.reachable(r, "b", "x"), "contact_2"),
        (lambda r: conversations.reachable(r, "b", "x"), "ix_contact_second_address"),
        (lambda r: conversations.sharing(r, "c", "x"), "ix_contact_second_address"),
        (lambda r: conversations.opted_out_at(r, "x"), "ix_contact_second_address"),
        (coming.coming, "ix_timer_due_at"),
        (coming.coming, "ix_schedule_fires"),
        (coming.coming, "ix_deadline_due_at"),
        (coming.coming, "ix_run_begins"),
        (coming.coming, "ix_run_ends_by"),
        (coming.coming, "ix_schedule_held"),
        (lambda r: coming.coming(r, NOW), "ix_run_begins"),
        (lambda r: coming.coming(r, NOW), "ix_run_ends_by"),
        (lambda r: coming.coming(r, NOW), "ix_timer_due_at"),
        (lambda r: coming.coming(r, NOW), "ix_schedule_fires"),
        (lambda r: coming.coming(r, NOW), "ix_deadline_due_at"),
        (lambda r: conversations.with_due_timer(r, NOW), "ix_timer_due_at"),
        (lambda r: calls.done_before(r, NOW, 10), "ix_conversation_call"),
        (lambda r: calls.done_before(r, NOW, 10), "ix_session_conversation"),
        (lambda r: memory.remembered(r, "b", "o", "k"), "memory_2"),
        (lambda r: steps.of_input(r, "x", "y"), "ix_step_input"),
        (lambda r: steps.removal(r, NOW, NOW, 10), "ix_step_begun_at"),
        (lambda r: steps.removal(r, NOW, NOW, 10), "ix_message_pending"),
        (lambda r: steps.removal(r, NOW, NOW, 10), "ix_run_queued"),
        (lambda r: steps.removal(r, NOW, NOW, 10), "ix_timer_conversation"),
        (lambda r: schedules.due(r, NOW, 10), "ix_schedule_fires"),
        (schedules.held, "ix_schedule_held"),
        (schedules.held, "run_1"),
        (lambda r: schedules.by_id(r, "x"), "schedule_1"),
        (lambda r: schedules.open_runs(r, ["x", "y"]), "ix_run_open"),
        (lambda r: schedules.listed(r, 10), "schedule_1"),
        (lambda r: schedules.listed(r, 10, "b"), "ix_schedule_bot"),
        (lambda r: explaining.deletion(r, "x"), "ix_event_subject"),
        (lambda r: explaining.schedules_of_task(r, "x"), "ix_schedule_task_id"),
        (lambda r: explaining.schedules_of_script(r, "b", "s", 9), "ix_schedule_"),
        (lambda r: explaining.scripts_with_schedules(r, "b"), "ix_schedule_"),
        (lambda r: explaining.run_of(r, "x", NOW), "run_2"),
        (lambda r: explaining.next_run_after(r, "x", NOW), "run_2"),
        (lambda r: explaining.last_run(r, "x"), "run_2"),
        (lambda r: explaining.run_by_id(r, "x"), "run_1"),
        (lambda r: tasks.overdue(r, NOW, 10), "ix_deadline_due_at"),
        (lambda r: events.pending(r, 10), "event_1"),
        (queues.inbox, "ix_message_pending"),
        (lambda r: queues.outbox(r, ["c"]), "ix_message_pending"),
        (lambda r: queues.due(r, NOW), "ix_timer_due_at"),
        (lambda r: queues.due(r, NOW), "ix_schedule_fires"),
        (lambda r: queues.due(r, NOW), "ix_run_queued"),
        (queues.events, "pending_event_1"),
        (lambda r: events.after(r, "task", 7), "ix_event_s"),
        (lambda r: deliveries.listed(r, "dead", 10, "c", "x"), "ix_message_stuck"),
        (lambda r: deliveries.listed(r, "parked", 10), "ix_message_stuck"),
        (lambda r: deliveries.listed(r, "failing", 10), "ix_message_pending"),
        (lambda r: deliveries.listed(r, "waiting", 10), "ix_message_pending"),
        (lambda r: parcels.listed(r, "dead", 10, "email"), "parcel_1"),
        (lambda r: parcels.listed(r, "failing", 10, "email"), "parcel_1"),
        (lambda r: parcels.listed(r, "waiting", 10, "email"), "parcel_1"),
        (lambda r: sessions.waiting(r, 10), "ix_session_waiting"),
        (lambda r: sessions.waiting(r, 10, "b"), "ix_session_conversation"),
        (lambda r: sessions.by_id(r, "x"), "session_1"),
        (lambda r: suspects.waiting(r, NOW), "ix_message_pending"),
        (lambda r: suspects.waiting(r, NOW), "ix_run_queued"),
        (lambda r: suspects.waiting(r, NOW), "ix_timer_due_at"),
        (lambda r: accounts.token_by_hash(r, "x"), "token_2"),
        (lambda r: accounts.token_by_hash(r, "x"), "user_1"),
        (lambda r: accounts.users(r, "x"), "ix_user_organisation_id"),
        (lambda r: accounts.user_named(r, "x", "y"), "ix_user_organisation_id"),
        (lambda r: accounts.organisation_by_id(r, "x"), "organisation_1"),
        (lambda r: requests.budget_of(r, "x", "y"), "budget_1"),
        (lambda r: requests.answer(r, "x", "y"), "kept_answer_1"),
        (lambda r: requests.old_budgets(r, NOW, 10), "ix_budget_begun_at"),
        (lambda r: requests.old_answers(r, NOW, 10), "ix_kept_answer_created_at"),
        (deliveries.with_put_back, "ix_message_pending"),
        (lambda r: comments.page(r, "x", 0, 10), "ix_comment_task"),
        (lambda r: messages.page(r, "x", 0, 10), "ix_task_message_task"),
        (lambda r: messages.page(r, "x", 0, 10), "ix_run_task"),
        (lambda r: messages.newest(r, "x", 10), "message_2"),
        (lambda r: messages.listening(r, "x"), "ix_session_conversation"),
        (lambda r: takeovers.of(r, "x"), "takeover_1"),
        (lambda r: tasks.first_begun(r, "x"), "ix_task_begun"),
        (lambda r: tasks.older(r, "x", (NOW, "y"), 10, statuses=["pending"]), "ix_task_created"),
        (lambda r: runs.in_line(r, NOW, 10), "takeover_1"),
        (lambda r: attachments.page(r, "x", 0, 10), "ix_attachment_task"),
        (lambda r: attachments.by_id(r, "x"), "attachment_1"),
        (lambda r: attachments.known(r, "x", ["y"]), "attachment_"),
        (lambda r: attachments.kept_file(r, "x"), "ix_file_digest"),
        (lambda r: attachments.files(r, NOW, "x", 10), "file_1"),
        (lambda r: attachments.files(r, NOW, "x", 10), "ix_attachment_file_id"),
        (lambda r: templates.page(r, "x", 0, 10), "ix_template_organisation"),
        (lambda r: tasks.by_ids(r, ["x", "y"]), "task_1"),
        (lambda r: numbers.task_of(r, 7), "INTEGER PRIMARY KEY"),
        (lambda r: pipelines.by_numbers(r, "pipeline", "o", [1]), "pipeline_2"),
        (lambda r: pipelines.by_numbers(r, "pipeline_stage", "o", [1]), "pipeline_stage_2"),
        (lambda r: pipelines.by_ids(r, "pipeline", ["x"]), "pipeline_1"),
        (lambda r: pipelines.last_number(r, "o/pipeline"), "last_number_1"),
        (lambda r: pipelines.count(r, "o", PipelineFilter(external_id="x")), "ix_task_external_id"),
        (lambda r: pipelines.naming(r, "o", ["x"]), "pipeline_stage_2"),
        (lambda r: pipelines.stages(r, ["x"]), "ix_pipeline_stage_place"),
        (lambda r: pipelines.stage_of(r, "x"), "task_stage_1"),
        (lambda r: pipelines.places(r, ["x", "y"]), "task_stage_1"),
        (lambda r: pipelines.of_run(r, "x"), "ix_task_stage_run_id"),
        (lambda r: pipelines.paused(r, NOW, 10), "ix_task_stage_again"),
        (lambda r: pipelines.used(r, "pipeline", ["x"]), "ix_task_stage_pipeline"),
        (lambda r: pipelines.used(r, "pipeline_stage", ["x"]), "ix_task_stage_stage"),
        (lambda r: pipelines.tasks(r, "o", PipelineFilter(external_id="x"), offset=0, limit=1), "ix_task_external_id"),
        (
            lambda r: pipelines.tasks(r, "o", PipelineFilter(pipeline_id="x"), offset=0, limit=1),
            "COVERING INDEX ix_task_stage_pipeline",
        ),
        (
            lambda r: pipelines.tasks(r, "o", PipelineFilter(stage_id="x"), offset=0, limit=1),
            "COVERING INDEX ix_task_stage_stage",
        ),
        (lambda r: numbers.of(r, ["x", "y"]), "task_number_1"),
        (lambda r: watchers.of_task(r, "x"), "watcher_1"),
        (lambda r: watchers.of_tasks(r, ["x", "y"]), "watcher_1"),
        (lambda r: notices.settings(r, ["x"]), "notification_setting_1"),
        (lambda r: notices.users(r, ["x"]), "user_1"),
        (lambda r: notices.inbox(r, "x", is_unread=False, offset=0, limit=9), "ix_notification_inbox"),
        (lambda r: notices.inbox(r, "x", is_unread=True, offset=0, limit=9), "ix_notification_"),
        (lambda r: notices.unread(r, "x", "ntf_1", 9), "ix_notification_"),
        (lambda r: notices.some(r, "x", ["y"]), "notification_1"),
        (lambda r: notices.told(r, "x"), "notification_1"),
        (lambda r: parcels.first(r, "x", 9), "ix_parcel_pending"),
        (lambda r: parcels.lines(r, ["email"]), "ix_parcel_pending"),
        (lambda r: parcels.dead(r, "x", 9), "ix_parcel_dead"),
        (lambda r: webhooks.by_id(r, "x"), "webhook_1"),
        (lambda r: workflows.paused(r, NOW, 9), "ix_workflow_step_again"),
        (lambda r: webhooks.of_organisations(r, ["x", "y"]), "ix_webhook_organisation_id"),
        (lambda r: automations.by_id(r, "x"), "automation_1"),
        (lambda r: automations.of_organisation(r, "x"), "ix_automation_trigger"),
        (lambda r: automations.triggered(r, ["x"], ["task_event", "message_text"]), "ix_automation_trigger"),
        (lambda r: automations.done(r, ["x"]), "ix_automation_done_conversation_id"),
        (lambda r: automations.open_tasks(r, "x", ["completed"]), "ix_user_organisation_id"),
        (lambda r: automations.open_tasks(r, "x", ["completed"]), "ix_task_assignee"),
        (lambda r: automations.tags(r, "x"), "conversation_tag_2"),
        (lambda r: analytics.by_priority(r, "x", NOW, ["completed"], ["in_progress"]), "ix_task_"),
        (lambda r: analytics.by_assignee(r, "x"), "ix_task_assignee"),
        (lambda r: notices.count(r, "x", is_unread=True), "ix_notification_"),
        (lambda r: notices.count(r, "x", is_unread=False), "ix_notification_inbox"),
        (lambda r: runs.by_id(r, "x"), "run_1"),
        (lambda r: runs.page(r, "x", 10), "ix_run_task"),
        (lambda r: runs.page(r, "x", 10, "y", "asc"), "ix_run_task"),
        (lambda r: runs.under_way(r, "x"), "ix_run_task"),
        (lambda r: runs.last_ended(r, ["x"]), "ix_run_last"),
        (lambda r: runs.standing(r, ["x"]), "ix_run_task"),
        (lambda r: runs.messages(r, {"id": "x", "conversation_id": "y"}), "message_2"),
        (lambda r: runs.waiting_session(r, {"id": "x", "conversation_id": "y"}), "ix_session_"),
        (lambda r: runs.count_since(r, "x", NOW, 10), "ix_run_organisation"),
        (lambda r: runs.in_line(r, NOW, 10), "ix_run_begins"),
        (lambda r: runs.in_line(r, NOW, 10), "uq_run_line"),
        (lambda r: runs.late(r, NOW, 10), "ix_run_ends_by"),
        (lambda r: runs.picked_up(r, "x"), "ix_run_picked_up"),
        (lambda r: runs.to_pick_up(r, "x", ["low", "high"], 10), "ix_task_pickup"),
        (lambda r: runs.to_pick_up(r, "x", ["low", "high"], 10), "ix_run_under_way"),
        (listed, "ix_task_scheduled"),
        (lambda r: listed(r, after="y"), "ix_task_scheduled"),
        (lambda r: listed(r, bot="b"), "ix_task_bot"),
        (lambda r: listed(r, contact_id="c"), "ix_task_contact_id"),
        (lambda r: listed(r, meta={"a": "b", "c": "d"}), "task_meta_1"),
        (lambda r: listed(r, standing=Standing(("completed",), "pending", is_under_way=True)), "ix_run_under_way"),
        *[(listed, index) for index in ("ix_schedule_task_id", "ix_run_last", "ix_run_under_way")],
        (lambda r: scheduled_tasks.standing(r, "x"), "ix_run_last"),
        (lambda r: scheduled_tasks.standing(r, "x"), "ix_run_under_way"),
    ],
)
async def test_it_uses_its_index(database: Database, read: Callable[[Reader], Awaitable[object]], index: str) -> None:
    async with database.read() as reader:
        explaining = Explaining(reader)
        await read(explaining)
    assert any(index in line for line in explaining.plan), explaining.plan
    tables = (
        *("contact", "conversation", "message", "session", "timer", "run", "schedule", "deadline", "event", "task"),
        *("watcher", "notification", "webhook", "parcel", "automation", "automation_done", "conversation_tag"),
        *("comment", "attachment", "file", "template", "task_message", "takeover"),
    )
    scans = [line for line in explaining.plan if line.startswith("SCAN") and line.split()[1] in tables]
    assert not [line for line in scans if "INDEX" not in line]


FILTERED = [
    listing.Shape(statuses, priorities, has_assignee, has_due, has_due, tags, with_scheduled)
    for statuses, priorities, has_assignee, has_due, tags, with_scheduled in (
        (0, 0, False, False, 0, False),
        (0, 0, False, False, 0, True),
        (1, 0, False, False, 0, False),
        (4, 0, False, False, 0, False),
        (0, 1, False, False, 0, False),
        (0, 2, False, False, 0, False),
        (0, 0, True, False, 0, False),
        (0, 0, False, True, 0, False),
        (0, 0, False, False, 2, False),
        (0, 1, False, True, 1, False),
        (5, 2, True, True, 1, False),
    )
]
VALUES = {
    "organisation": "o", "assignee": "a", "before": NOW, "after": NOW, "section": "low",
    **{f"{name}_{place}": "x" for name in ("status", "priority", "tag") for place in range(5)},
    **{f"text_{place}": "x" for place in range(512)},
}  # fmt: skip


RANKING = ("low", "medium", "high", "urgent")


def asked_of(shape: listing.Shape) -> list[Any]:
    """The conditions that a filter of this shape has."""
    numbers = {
        "": 1,
        "assignee": shape.has_assignee,
        "tag": shape.tags,
        "tag and priority": shape.tags and shape.priorities,
        "tag and due_at": shape.tags and shape.has_before,
        "status": shape.statuses,
        "priority": shape.priorities,
        "due_at": shape.has_before,
    }
    return [by for by, number in numbers.items() if number]


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize(
    ("sort", "section"),
    [("created_at", ""), ("updated_at", ""), ("due_at", "due"), ("due_at", "never due"), ("priority", "priority")],
)
async def test_a_long_list_is_walked_in_its_order(database: Database, sort: Any, section: str, order: Any) -> None:
    async with database.read() as reader:
        for shape in FILTERED:
            # What is never due is in no window.
            part: Any = "" if sort == "due_at" and shape.has_before else section
            for by in asked_of(shape):
                way = listing.Way(sort, order, is_reversed=False, by=by, ranking=RANKING)
                explaining = Explaining(reader)
                await explaining.rows(listing._ids(shape, part, way, is_along=True), VALUES)
                index = by if shape.is_in_order(by, sort) else sort.removesuffix("_at")
                walked = f"task USING COVERING INDEX ix_task_{index}"
                if shape.tags and index in ("tag", "created"):
                    walked = "task_tag USING PRIMARY KEY"
                elif shape.tags and (by == "tag and priority" or not shape.is_in_order(by, sort)):
                    walked = f"task_tag USING COVERING INDEX ix_task_tag_{index.removeprefix('tag and ')}"
                assert explaining.plan[0].startswith(f"SEARCH {walked} (organisation_id=?"), explaining.plan
                assert not any("TEMP B-TREE" in line for line in explaining.plan), (shape, explaining.plan)


INDEX: Mapping[Any, str] = {
    "assignee": "SEARCH task USING COVERING INDEX ix_task_assignee (organisation_id=? AND assignee=?)",
    "status": "SEARCH task USING COVERING INDEX ix_task_status (organisation_id=? AND status=?)",
    "priority": "SEARCH task USING COVERING INDEX ix_task_priority (organisation_id=? AND priority=?)",
    "due_at": "SEARCH task USING COVERING INDEX ix_task_due (organisation_id=? AND due_at>? AND due_at<?)",
    "tag": "SEARCH task_tag USING ",
    "tag and priority": "SEARCH task_tag USING COVERING INDEX ix_task_tag_priority"
    " (organisation_id=? AND tag=? AND priority=?)",
    "tag and due_at": "SEARCH task_tag USING COVERING INDEX ix_task_tag_due"
    " (organisation_id=? AND tag=? AND due_at>? AND due_at<?)",
    "tags": "SEARCH task_tag USING COVERING INDEX ix_task_tag_text (organisation_id=? AND tag=? AND all_tags=?",
}
BY_ALL = listing.Shape(5, 2, True, True, True, 3, False, texts=512)


@pytest.mark.parametrize("sort", ["created_at", "updated_at", "due_at", "priority"])
@pytest.mark.parametrize("by", INDEX)
async def test_a_short_list_is_found_by_the_condition_that_is_chosen(database: Database, sort: Any, by: Any) -> None:
    way = listing.Way(sort, "desc", is_reversed=False, by=by, ranking=RANKING)
    statements = [listing._ids(BY_ALL, "", way, is_along=False)]
    statements += [listing.count_of(BY_ALL, section, by) for section in ("", "due", "never due", "priority")]
    async with database.read() as reader:
        for statement in statements:
            explaining = Explaining(reader)
            await explaining.rows(statement, VALUES)
            first, *others = explaining.plan
            assert first.startswith(INDEX[by]), explaining.plan
            assert not any(line.startswith("SCAN") for line in others), explaining.plan


async def test_a_list_of_a_space_is_found_by_it(database: Database) -> None:
    shape = listing.Shape(1, 1, True, True, True, 0, False, has_space=True)
    way = listing.Way("created_at", "desc", is_reversed=False, by="space_id", ranking=RANKING)
    async with database.read() as reader:
        for statement in (listing._ids(shape, "", way, is_along=True), listing.count_of(shape, "", "space_id")):
            explaining = Explaining(reader)
            await explaining.rows(statement, {**VALUES, "space": "s"})
            assert explaining.plan == [
                "SEARCH task USING COVERING INDEX ix_task_space_id (organisation_id=? AND space_id=?)"
            ]


async def test_what_has_tags_is_found_without_looking_a_task_up(database: Database) -> None:
    shape = listing.Shape(4, 2, True, True, True, 2, False)
    way = listing.Way("created_at", "desc", is_reversed=False, by="tag", ranking=RANKING)
    async with database.read() as reader:
        for statement in (listing.count_of(shape, "", "tag"), listing._ids(shape, "", way, is_along=True)):
            explaining = Explaining(reader)
            await explaining.rows(statement, VALUES)
            looked_at = [line.split(" USING")[0] for line in explaining.plan if line.startswith("SEARCH")]
            assert looked_at == ["SEARCH task_tag", "SEARCH task_tag_1"]


async def test_the_texts_of_a_tag_are_found_past_the_tasks_that_have_them(database: Database) -> None:
    async with database.read() as reader:
        explaining = Explaining(reader)
        assert await tags.texts_with(explaining, "o", "x", ["y"], 10) == []
    searched = [line.partition(" USING ")[2] for line in explaining.plan if line.startswith("SEARCH")]
    index = "COVERING INDEX ix_task_tag_text"
    assert searched == [
        f"{index} (organisation_id=? AND tag=?)",
        f"{index} (organisation_id=? AND tag=? AND all_tags>?)",
        f"{index} (organisation_id=? AND tag=? AND all_tags=?)",
    ]


async def test_of_each_text_only_what_is_due_then_is_met(database: Database) -> None:
    way = listing.Way("priority", "desc", is_reversed=False, by="tags", ranking=RANKING)
    async with database.read() as reader:
        for statement in (listing.count_of(BY_ALL, "", "tags"), listing._ids(BY_ALL, "", way, is_along=False)):
            explaining = Explaining(reader)
            await explaining.rows(statement, VALUES)
            assert explaining.plan[0].endswith("all_tags=? AND due_at>? AND due_at<?)")
