d = DATEVALUE("2026-07-01T08:00:00Z")
TALK d = "2026-07-01T10:00:00+02:00"     ' bot: true
TALK d < "2026-07-01T08:00:01Z"       ' bot: true
