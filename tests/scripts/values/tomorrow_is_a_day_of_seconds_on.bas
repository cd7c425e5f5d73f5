d = DATEVALUE("2026-07-01T08:00:00Z")
TALK d + 24 * 3600                    ' bot: 2026-07-02T08:00:00Z
TALK d - HOURS(9)                     ' bot: 2026-06-30T23:00:00Z
