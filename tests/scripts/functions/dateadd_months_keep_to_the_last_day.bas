TALK DATEADD("2024-01-31", 1, "month")     ' bot: 2024-02-29T00:00:00Z
TALK DATEADD("2026-03-31", "quarters", -1)     ' bot: 2025-12-31T00:00:00Z
