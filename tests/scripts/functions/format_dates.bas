TALK FORMAT("2026-07-01T08:05:00Z", "dddd, D MMMM YYYY HH:mm")     ' bot: Wednesday, 1 July 2026 08:05
