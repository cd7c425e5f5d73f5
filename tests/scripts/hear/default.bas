' DEFAULT stands for an empty answer.
HEAR n AS INTEGER DEFAULT 7
HEAR d AS DATE DEFAULT DATEADD("2026-01-01", 1, "days")
TALK n + 1, " ", FORMAT(d, "YYYY-MM-DD")
' user:
' user:
' bot: 8 2026-01-02
