' The forms of GET give the same.
SET BOT MEMORY "k", 7
a = GET BOT MEMORY "k"
b = GET BOT MEMORY("k")
GET BOT MEMORY "k" AS c
TALK a + b + c     ' bot: 21
