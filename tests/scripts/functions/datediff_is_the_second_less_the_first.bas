TALK DATEDIFF("2026-01-10", "2026-01-01")     ' bot: -9
TALK DATEDIFF("2026-01-31", "2026-02-28", "months")     ' bot: 1
