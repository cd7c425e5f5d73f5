TALK JOIN(REGEX("a1 b22", "\\d+"), "-")              ' bot: 1-22
TALK MATCH("a", "\\d") ?? "none"      ' bot: none
