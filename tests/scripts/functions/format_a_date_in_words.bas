TALK FORMAT("2026-07-05", "dddd, D MMMM YYYY")     ' bot: Sunday, 5 July 2026
TALK FORMAT("2026-07-05", "ddd DD MMM YY")     ' bot: Sun 05 Jul 26
