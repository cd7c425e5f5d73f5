"""What a script declares and a host starts: ON …, BEGIN SYSTEM PROMPT, TABLE, WEBHOOK."""

from tasktalk.interpreter.program import check
from tasktalk.interpreter.session import Finished, Pending, Session
from tests.interpreter.suspending import KEYWORDS, Folder, World, answered, run

SOURCE = """total = 5
ON TASK COMPLETED
  TALK "done ", event.title, " ", total IS NULL
  HEAR answer
  total = total + 1
  TALK answer, total
END ON
ON INSERT OF "orders"
  TALK row.id
END ON
BEGIN SYSTEM PROMPT
Be kind to ${user.name}.
END SYSTEM PROMPT
TALK "top"
"""


def test_handlers_never_run_by_themselves() -> None:
    assert run(Folder({"start.bas": SOURCE})).said == ["top"]


def test_declarations_name_their_handlers() -> None:
    program = Folder({"start.bas": SOURCE}).by_name("start.bas")
    assert [(d.phrase, d.handler, d.takes, d.span.line) for d in program.declarations] == [
        ("ON TASK COMPLETED", "HANDLER1", ("event",), 2),
        ("ON INSERT OF", "HANDLER2", ("row",), 8),
        ("SYSTEM PROMPT", "HANDLER3", (), 11),
    ]
    assert program.declarations[1].values == {"name": "orders", "arguments": ["orders"]}
    assert list(program.handlers) == ["HANDLER1", "HANDLER2", "HANDLER3"]


def test_a_handler_waits_and_goes_on_from_bytes() -> None:
    folder, world = Folder({"start.bas": SOURCE}), World()
    session = Session(folder.by_name("start.bas"), world, folder)
    outcome = session.start_handler("HANDLER1", {"title": "T", "unused": 1})
    assert isinstance(outcome, Pending)
    session = Session.load(session.dump(), world, folder)
    assert answered(session, outcome) == Finished(None)
    assert world.said == ["done T true", "w11"]


def test_a_handler_gets_values_by_name() -> None:
    folder, world = Folder({"start.bas": SOURCE}), World()
    assert Session(folder.by_name("start.bas"), world, folder).start_handler("HANDLER2", {"row": {"id": 7}})
    assert world.said == ["7"]


def test_a_system_prompt_gives_its_text() -> None:
    folder = Folder({"start.bas": SOURCE})
    session = Session(folder.by_name("start.bas"), World(), folder)
    assert session.start_handler("HANDLER3") == Finished("Be kind to user.")


def test_an_event_that_nobody_knows_is_kept_with_a_warning() -> None:
    source = 'ON FACE DETECTED "lobby"\n  TALK "hi"\nEND ON\n'
    assert [d.code for d in check(source, KEYWORDS)] == ["unknown-keyword"]
    (declared,) = Folder({"start.bas": source}).by_name("start.bas").declarations
    assert (declared.phrase, declared.values["name"]) == ("ON FACE DETECTED", "lobby")


def test_columns_in_three_spellings() -> None:
    source = """TABLE customers ON crm
  id integer key
  name string(50)
  FIELD price AS number
END TABLE
TABLE orders
CREATE TABLE orders (
  id SERIAL PRIMARY KEY, total DECIMAL(10,2) NOT NULL,
  mail VARCHAR(200) UNIQUE DEFAULT 'none', -- where to
  town TEXT,
  PRIMARY KEY (id, town)
);
END TABLE
"""
    first, second = Folder({"start.bas": source}).by_name("start.bas").declarations
    assert (first.values["name"], first.values["connection"]) == ("customers", "crm")

    def shown(values: object) -> list[tuple[object, ...]]:
        assert isinstance(values, list)
        return [tuple(v for v in column.values() if v is not None and v is not False) for column in values]

    assert shown(first.values["columns"]) == [
        ("id", "integer", True, True),
        ("name", "string", 50),
        ("price", "number"),
    ]
    assert shown(second.values["columns"]) == [
        ("id", "serial", True, True),
        ("total", "decimal", 10, 2, True),
        ("mail", "varchar", 200, True, "none"),
        ("town", "text", True),
    ]


def test_a_webhook_gets_what_was_posted() -> None:
    source = 'WEBHOOK "orders"\nRETURN body.id & (headers IS NULL)\n'
    folder = Folder({"start.bas": source})
    program = folder.by_name("start.bas")
    assert program.declarations[0][:2] == ("WEBHOOK", {"name": "orders"})
    assert Session(program, World(), folder).start({"body": {"id": 3}}) == Finished("3true")
    folder = Folder({"start.bas": 'PARAM city\nWEBHOOK "orders"\nRETURN city & body & query\n'})
    given = {"query": "c", "city": "a", "body": "b"}
    assert Session(folder.by_name("start.bas"), World(), folder).start(given) == Finished("abc")
    assert run(Folder({"start.bas": 'WEBHOOK "x"\nbody = 1\nTALK body\n'})).said == ["1"]
