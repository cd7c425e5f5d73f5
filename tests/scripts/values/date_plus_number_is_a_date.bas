d = DATEVALUE("2026-07-01") + DAYS(1)
TALK d                                ' bot: 2026-07-02T00:00:00Z
