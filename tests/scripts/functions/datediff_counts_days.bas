TALK DATEDIFF("2026-01-31", "2026-02-02")            ' bot: 2
TALK DATEDIFF("2026-02-02", "2026-01-31")            ' bot: -2
TALK DATEDIFF("2026-01-01", "2026-01-02", "hours")   ' bot: 24
