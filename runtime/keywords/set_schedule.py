"""SET SCHEDULE."""

from typing import Any

from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.turn import Turn


@keyword(
    "SET SCHEDULE <spec>[, <script>[, <arguments>...]] [TIMEZONE <timezone>]"
    " [MISFIRE <misfire:word>] [OVERLAP <overlap:word>] [JITTER <jitter>] [STARTS <starts>] [ENDS <ends>]",
    returns="nothing",
    free_text=True,
    declares=True,
)
async def set_schedule(
    turn: Turn,
    spec: Value,
    script: Value = None,
    arguments: Any = (),
    timezone: Value = None,
    misfire: Value = None,
    overlap: Value = None,
    jitter: Value = None,
    starts: Value = None,
    ends: Value = None,
) -> None:
    """Runs a script again and again, or once, at the times that you say.

    At the top level of a script it is the script's own schedule: it holds as long as the line stands there, and each
    run has a conversation of its own kind, without a person. Inside IF, a loop or a SUB it makes a schedule when it is
    executed, and the script then runs in this conversation: that is how a bot comes back to somebody.

    The times: `every 5 minutes`, `hourly`, `weekdays at 8am`, `every monday and thursday at 10:30`, `monthly`,
    `every month on the 1st at 9:00`, `first monday of the month at 9`, `every 15 minutes from 9 to 17`, a cron
    expression of five fields (`0 9 * * 1-5`) or of six, seconds first, or a moment like `2030-12-24T18:00`; where it
    is executed, a moment may be in words such as `tomorrow at 9`. They are UTC unless TIMEZONE names another zone.
    Without a script it is this script that runs. A name may stand before a cron expression:
    `SET SCHEDULE "nightly", "0 2 * * *"`. To set the same schedule again changes nothing.

    MISFIRE says what becomes of times that came while the server was down: `once`, one run for all of them, as
    without the word; `skip`, none; `all`, one for each, in order. OVERLAP says what becomes of a time that comes
    while the run before it is not over: it waits for its end (`queue`, as without the word), makes no run (`skip`), or
    ends that run (`cancel`). JITTER 30 lets each run begin up to 30 seconds late, so that not all begin at once.
    No time is before STARTS or after ENDS; an interval counts from STARTS.

    Example:
        SET SCHEDULE "weekdays at 8am" TIMEZONE "Europe/Berlin"
        TALK "It is ${FORMAT(NOW(), "HH:mm")} in Greenwich."
        ' bot: It is 09:00 in Greenwich.
        ' after: 1d
        ' bot: It is 07:00 in Greenwich.
    """
    clauses = {"misfire": misfire, "overlap": overlap, "jitter": jitter, "starts": starts, "ends": ends}
    await turn.schedule(spec, script, arguments, timezone, clauses)
