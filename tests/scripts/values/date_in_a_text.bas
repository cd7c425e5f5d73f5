d = DATEVALUE("2026-07-01T08:00:00Z")
TALK "on " + d                        ' bot: on 2026-07-01T08:00:00Z
