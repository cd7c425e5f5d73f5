SET BOT MEMORY "a", 1
TALK GET BOT MEMORY "a"         ' bot: 1
