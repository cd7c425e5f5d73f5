d = "2026-01-31"
TALK DATEADD(d, 1, "day") = DATEADD(d, "day", 1)     ' bot: true
TALK DATEADD("days", 1, d)            ' bot: 2026-02-01T00:00:00Z
