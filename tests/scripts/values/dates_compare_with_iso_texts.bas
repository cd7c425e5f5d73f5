d = DATEVALUE("2026-07-01T12:00:00Z")
TALK d > "2026-07-01T11:00:00Z"       ' bot: true
TALK d = "2026-07-01T14:00:00+02:00"  ' bot: true
