' What every script can read has a value.
TALK bot, " ", channel, " ", user, " ", username, " ", hour, " ", COUNT(args)     ' bot: bot transcript person person 9 0
TALK FORMAT(today, "YYYY-MM-DD HH:mm"), " ", FORMAT(now, "YYYY-MM-DD HH:mm")      ' bot: 2026-01-05 00:00 2026-01-05 09:00
TALK useremail IS NULL, " ", task IS NULL, " ", LEFT(conversation, 4)              ' bot: true true cnv_
