a = DATEVALUE("2026-07-01T10:00:00Z")
b = DATEVALUE("2026-07-01T09:00:00Z")
TALK a - b                            ' bot: 3600
