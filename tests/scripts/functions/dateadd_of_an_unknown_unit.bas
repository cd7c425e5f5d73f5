TALK DATEADD("2026-01-01", 1, "fortnights")     ' error: invalid-unit
