x = NULL
TALK (x?.name) ?? "none"              ' bot: none
