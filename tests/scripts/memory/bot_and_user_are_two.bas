' The bot's memory and that of the person are two.
SET BOT MEMORY "k", "bot"
SET USER MEMORY "k", "user"
TALK GET BOT MEMORY("k"), " ", GET USER MEMORY("k"), " ", RECALL "k"     ' bot: bot user user
